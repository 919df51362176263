/** Each fact where it holds and, beside it, where it does not. The policies' own cases take facts as given. */
import { describe, expect, test } from "vitest";
import { factsOf, isIrreversible } from "../../../../../functions/guardrail/policy/facts.ts";
import type { JudgedStep } from "../../../../../functions/guardrail/policy/step.ts";
import { ANA, DEVELOPMENT, ground, SANDBOX, settings, stepOf } from "../step.ts";

const APPROVAL = { given: false, self: false, registered: false, confirmed: false };
const facts = (step: JudgedStep, more = {}) => factsOf(step, ground(more), APPROVAL);
const Bucket = "acme-web-sandbox";
const TAGS = {
  Environment: "sandbox",
  Owner: "web-team",
  CostCenter: "CC-1001",
  Application: "webshop",
  Name: "webshop-1",
  DataClassification: "internal",
  CreatedBy: ANA,
  CreatedDate: "2026-11-25",
};
const run = (more = {}) =>
  stepOf("ec2", "RunInstances", {
    ImageId: "ami-0123456789abcdef0",
    InstanceType: "t3.micro",
    SubnetId: "subnet-0123456789abcdef0",
    SecurityGroupIds: ["sg-0123456789abcdef0"],
    RootDeviceName: "/dev/xvda",
    Tags: TAGS,
    ...more,
  });
const role = { RoleName: "webshop", RolePath: "/coworker-managed/" };

describe("the target", () => {
  const stop = (more: Partial<JudgedStep> = {}) => stepOf("ec2", "StopInstances", { InstanceId: "i-0123456789abcdef0" }, more);
  const arn = (rest: string) => `arn:aws:ec2:${rest}`;

  test("is elsewhere in another account or region, or if it is not what the input names", () => {
    const id = "instance/i-0123456789abcdef0";
    expect(facts(stop()).target).toEqual({ wildcard: false, elsewhere: false, own: false });
    for (const resource of [
      arn(`us-east-1:${DEVELOPMENT}:${id}`),
      arn(`eu-west-1:${SANDBOX}:${id}`),
      arn(`us-east-1:${SANDBOX}:instance/i-0123456789abcdef1`),
      "i-0123456789abcdef0",
      "",
    ]) {
      expect(facts(stop({ resource })).target.elsewhere, resource).toBe(true);
    }
  });

  test("is a pattern only where something is made, or an earlier step makes it", () => {
    expect(facts(stop({ resource: arn(`us-east-1:${SANDBOX}:instance/*`) })).target.wildcard).toBe(true);
    expect(facts(run()).target).toMatchObject({ wildcard: false, elsewhere: false });
    const PolicyArn = `arn:aws:iam::${SANDBOX}:policy/webshop`;
    const attached = stepOf("iam", "AttachRolePolicy", { ...role, RoleName: { $ref: "s1.RoleName" }, PolicyArn });
    expect(attached.resource).toMatch(/\*$/);
    expect(facts(attached).target).toMatchObject({ wildcard: false, elsewhere: false });
  });

  test("is the system's own by prefix or path, whatever its case, and by the roles and policies it names", () => {
    const own = (step: JudgedStep) => facts(step).target.own;
    const tag = { Tags: { Owner: "web-team" } };
    expect(own(stepOf("lambda", "TagResource", { FunctionName: "aws-coworker-guardrail", ...tag }))).toBe(true);
    expect(own(stepOf("lambda", "TagResource", { FunctionName: "my-aws-coworker-guardrail", ...tag }))).toBe(false);
    expect(own(stepOf("iam", "TagRole", { RoleName: "AWS-Coworker-Mutation-s3", RolePath: "/", ...tag }))).toBe(true);
    expect(own(stepOf("iam", "TagRole", { RoleName: "anything", RolePath: "/aws-coworker/", ...tag }))).toBe(true);
    expect(own(run({ InstanceRole: "aws-coworker/aws-coworker-mutation-ec2" }))).toBe(true);
    expect(own(run({ InstanceRole: "coworker-managed/webshop" }))).toBe(false);
    expect(own(stepOf("iam", "AttachRolePolicy", { ...role, PolicyArn: `arn:aws:iam::${SANDBOX}:policy/aws-coworker/aws-coworker-mutation-s3` }))).toBe(true);
  });
});

test("what the settings limit is outside unless they list it, a reference too", () => {
  const PolicyArn = `arn:aws:iam::${SANDBOX}:policy/webshop`;
  const listed = { settings: { ...settings, changes: { ...settings.changes, iam: { ...settings.changes.iam, attachablePolicies: ["webshop"] } } } };
  const attach = (more = {}) => stepOf("iam", "AttachRolePolicy", { ...role, PolicyArn, ...more });
  expect(facts(attach()).limited.outside).toEqual(["attachablePolicies"]);
  expect(facts(attach(), listed).limited.outside).toEqual([]);
  expect(facts(attach({ PolicyArn: { $ref: "s1.Arn" } }), listed).limited.outside).toEqual(["attachablePolicies"]);
  expect(facts(attach({ RolePath: "/" }), listed).limited.outside).toEqual(["rolePath"]);
  const detach = (arn: string) => facts(stepOf("iam", "DetachRolePolicy", { ...role, PolicyArn: arn }), listed).limited.outside;
  expect([detach(PolicyArn), detach("arn:aws:iam::aws:policy/AmazonBedrockFullAccess")]).toEqual([[], []]);
  expect(detach("arn:aws:iam::aws:policy/ReadOnlyAccess")).toEqual(["detachablePolicies"]);
  const logs = { settings: { ...settings, changes: { ...settings.changes, s3: { logBuckets: ["acme-access-logs"] } } } };
  const log = (TargetBucket: string) => facts(stepOf("s3", "PutBucketLogging", { Bucket, TargetBucket }), logs).limited.outside;
  expect([log("acme-access-logs"), log("acme-elsewhere")]).toEqual([[], ["logBuckets"]]);
});

