/** What an automation looks at before it changes anything: every failed look has to end it, and only what the plan found lets it go on. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import type { AutomationStep } from "../../../functions/artifact/assertions.ts";
import { automationSteps, isAutomatable } from "../../../functions/artifact/automation.ts";
import type { PlanStep } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";
import { step } from "./plan.ts";
import { type Answer, type Ended, PYTHON, type Run, runScripts } from "./python.ts";
import { walk } from "./walk.ts";

const Bucket = "acme-web-production-media";
const BOUNDARY = "arn:aws:iam::555555555555:policy/coworker-managed-boundary";
const image = (rows: PlanStep["before"]["image"]) => ({ before: { absent: false, digest: digest(rows), image: rows } });
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
const flags = Object.fromEntries(FLAGS.map((flag) => [`PublicAccessBlockConfiguration.${flag}`, true]));
const role = { RoleName: "web", RolePath: "/coworker-managed/" };
const aRole = {
  Path: "/coworker-managed/",
  RoleName: "web",
  RoleId: "AROAEXAMPLEEXAMPLE",
  Arn: "arn:aws:iam::555555555555:role/coworker-managed/web",
  CreateDate: 0,
};
const SSE = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault";
const BUCKET_KEY = "ServerSideEncryptionConfiguration.Rules.BucketKeyEnabled";
const encryptedWith = (how: object) => ({
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: how, BucketKeyEnabled: false }] },
});

const policy = step(
  "s1",
  "s3",
  "PutBucketPolicy",
  { Bucket },
  image({
    GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }],
    GetPublicAccessBlock: [{ Absent: null, ...flags }],
    GetBucketTagging: [{ Absent: "NoSuchTagSet", TagSet: null }],
  }),
);
const nowhere = image({ GetBucketLogging: [{ "LoggingEnabled.TargetBucket": null, "LoggingEnabled.TargetPrefix": null }] });
const logging = step("s2", "s3", "PutBucketLogging", { Bucket, TargetBucket: "acme-access-logs" }, nowhere);
const boundary = step(
  "s3",
  "iam",
  "PutRolePermissionsBoundary",
  { ...role, PermissionsBoundary: BOUNDARY },
  { region: "global", ...image({ GetRole: [{ "PermissionsBoundary.PermissionsBoundaryArn": null, Tags: { Owner: "web", Environment: "production" } }] }) },
);
const unreserved = image({ GetFunctionConcurrency: [{ ReservedConcurrentExecutions: null }] });
const concurrency = step("s4", "lambda", "PutFunctionConcurrency", { FunctionName: "acme-orders", ReservedConcurrentExecutions: 5 }, unreserved);
const unblocked = image({ GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration" }] });
const block = step("s5", "s3", "PutPublicAccessBlock", { Bucket }, unblocked);
const versioning = step("s6", "s3", "PutBucketVersioning", { Bucket }, image({ GetBucketVersioning: [{ Status: null, MFADelete: null }] }));
const encryption = step(
  "s7",
  "s3",
  "PutBucketEncryption",
  { Bucket, SSEAlgorithm: "aws:kms" },
  image({ GetBucketEncryption: [{ Absent: null, [`${SSE}.SSEAlgorithm`]: ["AES256"], [`${SSE}.KMSMasterKeyID`]: [null], [BUCKET_KEY]: [false] }] }),
);
const metadata = step(
  "s8",
  "ec2",
  "ModifyInstanceMetadataOptions",
  { InstanceId: "i-0123456789abcdef0" },
  image({ DescribeInstances: [{ "MetadataOptions.HttpTokens": "optional", Tags: {} }] }),
);
const tagging = step(
  "s9",
  "s3",
  "PutBucketTagging",
  { Bucket, Tags: { Owner: "web" } },
  image({ GetBucketTagging: [{ Absent: null, TagSet: { Owner: "old", Application: "web" } }] }),
);
const all = [policy, logging, boundary, concurrency, block, versioning, encryption, metadata, tagging];

const lookOf = (one: PlanStep): AutomationStep | undefined => automationSteps([one]).find(({ action }) => action === "aws:executeScript");
interface Payload {
  readonly Service: string;
  readonly Reads: readonly { readonly Api: string }[];
}
/** The step's look, at all that it reads or at one of it. */
function lookAt(one: PlanStep, Api: string): Run["inputs"] {
  const inputs = lookOf(one)?.inputs ?? {};
  const { Service, Reads } = inputs.InputPayload as Payload;
  const found = Reads.filter((read) => read.Api === Api);
  if (found.length !== 1) throw new Error(`${one.operation} looks at ${Api} ${found.length} times`);
  return { ...inputs, InputPayload: { Service, Reads: found } };
}
const instances = (...list: object[]) => ({ answer: { Reservations: [{ Instances: list }] } });

