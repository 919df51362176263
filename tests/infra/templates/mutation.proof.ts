import { describe, expect, test } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { MUTABLE_SERVICES, type MutableService } from "../../../config/catalog/services.ts";
import { MODELS } from "../../../config/models.ts";
import { decide, isAllowed } from "../iam/evaluate.ts";
import { allowedActions, call, grantableActions } from "./actions.ts";
import { type Role, rolesOf } from "./roles.ts";
import { ALL, type Synthesized } from "./synthesize.ts";

/** What a mutation worker holds in the hub besides writes and their reads. In a member account: nothing. */
const ONLY_IN_HUB = [
  "bedrock:InvokeModel",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "kms:VerifyMac",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "ssm:GetParameter",
  "sts:AssumeRole",
  "sts:SetSourceIdentity",
  "sts:TagSession",
];

/** From the catalog itself: its writes, and the reads that show what they change. */
function changes(service: MutableService): string[] {
  const { reads, writes = {} } = CATALOG[service];
  const actions = Object.values(writes).flatMap((write) => [
    ...write.permissions.map(({ action }) => action),
    ...[...write.before, ...(write.after ?? [])].flatMap(({ operation }) => (reads[operation]?.permissions ?? []).map(({ action }) => action)),
  ]);
  return [...new Set(actions)];
}

const sorted = (actions: readonly string[]) => [...new Set(actions)].sort();
const workers = (assembly: Synthesized) => rolesOf(assembly).filter(({ name }) => name.startsWith("mutation-"));
const serviceOf = ({ name }: Role) => MUTABLE_SERVICES.find((service) => name === `mutation-${service}`) ?? (`no service for ${name}` as never);
const isInScope = ({ settings }: Synthesized, { template, name }: Role) =>
  settings.scopes.some(({ account, services }) => account === template.account && services.some((service) => name === `mutation-${service}`));

/** `@` stands for the account. */
const SAMPLES: Readonly<Record<MutableService, readonly [string, string]>> = {
  ec2: ["ec2:StopInstances", "arn:aws:ec2:us-east-1:@:instance/i-0123456789abcdef0"],
  s3: ["s3:PutBucketPublicAccessBlock", "arn:aws:s3:::any-bucket"],
  iam: ["iam:TagRole", "arn:aws:iam::@:role/coworker-managed/any"],
  lambda: ["lambda:UpdateFunctionConfiguration", "arn:aws:lambda:us-east-1:@:function:any"],
};

/** Ways to more power, to content, or out of the system's hands: no role that changes something has them. */
const NEVER: readonly (readonly [string, string])[] = [
  ["iam:PutRolePolicy", "arn:aws:iam::@:role/coworker-managed/any"],
  ["iam:UpdateAssumeRolePolicy", "arn:aws:iam::@:role/coworker-managed/any"],
  ["iam:DeleteRolePermissionsBoundary", "arn:aws:iam::@:role/coworker-managed/any"],
  ["iam:CreatePolicyVersion", "arn:aws:iam::@:policy/any"],
  ["iam:CreateAccessKey", "arn:aws:iam::@:user/any"],
  ["s3:PutObject", "arn:aws:s3:::any-bucket/key"],
  ["s3:DeleteObject", "arn:aws:s3:::any-bucket/key"],
  ["s3:PutBucketAcl", "arn:aws:s3:::any-bucket"],
  ["lambda:CreateFunctionUrlConfig", "arn:aws:lambda:us-east-1:@:function:any"],
  ["lambda:AddPermission", "arn:aws:lambda:us-east-1:@:function:any"],
  ["lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:@:function:any"],
  ["lambda:InvokeFunction", "arn:aws:lambda:us-east-1:@:function:any"],
  ["ec2:ModifyInstanceAttribute", "arn:aws:ec2:us-east-1:@:instance/i-0123456789abcdef0"],
  ["kms:GenerateMac", "arn:aws:kms:us-east-1:@:key/any"],
];