describe("storage", () => {
  const SSE = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm";
  const encrypt = (to: string, from: string) =>
    stepOf("s3", "PutBucketEncryption", { Bucket, SSEAlgorithm: to }, { image: { GetBucketEncryption: [{ [SSE]: [from] }] } });

  test("is opened by a flag that is off, or a block that is gone", () => {
    expect(facts(stepOf("s3", "PutPublicAccessBlock", { Bucket })).storage.opensPublicAccess).toBe(false);
    expect(facts(stepOf("s3", "DeletePublicAccessBlock", { Bucket })).storage.opensPublicAccess).toBe(true);
    expect(facts(stepOf("s3", "PutBucketVersioning", { Bucket })).storage.opensPublicAccess).toBe(false);
    const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true };
    expect(facts(stepOf("s3", "RestorePublicAccessBlock", { Bucket, ...flags, RestrictPublicBuckets: true })).storage.opensPublicAccess).toBe(false);
    expect(facts(stepOf("s3", "RestorePublicAccessBlock", { Bucket, ...flags, RestrictPublicBuckets: false })).storage.opensPublicAccess).toBe(true);
  });

  test("is opened by a policy that lets everybody in, and not by one that denies", () => {
    const put = stepOf("s3", "PutBucketPolicy", { Bucket });
    expect(facts(put).storage.opensPublicAccess).toBe(false);
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }];
    expect(facts({ ...put, promised: { GetBucketPolicy: { Policy: { Statement } } } }).storage.opensPublicAccess).toBe(true);
    expect(facts(stepOf("s3", "DeleteBucketPolicy", { Bucket })).storage.opensPublicAccess).toBe(false);
  });

  test("made without block or encryption is open and unencrypted", () => {
    const made = stepOf("s3", "CreateBucket", { Bucket, SSEAlgorithm: "AES256", Tags: TAGS });
    expect(facts(made).storage).toMatchObject({ opensPublicAccess: false, unencrypted: false });
    expect(facts({ ...made, promised: { GetBucketVersioning: { Status: "Enabled" } } }).storage).toMatchObject({ opensPublicAccess: true, unencrypted: true });
  });

  test("loses a KMS key for S3's own, not the other way round", () => {
    expect(facts(encrypt("AES256", "aws:kms")).storage.weakensEncryption).toBe(true);
    expect(facts(encrypt("AES256", "aws:kms:dsse")).storage.weakensEncryption).toBe(true);
    expect(facts(encrypt("aws:kms", "AES256")).storage.weakensEncryption).toBe(false);
    expect(facts(encrypt("AES256", "AES256")).storage.weakensEncryption).toBe(false);
  });

  test("has its versioning suspended or turned on", () => {
    expect(facts(stepOf("s3", "SuspendBucketVersioning", { Bucket })).storage.suspendsVersioning).toBe(true);
    expect(facts(stepOf("s3", "PutBucketVersioning", { Bucket })).storage.suspendsVersioning).toBe(false);
  });
});

describe("identity", () => {
  test.each([
    ["arn:aws:iam::aws:policy/AdministratorAccess", true],
    ["arn:aws:iam::aws:policy/job-function/SystemAdministrator", false],
    ["arn:aws:iam::aws:policy/PowerUserAccess", true],
    ["arn:aws:iam::aws:policy/AmazonBedrockFullAccess", true],
    ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", false],
  ])("%s is broad: %s", (PolicyArn, broad) => {
    expect(facts(stepOf("iam", "AttachRolePolicy", { ...role, PolicyArn })).identity.broadPolicy).toBe(broad);
    expect(facts(stepOf("iam", "DetachRolePolicy", { ...role, PolicyArn })).identity.broadPolicy).toBe(false);
  });

  test.each<[string, unknown, boolean]>([
    ["services", { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] }, false],
    ["everybody", "*", true],
    ["every AWS principal", { AWS: "*" }, true],
    ["a service and an account", { Service: "ec2.amazonaws.com", AWS: "123456789012" }, true],
    ["every service", { Service: "*" }, true],
    ["nobody", {}, true],
  ])("a trust in %s is open: %s", (_, Principal, open) => {
    const document = { Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] };
    const step = { ...run(), promised: { ListRoles: { AssumeRolePolicyDocument: document } } };
    expect(facts(step).identity.opensTrust).toBe(open);
  });

  test("a trust that can't be read is open", () => {
    for (const AssumeRolePolicyDocument of ["{}", null, { Statement: [] }, { Statement: "all" }]) {
      expect(facts({ ...run(), promised: { ListRoles: { AssumeRolePolicyDocument } } }).identity.opensTrust).toBe(true);
    }
  });

  test("a key becomes active or inactive", () => {
    const key = { UserName: "kai", UserPath: "/", AccessKeyId: "AKIAEXAMPLEEXAMPLE00" };
    expect(facts(stepOf("iam", "ActivateAccessKey", key)).identity.activatesKey).toBe(true);
    expect(facts(stepOf("iam", "UpdateAccessKey", key)).identity.activatesKey).toBe(false);
  });
});