/** Step, read, what AWS says, and what the look's message has to say; null: it passes. */
const CASES: readonly (readonly [string, PlanStep, string, Answer, RegExp | null])[] = [
  ["the code of what is not configured", policy, "GetBucketPolicy", { code: "NoSuchBucketPolicy" }, null],
  ["a throttle", policy, "GetBucketPolicy", { code: "SlowDown" }, /GetBucketPolicy.*SlowDown/],
  ["a refusal", policy, "GetBucketPolicy", { code: "AccessDenied" }, /can't be looked at.*AccessDenied/],
  ["an error of AWS's own", policy, "GetBucketPolicy", { code: "InternalError" }, /InternalError/],
  ["no bucket any more", policy, "GetBucketPolicy", { code: "NoSuchBucket" }, /NoSuchBucket/],
  ["no connection", policy, "GetBucketPolicy", { lost: true }, /Could not connect/],
  ["a policy", policy, "GetBucketPolicy", { answer: { Policy: '{"Id":"theirs"}' } }, /is by now .*theirs.*NoSuchBucketPolicy/],
  ["an answer with nothing in it where an error was", policy, "GetBucketPolicy", { answer: {} }, /is by now/],
  ["another read's code", policy, "GetBucketTagging", { code: "NoSuchBucketPolicy" }, /NoSuchBucketPolicy/],
  ["tags where there were none", policy, "GetBucketTagging", { answer: { TagSet: [{ Key: "Owner", Value: "them" }] } }, /them/],
  ["no tags, still", policy, "GetBucketTagging", { code: "NoSuchTagSet" }, null],
  ["a field left out", logging, "GetBucketLogging", { answer: {} }, null],
  ["the field by now", logging, "GetBucketLogging", { answer: { LoggingEnabled: { TargetBucket: "theirs", TargetPrefix: "" } } }, /by now .*theirs/],
  ["a throttle of a read without absent codes", logging, "GetBucketLogging", { code: "Throttling" }, /Throttling/],
  ["a code that only another read takes for an answer", logging, "GetBucketLogging", { code: "NoSuchBucketPolicy" }, /NoSuchBucketPolicy/],
  ["a role without boundary, its tags in another order", boundary, "GetRole", roleWith({}, "Environment", "Owner"), null],
  ["a boundary", boundary, "GetRole", roleWith({ PermissionsBoundary: { PermissionsBoundaryArn: `${BOUNDARY}-theirs` } }), /boundary-theirs/],
  ["a role with a tag less", boundary, "GetRole", roleWith({}, "Owner"), /by now/],
  ["no such role", boundary, "GetRole", { code: "NoSuchEntity" }, /NoSuchEntity/],
  ["nothing reserved", concurrency, "GetFunctionConcurrency", { answer: {} }, null],
  ["reserved: none at a time, which switches it off", concurrency, "GetFunctionConcurrency", { answer: { ReservedConcurrentExecutions: 0 } }, /: 0/],
  ["no block", block, "GetPublicAccessBlock", { code: "NoSuchPublicAccessBlockConfiguration" }, null],
  ["a block", block, "GetPublicAccessBlock", { answer: { PublicAccessBlockConfiguration: { BlockPublicAcls: false } } }, /by now/],
  ["no versioning", versioning, "GetBucketVersioning", { answer: {} }, null],
  ["versioning that somebody suspended", versioning, "GetBucketVersioning", { answer: { Status: "Suspended" } }, /Suspended/],
  ["S3's own key", encryption, "GetBucketEncryption", { answer: encryptedWith({ SSEAlgorithm: "AES256" }) }, null],
  ["a key of somebody's", encryption, "GetBucketEncryption", { answer: encryptedWith({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: "theirs" }) }, /theirs/],
  ["one instance without tags", metadata, "DescribeInstances", instances({ InstanceId: "i-0123456789abcdef0" }), null],
  ["an instance with tags", metadata, "DescribeInstances", instances({ Tags: [{ Key: "Owner", Value: "x" }] }), /Owner/],
  ["no instance", metadata, "DescribeInstances", { answer: { Reservations: [] } }, /not one resource/],
  ["two", metadata, "DescribeInstances", instances({}, {}), /not one resource/],
  ["the tags that were there", tagging, "GetBucketTagging", tags({ Application: "web", Owner: "old" }), null],
  ["no tags any more, where there were some", tagging, "GetBucketTagging", { code: "NoSuchTagSet" }, /NoSuchTagSet/],
  ["a tag more, which the set would take away", tagging, "GetBucketTagging", tags({ Application: "web", Owner: "old", New: "theirs" }), /theirs/],
];

function roleWith(more: object, ...keys: string[]): Answer {
  const values: Record<string, string> = { Owner: "web", Environment: "production" };
  return { answer: { Role: { ...aRole, ...more, Tags: (keys.length > 0 ? keys : ["Owner", "Environment"]).map((Key) => ({ Key, Value: values[Key] })) } } };
}
function tags(set: Record<string, string>): Answer {
  return { answer: { TagSet: Object.entries(set).map(([Key, Value]) => ({ Key, Value })) } };
}

describe("a look's script, run by Python with botocore", () => {
  let ended: Ended[] = [];
  beforeAll(() => {
    ended = runScripts(CASES.map(([, one, api, aws]): Run => ({ inputs: lookAt(one, api), aws })));
  }, 60_000);

  test.each(CASES.map(([what, one, , , says], index) => [what, one.operation, says, index] as const))("%s (%s)", (_, __, says, index) => {
    const { passed, message } = ended[index]!;
    expect(passed, message).toBe(says === null);
    if (says === null) return;
    expect(message).toMatch(says);
    if (!message.includes("Could not connect")) expect(message).toContain("this step changed nothing");
  });

  test("one read of several that fails is enough, the last one too", () => {
    const { InputPayload, ...script } = lookOf(policy)!.inputs;
    const { Service, Reads } = InputPayload as Payload;
    expect(Reads.map(({ Api }) => Api)).toEqual(["GetBucketPolicy", "GetBucketTagging"]);
    const of = (reads: Payload["Reads"]): Run => ({ inputs: { ...script, InputPayload: { Service, Reads: reads } }, aws: { code: "NoSuchTagSet" } });
    expect(runScripts([of(Reads), of(Reads.toReversed()), of(Reads.slice(1))]).map(({ passed }) => passed)).toEqual([false, false, true]);
  });

  test("no data of the plan is in its text, and nothing that Automation would fill in", () => {
    const inputs = all.map((one) => lookOf(one)!.inputs);
    expect(new Set(inputs.map(({ Script }) => Script)).size).toBe(1);
    expect(JSON.stringify(inputs)).not.toContain("{{");
    expect(inputs.every(({ Runtime, Handler }) => Runtime === "python3.11" && Handler === "looks")).toBe(true);
  });

  test("botocore knows every read of a write by that name, with those inputs and those fields", () => {
    const reads = Object.values(CATALOG).flatMap(({ service, reads, writes = {} }) =>
      Object.values(writes).flatMap(({ before }) =>
        before.map(({ operation, by }) => {
          const read = (reads as Record<string, { owner?: string; items?: string }>)[operation];
          return {
            service,
            operation,
            inputs: [...Object.keys(by), ...(read?.owner ? [read.owner] : [])],
            first: read?.items?.split(".")[0]?.replace("[]", ""),
          };
        }),
      ),
    );
    const code = `
import json, sys, botocore.session
from botocore import xform_name
wrong, clients = [], {}
for read in json.load(sys.stdin):
    service = read["service"]
    if service not in clients: clients[service] = botocore.session.get_session().create_client(service, region_name="us-east-1")
    client = clients[service]
    shape = client.meta.service_model.operation_model(read["operation"])
    if client.meta.method_to_api_mapping.get(xform_name(read["operation"])) != read["operation"]: wrong.append(read)
    if any(name not in shape.input_shape.members for name in read["inputs"]): wrong.append(read)
    if read.get("first") and read["first"] not in shape.output_shape.members: wrong.append(read)
print(json.dumps(wrong))
`;
    expect(reads.length).toBeGreaterThan(40);
    expect(JSON.parse(execFileSync(PYTHON, ["-c", code], { input: JSON.stringify(reads), encoding: "utf8" }))).toEqual([]);
  }, 60_000);
});

describe("an automation whose look fails", () => {
  const isChange = (name: string) => name.startsWith("Change");

  test.each(all.map((one) => [one.operation, one] as const))("%s: a look that fails leads to no change, and one that passes does", (_, one) => {
    const steps = automationSteps([one]);
    const look = lookOf(one)!.name;
    const stopped = walk(steps, ({ name }) => name !== look);
    expect([stopped.ran.at(-1), stopped.ran.filter((name) => isChange(name) || name.startsWith("Undo")), stopped.status]).toEqual([look, [], "Failed"]);
    const { ran, status } = walk(steps, () => true);
    expect(status).toBe("Success");
    expect(ran.indexOf(look)).toBeGreaterThan(-1);
    expect(ran.indexOf(look)).toBeLessThan(ran.findIndex(isChange));
    expect(ran.some((name) => name.startsWith("Undo"))).toBe(false);
  });

  test.each([
    ["a throttled look", { code: "SlowDown" }],
    ["a policy that somebody has put there", { answer: { Policy: "{}" } }],
  ] as const)("%s takes back what was done before, last first, and touches nothing of its own", (_, aws) => {
    const steps = automationSteps([block, versioning, policy]);
    const [ended] = runScripts([{ inputs: lookAt(policy, "GetBucketPolicy"), aws }]);
    const { ran, status } = walk(steps, ({ name }) => name !== "LookS1" || ended!.passed);
    expect(ran.slice(ran.indexOf("LookS1"))).toEqual(["LookS1", "UndoS6", "UndoS5"]);
    expect(ran.filter(isChange)).toEqual(["ChangeS5", "ChangeS6"]);
    expect(status).toBe("Failed");
  });

  test("every step of its own that fails ends it as failed, and none but an undo goes on", () => {
    const steps = automationSteps(all.map((one, index) => ({ ...one, id: `s${index + 1}` })));
    for (const failing of steps.filter(({ name }) => !name.startsWith("Undo"))) {
      const { ran, status } = walk(steps, ({ name }) => name !== failing.name);
      const after = ran.slice(ran.indexOf(failing.name) + 1);
      expect([status, after.filter((name) => !name.startsWith("Undo"))]).toEqual(["Failed", []]);
    }
  });
});

describe("what an automation can't look at", () => {
  const marked = image({ GetBucketTagging: [{ Absent: null, TagSet: { Owner: "[redacted:aws-key]" } }] });
  const filled = image({ GetBucketTagging: [{ Absent: null, TagSet: { Owner: "{{ global:ACCOUNT_ID }}" } }] });
  const had = image({ GetBucketPolicy: [{ Absent: null, Policy: { Statement: [] } }], GetBucketTagging: [{ Absent: "NoSuchTagSet", TagSet: null }] });

  test.each([
    ["a document", step("s1", "s3", "DeleteBucketPolicy", { Bucket }, had)],
    ["the mark of a secret", step("s1", "s3", "PutBucketTagging", { Bucket, Tags: { Owner: "web" } }, marked)],
    [
      "the mark of a secret in an instance's tags",
      { ...metadata, ...image({ DescribeInstances: [{ "MetadataOptions.HttpTokens": "optional", Tags: { Key: "[redacted:aws-key]" } }] }) },
    ],
    ["what Automation fills in itself", step("s1", "s3", "PutBucketTagging", { Bucket, Tags: { Owner: "web" } }, filled)],
    ["what the plan did not find at all", step("s1", "s3", "PutBucketLogging", { Bucket, TargetBucket: "acme-access-logs" })],
  ])("is not automated: %s", (_, one) => {
    expect(isAutomatable(one)).toBe(false);
  });

  test.each(all.map((one) => [one.operation, one] as const))("and what it can is: %s", (_, one) => {
    expect(isAutomatable(one)).toBe(true);
  });

  test("one rule or key among others is changed by its own name, so the others need no look", () => {
    const rule = { SecurityGroupRuleId: "sgr-0123456789abcdef0", IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "0.0.0.0/0", CidrIpv6: null };
    const revoke = step(
      "s1",
      "ec2",
      "RevokeSecurityGroupIngress",
      { GroupId: "sg-0123456789abcdef0", SecurityGroupRuleId: "sgr-0123456789abcdef0" },
      image({ DescribeSecurityGroupRules: [rule] }),
    );
    expect([isAutomatable(revoke), lookOf(revoke)]).toEqual([true, undefined]);
  });
});

test("of a list that is searched nothing is asserted by its first row, which may be another's", () => {
  const KEY = { UserName: "ann", UserPath: "", AccessKeyId: "AKIAIOSFODNN7EXAMPLE" };
  const key = step("s1", "iam", "UpdateAccessKey", KEY, {
    region: "global",
    ...image({ ListAccessKeys: [{ AccessKeyId: KEY.AccessKeyId, Status: "Active" }] }),
  });
  const lax = image({ DescribeInstances: [{ "MetadataOptions.HttpTokens": "optional" }] });
  const instance = step("s2", "ec2", "ModifyInstanceMetadataOptions", { InstanceId: "i-0123456789abcdef0" }, lax);
  const namesOf = (one: PlanStep) => automationSteps([one]).map(({ name }) => name);
  expect(namesOf(key)).toEqual(["ChangeS1", "UndoS1"]);
  expect(namesOf(instance)).toEqual(["BeforeS2x1", "ChangeS2", "AfterS2x1", "UndoS2"]);
});