describe.each(ALL)("$name: each mutation role", (assembly) => {
  const { hub } = assembly.settings.deployment;
  const registered = assembly.settings.accounts.map(({ id }) => id);
  const titled = workers(assembly).map((role) => ({ role, where: role.template.stack, name: role.name }));

  test.each(titled)("$where $name is allowed exactly its catalog's writes, their reads and the table, over every action of AWS", ({ role }) => {
    const { place, account } = role.template;
    const changing = place === "member" || isInScope(assembly, role);
    const expected = sorted([...(place === "hub" ? ONLY_IN_HUB : []), ...(changing ? changes(serviceOf(role)) : [])]);
    expect(role.foreignPolicies).toEqual([]);
    expect(allowedActions(role.held, [account, ...registered])).toEqual(expected);
    expect(grantableActions(role.held, [account, ...registered])).toEqual(expected);
  });

  test.each(titled)("$where $name changes its own service, in its own account, and no other", ({ role }) => {
    const { account, place } = role.template;
    const own = serviceOf(role);
    const changing = place === "member" || isInScope(assembly, role);
    const allowed = ([action, resource]: readonly [string, string], owner = account) => isAllowed(role.held, call(action, resource.replace("@", owner), owner));
    expect(allowed(SAMPLES[own])).toBe(changing);
    expect(allowed(SAMPLES[own], "999999999999"), "another account").toBe(false);
    for (const other of MUTABLE_SERVICES.filter((service) => service !== own)) expect(allowed(SAMPLES[other]), other).toBe(false);
    for (const never of NEVER) expect(allowed(never), never[0]).toBe(false);
  });

  test("in the hub it changes something only if the hub itself is in scope", () => {
    const changing = workers(assembly).filter((role) => role.template.place === "hub" && isInScope(assembly, role));
    expect(changing.map(({ name }) => name)).toEqual(hub.account === "111111111111" && registered.includes(hub.account) ? ["mutation-s3"] : []);
  });
});