describe("compute", () => {
  test.each([
    ["t3.nano", false],
    ["m5.2xlarge", false],
    ["m5.4xlarge", true],
    ["u-6tb1.56xlarge", true],
    ["m5.metal", true],
    ["m5.metal-24xl", true],
    ["m5", true],
  ])("%s is large (P17): %s", (InstanceType, large) => expect(facts(run({ InstanceType })).compute.large).toBe(large));

  test("is counted where the environment has a bound (G01), and only for what makes instances", () => {
    const counts = { steps: 1, resources: 1, instances: 11 };
    const most = settings.environments.sandbox.maxInstances;
    expect(most).toBe(10);
    expect(facts(run(), { counts }).compute.tooMany).toBe(true);
    expect(facts(run(), { counts: { ...counts, instances: 10 } }).compute.tooMany).toBe(false);
    expect(facts({ ...run(), account: DEVELOPMENT, environment: "development" }, { counts }).compute.tooMany).toBe(false);
    expect(facts(stepOf("ec2", "StopInstances", { InstanceId: "i-0123456789abcdef0" }), { counts }).compute.tooMany).toBe(false);
  });
});

describe("tags", () => {
  const resource = { ResourceType: "instance", ResourceId: "i-0123456789abcdef0" };
  const tag = (Tags: object, tags = {}) => facts(stepOf("ec2", "CreateTags", { ...resource, Tags }, { tags })).tags;
  const untag = (...TagKeys: string[]) => facts(stepOf("ec2", "DeleteTags", { ...resource, TagKeys })).tags;
  const { CostCenter: _, ...withoutCostCenter } = TAGS;

  test("are missing on what is made, and are nobody's duty on a change of one", () => {
    expect(facts(run({ Tags: withoutCostCenter })).tags.missing).toEqual(["CostCenter"]);
    expect(facts(run()).tags.missing).toEqual([]);
    expect(tag({ Owner: "web-team" }).missing).toEqual([]);
  });

  test("are wrong in form, or empty", () => {
    expect(tag({ CostCenter: "engineering", Owner: "" }).wrong).toEqual(["Owner", "CostCenter"]);
    expect(tag({ CostCenter: "CC-1001" }).wrong).toEqual([]);
  });

  test("contradict the account's environment, short forms read as long", () => {
    expect(tag({ Environment: "dev" }).contradictsEnvironment).toBe(true);
    expect(tag({ Environment: "sbx" }).contradictsEnvironment).toBe(false);
  });

  test("say a class of data that the environment may not hold, under the other key too", () => {
    expect(tag({ DataClassification: "confidential" }).exceedsDataClass).toBe(true);
    expect(tag({ Confidentiality: "Restricted" }).exceedsDataClass).toBe(true);
    expect(tag({ DataClassification: "internal" }).exceedsDataClass).toBe(false);
  });

  test("are the system's: set to something else or taken away, but not repeated", () => {
    expect(tag({ CreatedBy: "eve" }, TAGS).takesSystems).toBe(true);
    expect(tag({ CreatedBy: ANA }, TAGS).takesSystems).toBe(false);
    expect(untag("CoworkerRequest").takesSystems).toBe(true);
    expect(untag("Note").takesSystems).toBe(false);
    expect(facts(run()).tags.takesSystems).toBe(false);
  });

  test("are required and taken away, one by one or by a set without them", () => {
    expect(untag("Owner").removesRequired).toBe(true);
    expect(untag("Note", "Project").removesRequired).toBe(false);
    const set = (Tags: object) => stepOf("s3", "PutBucketTagging", { Bucket, Tags }, { tags: TAGS, image: { GetBucketTagging: [{ TagSet: TAGS }] } });
    expect(facts(set(withoutCostCenter)).tags.removesRequired).toBe(true);
    expect(facts(set(TAGS)).tags).toMatchObject({ removesRequired: false, takesSystems: false, wrong: [] });
  });
});

test("what the catalog or the step calls irreversible is so", () => {
  const stop = stepOf("ec2", "StopInstances", { InstanceId: "i-0123456789abcdef0" });
  expect(isIrreversible(stop)).toBe(false);
  expect(isIrreversible({ ...stop, reversible: "no" })).toBe(true);
  expect(isIrreversible({ ...stepOf("ec2", "DeleteVolume", { VolumeId: "vol-0123456789abcdef0" }), reversible: "yes" })).toBe(true);
});
