import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { type MutationStatement, mutationStatements } from "../../../config/catalog/mutation-permissions.ts";
import { MUTABLE_SERVICES, type MutableService } from "../../../config/catalog/services.ts";
import { isAllowed } from "../../infra/iam/evaluate.ts";
import { type Policy, policySchema } from "../../infra/iam/policy.ts";
import { closedSettings, OTHER_ACCOUNT, settings } from "./mutation-settings.ts";
import { ACCOUNT } from "./write-samples.ts";

/** Operations whose IAM action has another name (Amazon S3 User Guide, "Actions, resources, and condition keys for Amazon S3"). */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  PutPublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  PutBucketEncryption: "s3:PutEncryptionConfiguration",
  DeleteBucketEncryption: "s3:PutEncryptionConfiguration",
  DeleteBucketTagging: "s3:PutBucketTagging",
  PutBucketLifecycleConfiguration: "s3:PutLifecycleConfiguration",
  DeleteBucketLifecycle: "s3:PutLifecycleConfiguration",
};
/** What AWS asks for beside the action called (service authorization reference and the services' guides). */
const DEPENDENT: Readonly<Record<MutableService, readonly string[]>> = {
  ec2: ["iam:PassRole", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"],
  s3: [],
  iam: [],
  lambda: [],
};

const policyOf = (statements: readonly MutationStatement[]): Policy =>
  policySchema.parse({ Version: "2012-10-17", Statement: statements.map(({ why, ...statement }) => statement) });
const roleOf = (service: MutableService, of = settings) => policyOf(mutationStatements(service, of, { account: ACCOUNT }));
const may = (service: MutableService, action: string, resource: string, context: Record<string, string> = {}, of = settings) =>
  isAllowed(
    { identity: [roleOf(service, of)] },
    { action, resource, context: { "aws:RequestedRegion": "eu-west-1", "aws:ResourceAccount": ACCOUNT, ...context } },
  );

describe.each(MUTABLE_SERVICES)("the role that changes %s", (service) => {
  const statements = mutationStatements(service, settings, { account: ACCOUNT });
  const allowed = new Set(statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action));

  it("holds the actions of the catalog's writes, of the reads that show them, and a literal list: no other", () => {
    const { reads, writes = {} } = CATALOG[service];
    const called = Object.values(writes).flatMap(({ calls, compensate = [] }) =>
      [...calls, ...compensate].map(({ command }) => OTHER_NAMES[command] ?? `${service}:${command}`),
    );
    const shown = Object.values(writes).flatMap(({ before, after = [] }) =>
      [...before, ...after].flatMap(({ operation }) => reads[operation]?.permissions.map(({ action }) => action) ?? []),
    );
    expect([...allowed].sort()).toEqual([...new Set([...called, ...shown, ...DEPENDENT[service]])].sort());
  });

  it("has no wildcard in an action, nothing left open, a reason for every *, distinct names, and fits a managed policy (6,144 characters)", () => {
    for (const { Action, Resource, why } of statements) {
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      expect(JSON.stringify(Resource)).not.toContain("${");
      if (Resource.includes("*")) expect(why).toBeTruthy();
    }
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
    expect(JSON.stringify(roleOf(service)).length).toBeLessThanOrEqual(6144);
  });

  it("exists only where the service is in scope", () => {
    expect(mutationStatements(service, settings, { account: OTHER_ACCOUNT }).length > 0).toBe(service === "s3");
    expect(mutationStatements(service, settings, { account: "999999999999" })).toEqual([]);
    expect(mutationStatements(service, { ...settings, scopes: [] }, {})).toEqual([]);
  });
});