describe.each(ALL)("$name: what a mutation role holds in the hub only", (assembly) => {
  const { hub, path, prefix } = assembly.settings.deployment;
  const at = (service: string, rest: string) => `arn:aws:${service}:${hub.region}:${hub.account}:${rest}`;
  const hubWorkers = workers(assembly).filter(({ template }) => template.place === "hub");

  test.each(hubWorkers)("$name assumes itself, narrowed, in accounts in scope for it, nowhere else, and no other role", (role) => {
    const own = serviceOf(role);
    const arn = (account: string, name: string) => `arn:aws:iam::${account}:role${path}${prefix}-${name}`;
    const other = own === "s3" ? "ec2" : "s3";
    for (const action of ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]) {
      const may = (resource: string) => isAllowed(role.held, call(action, resource, hub.account));
      for (const { id } of assembly.settings.accounts) {
        const inScope = assembly.settings.scopes.some(({ account, services }) => account === id && services.includes(own));
        expect(may(arn(id, `mutation-${own}`)), `${action} ${id}`).toBe(inScope);
        expect([arn(id, `mutation-${other}`), arn(id, `discovery-${own}`), `arn:aws:iam::${id}:role/Administrator`].map(may)).toEqual([false, false, false]);
      }
      expect(may(arn("999999999999", `mutation-${own}`)), "an unregistered account").toBe(false);
    }
  });

  test.each(hubWorkers)("$name checks approvals with the one key, keeps the ledger, reads stops and the halt switch, and writes neither", (role) => {
    const may = (action: string, resource: string) => isAllowed(role.held, call(action, resource, hub.account));
    const key = role.held.identity.flatMap(({ Statement }) => Statement).find(({ Action }) => Action?.includes("kms:VerifyMac"))?.Resource?.[0] ?? "";
    expect(key).toMatch(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/ApprovalKey/);
    expect([may("kms:VerifyMac", key), may("kms:GenerateMac", key), may("kms:VerifyMac", at("kms", "key/another"))]).toEqual([true, false, false]);
    const table = (name: string) => at("dynamodb", `table/${prefix}-${name}`);
    expect(["ledger", "stops", "approvals", "journal", "requests"].filter((name) => may("dynamodb:GetItem", table(name)))).toEqual(["ledger", "stops"]);
    expect(["ledger", "stops", "approvals", "journal", "requests"].filter((name) => may("dynamodb:PutItem", table(name)))).toEqual(["ledger"]);
    const halt = at("ssm", `parameter/coworker/${prefix}-halt`);
    expect([may("ssm:GetParameter", halt), may("ssm:PutParameter", halt), may("ssm:GetParameter", at("ssm", "parameter/another"))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each(hubWorkers)("$name invokes its own model family and writes its own log group", (role) => {
    const may = (action: string, resource: string) => isAllowed(role.held, call(action, resource, hub.account));
    const model = (family: keyof typeof MODELS) => `arn:aws:bedrock:${hub.region}::foundation-model/${MODELS[family].id}`;
    expect((["haiku", "sonnet", "opus"] as const).filter((family) => may("bedrock:InvokeModel", model(family)))).toEqual(["sonnet"]);
    const log = (name: string) => at("logs", `log-group:/aws/lambda/${prefix}-${name}:log-stream:any`);
    expect([may("logs:PutLogEvents", log(role.name)), may("logs:PutLogEvents", log("record"))]).toEqual([true, false]);
  });
});

/** Account, role, action, resource; then a context that lets it pass, and those that don't. */
interface Pair {
  readonly title: string;
  readonly service: MutableService;
  readonly action: string;
  readonly allow: readonly [resource: string, context: Record<string, string>];
  readonly deny: readonly (readonly [resource: string, context: Record<string, string>])[];
  /** A Deny that wins, or an Allow that is missing. */
  readonly by: "explicit-deny" | "not-allowed";
}

const INSTANCE = "arn:aws:ec2:us-east-1:@:instance/i-0123456789abcdef0";
const MANAGED = "arn:aws:iam::@:role/coworker-managed/app";
const OWN = "arn:aws:iam::@:role%path%%prefix%-mutation-iam";
const BOUNDARY = { "iam:PermissionsBoundary": "arn:aws:iam::@:policy/coworker-managed-boundary" };
const LISTED = { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" };
const TO_EC2 = { "iam:PassedToService": "ec2.amazonaws.com" };
const FUNCTION = "arn:aws:lambda:us-east-1:@:function:app";
const tagged = (value: string) => ({ "aws:ResourceTag/Environment": value });
const STRICTER = ["staging", "production", "Production", "PROD", "prd", "stg", "stage", "preprod"].map(tagged);
const region = (name: string) => ({ "aws:RequestedRegion": name });

const PAIRS: readonly Pair[] = [
  ...(["ec2", "s3", "lambda"] as const).map((service): Pair => {
    const [action, resource] = SAMPLES[service];
    const elsewhere = ["ap-south-1", "eu-north-1"].map((name) => [resource.replace("us-east-1", name), region(name)] as const);
    return { title: "outside the account's regions", service, action, allow: [resource, region("us-east-1")], deny: elsewhere, by: "explicit-deny" };
  }),
  ...(["ec2", "iam", "lambda"] as const).map((service): Pair => {
    const [action, resource] = SAMPLES[service];
    return {
      title: "on what is tagged staging or production",
      service,
      action,
      allow: [resource, tagged("sandbox")],
      deny: STRICTER.map((context) => [resource, context] as const),
      by: "explicit-deny",
    };
  }),
  {
    title: "a bucket of another account",
    service: "s3",
    action: "s3:PutBucketVersioning",
    allow: ["arn:aws:s3:::app", {}],
    deny: [["arn:aws:s3:::app", { "aws:ResourceAccount": "999999999999" }]],
    by: "not-allowed",
  },
  {
    title: "the system's own buckets",
    service: "s3",
    action: "s3:DeleteBucket",
    allow: ["arn:aws:s3:::app", {}],
    deny: [["arn:aws:s3:::%prefix%-evidence-1", {}]],
    by: "explicit-deny",
  },
  {
    title: "the system's own functions",
    service: "lambda",
    action: "lambda:PutFunctionConcurrency",
    allow: [FUNCTION, {}],
    deny: [[FUNCTION.replace("app", "%prefix%-mutation-s3"), {}]],
    by: "explicit-deny",
  },
  { title: "the system's own roles", service: "iam", action: "iam:TagRole", allow: [MANAGED, {}], deny: [[OWN, {}]], by: "explicit-deny" },
  {
    title: "roles outside the managed path",
    service: "iam",
    action: "iam:DeleteRole",
    allow: [MANAGED, {}],
    deny: [["arn:aws:iam::@:role/Administrator", {}]],
    by: "not-allowed",
  },
  {
    title: "a role without the boundary, or with another",
    service: "iam",
    action: "iam:CreateRole",
    allow: [MANAGED, BOUNDARY],
    deny: [
      [MANAGED, {}],
      [MANAGED, { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" }],
      ["arn:aws:iam::@:role/elsewhere/app", BOUNDARY],
    ],
    by: "not-allowed",
  },
  {
    title: "another boundary, a role outside the managed path",
    service: "iam",
    action: "iam:PutRolePermissionsBoundary",
    allow: [MANAGED, BOUNDARY],
    deny: [
      [MANAGED, {}],
      [MANAGED, { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" }],
      ["arn:aws:iam::@:role/Administrator", BOUNDARY],
    ],
    by: "not-allowed",
  },
  {
    title: "the boundary of the system's own roles",
    service: "iam",
    action: "iam:PutRolePermissionsBoundary",
    allow: [MANAGED, BOUNDARY],
    deny: [[OWN, BOUNDARY]],
    by: "explicit-deny",
  },
  {
    title: "a function's URL that anybody may call",
    service: "lambda",
    action: "lambda:UpdateFunctionUrlConfig",
    allow: [FUNCTION, { "lambda:FunctionUrlAuthType": "AWS_IAM" }],
    deny: [
      [FUNCTION, { "lambda:FunctionUrlAuthType": "NONE" }],
      [FUNCTION, {}],
    ],
    by: "not-allowed",
  },
  {
    title: "another option of the metadata service than its tokens",
    service: "ec2",
    action: "ec2:ModifyInstanceMetadataOptions",
    allow: [INSTANCE, { "ec2:Attribute/HttpTokens": "required" }],
    deny: [
      [INSTANCE, {}],
      [INSTANCE, { "ec2:Attribute/HttpEndpoint": "enabled" }],
    ],
    by: "not-allowed",
  },
  {
    title: "a launch that asks for a public address",
    service: "ec2",
    action: "ec2:RunInstances",
    allow: [INSTANCE.replace("instance/i-", "network-interface/eni-"), { "ec2:AssociatePublicIpAddress": "false" }],
    deny: [[INSTANCE.replace("instance/i-", "network-interface/eni-"), { "ec2:AssociatePublicIpAddress": "true" }]],
    by: "not-allowed",
  },
  {
    title: "a policy outside the list",
    service: "iam",
    action: "iam:AttachRolePolicy",
    allow: [MANAGED, LISTED],
    deny: [
      [MANAGED, { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" }],
      [MANAGED, {}],
      ["arn:aws:iam::@:role/Administrator", LISTED],
    ],
    by: "not-allowed",
  },
  {
    title: "a role outside the list, or to another service",
    service: "ec2",
    action: "iam:PassRole",
    allow: ["arn:aws:iam::@:role/coworker-managed/app-instance", TO_EC2],
    deny: [
      ["arn:aws:iam::@:role/coworker-managed/another", TO_EC2],
      ["arn:aws:iam::@:role/Administrator", TO_EC2],
      ["arn:aws:iam::@:role/coworker-managed/app-instance", { "iam:PassedToService": "lambda.amazonaws.com" }],
      ["arn:aws:iam::@:role/coworker-managed/app-instance", {}],
    ],
    by: "not-allowed",
  },
  {
    title: "the system's own roles to anybody",
    service: "ec2",
    action: "iam:PassRole",
    allow: ["arn:aws:iam::@:role/coworker-managed/app-instance", TO_EC2],
    deny: [[OWN, TO_EC2]],
    by: "explicit-deny",
  },
  {
    title: "tags of what it does not make",
    service: "ec2",
    action: "ec2:CreateTags",
    allow: [INSTANCE.replace("instance/i-", "network-interface/eni-"), { "ec2:CreateAction": "RunInstances" }],
    deny: [[INSTANCE.replace("instance/i-", "network-interface/eni-"), {}]],
    by: "not-allowed",
  },
];

describe.each(ALL)("$name: a mutation role in a member account is refused", (assembly) => {
  const { path, prefix } = assembly.settings.deployment;
  const roles = workers(assembly).filter(({ template }) => template.place === "member");

  test.each(PAIRS)("$service: $action: $title", ({ service, action, allow, deny, by }) => {
    const own = roles.filter((role) => serviceOf(role) === service);
    // The sandbox and the StackSet's account at least.
    expect(own.length).toBeGreaterThanOrEqual(2);
    for (const { held, template, arn } of own) {
      const written = (text: string) => text.replace("@", template.account).replace("%path%", path).replace("%prefix%", prefix);
      const asked = ([resource, context]: Pair["allow"]) =>
        decide(
          held,
          call(action, written(resource), template.account, Object.fromEntries(Object.entries(context).map(([key, value]) => [key, written(value)]))),
        );
      expect(asked(allow), arn).toBe("allowed");
      expect(deny.map(asked), arn).toEqual(deny.map(() => by));
    }
  });
});