describe("regions", () => {
  it.each([
    ["ec2", "ec2:StopInstances", `arn:aws:ec2:REGION:${ACCOUNT}:instance/i-1`],
    ["s3", "s3:PutBucketPublicAccessBlock", "arn:aws:s3:::acme-logs"],
    ["lambda", "lambda:PutFunctionConcurrency", `arn:aws:lambda:REGION:${ACCOUNT}:function:f`],
  ] as const)("%s is written in the account's regions only", (service, action, arn) => {
    const inRegion = (region: string) => may(service, action, arn.replace("REGION", region), { "aws:RequestedRegion": region });
    expect([inRegion("eu-west-1"), inRegion("us-east-1"), inRegion("eu-central-1")]).toEqual([true, true, false]);
  });

  it("names IAM no region, since it has none, and reads none either", () => {
    expect(may("iam", "iam:DeleteRole", `arn:aws:iam::${ACCOUNT}:role/coworker-managed/web`, { "aws:RequestedRegion": "us-east-1" })).toBe(true);
    expect(may("ec2", "ec2:DescribeInstances", "*", { "aws:RequestedRegion": "eu-central-1" })).toBe(true);
  });

  it("are every scoped account's where the account is only known at deployment", () => {
    const regions = mutationStatements("s3", settings, { account: "${Token[AWS.AccountId.1]}" }).find(({ Sid }) => Sid === "S3OutsideRegions")?.Condition;
    expect(regions).toEqual({ StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1", "us-east-1"] } });
  });
});

describe("accounts", () => {
  it("are the role's own, for a bucket too, whose ARN names none", () => {
    expect(may("s3", "s3:PutBucketTagging", "arn:aws:s3:::acme-logs")).toBe(true);
    expect(may("s3", "s3:PutBucketTagging", "arn:aws:s3:::acme-logs", { "aws:ResourceAccount": OTHER_ACCOUNT })).toBe(false);
    expect(may("ec2", "ec2:StopInstances", `arn:aws:ec2:eu-west-1:${OTHER_ACCOUNT}:instance/i-1`)).toBe(false);
    expect(may("iam", "iam:DeleteRole", `arn:aws:iam::${OTHER_ACCOUNT}:role/coworker-managed/web`)).toBe(false);
  });

  it("don't matter to a bucket that is being made", () => {
    const made = { identity: [roleOf("s3")] };
    expect(isAllowed(made, { action: "s3:CreateBucket", resource: "arn:aws:s3:::acme-new", context: { "aws:RequestedRegion": "eu-west-1" } })).toBe(true);
  });
});

describe("resources tagged staging or production", () => {
  const cases = [
    ["ec2", "ec2:TerminateInstances", `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-1`],
    ["ec2", "ec2:RunInstances", `arn:aws:ec2:eu-west-1:${ACCOUNT}:subnet/subnet-1`],
    ["iam", "iam:TagRole", `arn:aws:iam::${ACCOUNT}:role/coworker-managed/web`],
    ["lambda", "lambda:UpdateFunctionConfiguration", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f`],
  ] as const;

  it.each(cases)("%s: %s leaves them alone, however the tag is written", (service, action, resource) => {
    const tagged = (value: string) => may(service, action, resource, { "aws:ResourceTag/Environment": value });
    expect(["production", "Production", "PROD", "prd", "staging", "Stage", "stg", "preprod"].filter(tagged)).toEqual([]);
    expect(["sandbox", "dev", "development", "qa", "product", ""].filter((value) => !tagged(value))).toEqual([]);
    expect(may(service, action, resource)).toBe(true);
  });
});

describe("IAM", () => {
  const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const boundary = (name: string) => ({ "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/${name}` });
  const ssm = { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" };

  it("roles are made below the settings' path with the settings' boundary, and in no other way", () => {
    const creates = (name: string, context: Record<string, string>) => may("iam", "iam:CreateRole", role(name), context);
    expect(creates("coworker-managed/web", boundary("coworker-managed-boundary"))).toBe(true);
    expect(creates("coworker-managed/web", {})).toBe(false);
    expect(creates("coworker-managed/web", boundary("other"))).toBe(false);
    expect(creates("web", boundary("coworker-managed-boundary"))).toBe(false);
    expect(creates("aws-coworker/web", boundary("coworker-managed-boundary"))).toBe(false);
  });

  it("the settings' boundary is put on a role below their path, and on no other; none is taken off", () => {
    const puts = (name: string, context: Record<string, string>) => may("iam", "iam:PutRolePermissionsBoundary", role(name), context);
    expect(puts("coworker-managed/web", boundary("coworker-managed-boundary"))).toBe(true);
    expect(puts("coworker-managed/web", boundary("other"))).toBe(false);
    expect(puts("web", boundary("coworker-managed-boundary"))).toBe(false);
    expect(puts("aws-coworker/web", boundary("coworker-managed-boundary"))).toBe(false);
    expect(may("iam", "iam:DeleteRolePermissionsBoundary", role("coworker-managed/web"), boundary("coworker-managed-boundary"))).toBe(false);
  });

  it("attaches only what is listed, and nothing while the list is empty; a full-access policy it only detaches (B08)", () => {
    const web = role("coworker-managed/web");
    const broad = (name: string) => ({ "iam:PolicyARN": `arn:aws:iam::aws:policy/${name}` });
    const own = { "iam:PolicyARN": `arn:aws:iam::${ACCOUNT}:policy/coworker-managed/read-logs` };
    for (const action of ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]) {
      expect([may("iam", action, web, ssm), may("iam", action, web, own)]).toEqual([true, true]);
      expect(may("iam", action, web, broad("ReadOnlyAccess"))).toBe(false);
      expect(may("iam", action, role("other/web"), ssm)).toBe(false);
      expect(may("iam", action, web, ssm, closedSettings)).toBe(false);
    }
    for (const name of ["AdministratorAccess", "AmazonBedrockFullAccess"]) {
      expect(may("iam", "iam:AttachRolePolicy", web, broad(name))).toBe(false);
      expect(may("iam", "iam:DetachRolePolicy", web, broad(name))).toBe(true);
      expect(may("iam", "iam:DetachRolePolicy", role("other/web"), broad(name))).toBe(false);
    }
    const allowed = mutationStatements("iam", closedSettings, { account: ACCOUNT }).filter(({ Effect }) => Effect === "Allow");
    expect(JSON.stringify(allowed)).not.toContain("iam:AttachRolePolicy");
  });

  it("the system's own path is out of reach, even if it is what the settings name", () => {
    const own = { ...settings, changes: { ...settings.changes, iam: { ...settings.changes.iam, rolePath: "/aws-coworker/" } } };
    expect(mutationStatements("iam", own, { account: ACCOUNT }).some(({ Resource }) => Resource.includes(role("aws-coworker/*")))).toBe(true);
    expect(may("iam", "iam:DeleteRole", role("aws-coworker/aws-coworker-orchestrator"), {}, own)).toBe(false);
    expect(may("iam", "iam:DeleteRole", role("coworker-managed/web"))).toBe(true);
  });

  it("a role is passed to EC2 only if it is listed for EC2", () => {
    const passes = (name: string, service = "ec2.amazonaws.com", of = settings) =>
      may("ec2", "iam:PassRole", role(name), { "iam:PassedToService": service }, of);
    expect(passes("coworker-managed/web")).toBe(true);
    expect(passes("coworker-managed/web", "lambda.amazonaws.com")).toBe(false);
    expect(passes("coworker-managed/thumbnailer")).toBe(false);
    expect(passes("admin")).toBe(false);
    expect(passes("coworker-managed/web", "ec2.amazonaws.com", closedSettings)).toBe(false);
    const own = { ...settings.changes.iam, passableRoles: [{ role: "aws-coworker/aws-coworker-guardrail", service: "ec2.amazonaws.com" as const }] };
    expect(passes("aws-coworker/aws-coworker-guardrail", "ec2.amazonaws.com", { ...settings, changes: { ...settings.changes, iam: own } })).toBe(false);
  });
});

describe("the system's own names", () => {
  it("are out of reach of its workers where the hub itself is in scope", () => {
    const lambda = (name: string) => may("lambda", "lambda:PutFunctionConcurrency", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}`);
    expect([lambda("acme-thumbnailer"), lambda("aws-coworker-guardrail")]).toEqual([true, false]);
    const s3 = (name: string) => may("s3", "s3:DeleteBucket", `arn:aws:s3:::${name}`);
    expect([s3("acme-logs"), s3("aws-coworker-evidence-000000000000-us-east-1")]).toEqual([true, false]);
  });
});

it("tags go on what is being made or on the types that may be tagged, and on nothing else", () => {
  const tags = (type: string, context = {}) => may("ec2", "ec2:CreateTags", `arn:aws:ec2:eu-west-1:${ACCOUNT}:${type}/x-1`, context);
  expect([tags("instance"), tags("vpc-flow-log"), tags("transit-gateway")]).toEqual([true, false, false]);
  expect(tags("vpc-flow-log", { "ec2:CreateAction": "CreateFlowLogs" })).toBe(true);
});
