import { describe, expect, test } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { SERVICES, type ServiceName } from "../../../config/catalog/services.ts";
import { MODELS } from "../../../config/models.ts";
import { isAllowed } from "../iam/evaluate.ts";
import { allowedActions, call, grantableActions } from "./actions.ts";
import { type Role, rolesOf } from "./roles.ts";
import { ALL, type Synthesized, withReadHub } from "./synthesize.ts";
import { STACKSET_ACCOUNT } from "./template.ts";

/** What a worker holds in the hub besides reads. In a member account: nothing. */
const ONLY_IN_HUB = ["bedrock:InvokeModel", "logs:CreateLogStream", "logs:PutLogEvents", "s3:PutObject", "sts:AssumeRole"];

/** For each service a read of it, and a write to the same kind of resource. `@` stands for the account. */
const SAMPLES: Readonly<Record<ServiceName, { readonly read: readonly [string, string]; readonly write: readonly [string, string] }>> = {
  ec2: { read: ["ec2:DescribeInstances", "*"], write: ["ec2:TerminateInstances", "arn:aws:ec2:us-east-1:@:instance/i-0123456789abcdef0"] },
  s3: { read: ["s3:GetBucketPolicy", "arn:aws:s3:::any-bucket"], write: ["s3:PutBucketPolicy", "arn:aws:s3:::any-bucket"] },
  iam: { read: ["iam:GetRole", "arn:aws:iam::@:role/any"], write: ["iam:UpdateAssumeRolePolicy", "arn:aws:iam::@:role/any"] },
  lambda: { read: ["lambda:GetPolicy", "arn:aws:lambda:us-east-1:@:function:any"], write: ["lambda:AddPermission", "arn:aws:lambda:us-east-1:@:function:any"] },
  cloudtrail: {
    read: ["cloudtrail:GetTrailStatus", "arn:aws:cloudtrail:us-east-1:@:trail/any"],
    write: ["cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:@:trail/any"],
  },
};

/** Reads of content and secrets: no worker has them (Y-15). */
const NEVER: readonly (readonly [string, string])[] = [
  ["s3:GetObject", "arn:aws:s3:::any-bucket/key"],
  ["lambda:GetFunction", "arn:aws:lambda:us-east-1:@:function:any"],
  ["ec2:GetPasswordData", "arn:aws:ec2:us-east-1:@:instance/i-0123456789abcdef0"],
  ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:@:secret:any"],
  ["iam:GenerateCredentialReport", "*"],
];

const reads = (service: ServiceName) => [...new Set(Object.values(CATALOG[service].reads).flatMap((read) => read.permissions.map(({ action }) => action)))];
const sorted = (actions: readonly string[]) => [...actions].sort();
const workers = (assembly: Synthesized) => rolesOf(assembly).filter(({ name }) => name.startsWith("discovery-"));
const serviceOf = ({ name }: Role) => SERVICES.find((service) => name === `discovery-${service}`) ?? (`no service for ${name}` as never);

describe.each(ALL)("$name: each discovery role", (assembly) => {
  const { hub } = assembly.settings.deployment;
  const registered = assembly.settings.accounts.map(({ id }) => id);
  const hubIsRead = registered.includes(hub.account);

  test("exists once for each service in the hub, in each registered account and in the StackSet's template", () => {
    const members = registered.filter((id) => id !== hub.account);
    const expected = [hub.account, ...members, STACKSET_ACCOUNT].flatMap((account) => SERVICES.map((service) => `${account} discovery-${service}`));
    expect(sorted(workers(assembly).map(({ template, name }) => `${template.account} ${name}`))).toEqual(sorted(expected));
  });

  test.each(workers(assembly).map((role) => ({ role, where: role.template.stack, name: role.name })))(
    "$where $name is allowed exactly its catalog's actions and the table's",
    ({ role }) => {
      const inHub = role.template.place === "hub";
      const expected = sorted([...(inHub ? ONLY_IN_HUB : []), ...(!inHub || hubIsRead ? reads(serviceOf(role)) : [])]);
      const accounts = [role.template.account, ...registered];
      expect(allowedActions(role.held, accounts)).toEqual(expected);
      expect(grantableActions(role.held, accounts)).toEqual(expected);
    },
  );

  test.each(workers(assembly).map((role) => ({ role, where: role.template.stack, name: role.name })))(
    "$where $name reads its own service, no other, no content, and writes nothing",
    ({ role }) => {
      const { account, place } = role.template;
      const allowed = ([action, resource]: readonly [string, string]) => isAllowed(role.held, call(action, resource.replace("@", account), account));
      const own = serviceOf(role);
      expect(allowed(SAMPLES[own].read)).toBe(place === "member" || hubIsRead);
      expect(allowed(SAMPLES[own].write)).toBe(false);
      for (const other of SERVICES.filter((service) => service !== own)) expect(allowed(SAMPLES[other].read), other).toBe(false);
      for (const never of NEVER) expect(allowed(never), never[0]).toBe(false);
    },
  );

  test.each(workers(assembly).filter((role) => serviceOf(role) === "s3" && (role.template.place === "member" || hubIsRead)))(
    "$template.stack $name reads buckets of its own account and of no other",
    ({ held, template }) => {
      const read = (owner: string) => isAllowed(held, call("s3:GetBucketPolicy", "arn:aws:s3:::any-bucket", owner));
      expect(read(template.account)).toBe(true);
      expect(read("999999999999")).toBe(false);
    },
  );
});

describe.each(ALL)("$name: what a worker holds in the hub only", (assembly) => {
  const { hub, path, prefix } = assembly.settings.deployment;
  const hubWorkers = workers(assembly).filter(({ template }) => template.place === "hub");
  const other = (own: ServiceName): ServiceName => (own === "s3" ? "ec2" : "s3");
  const roleArn = (account: string, service: string) => `arn:aws:iam::${account}:role${path}${prefix}-discovery-${service}`;

  test.each(hubWorkers)("$name assumes itself in registered accounts, nowhere else, and no other role", (role) => {
    const own = serviceOf(role);
    const assume = (resource: string) => isAllowed(role.held, call("sts:AssumeRole", resource, hub.account));
    for (const { id } of assembly.settings.accounts) {
      expect(assume(roleArn(id, own)), id).toBe(true);
      expect(assume(roleArn(id, other(own))), id).toBe(false);
      expect(assume(`arn:aws:iam::${id}:role/Administrator`), id).toBe(false);
      expect(assume(`arn:aws:iam::${id}:role/${prefix}-discovery-${own}`), "without the path").toBe(false);
    }
    expect(assume(roleArn("999999999999", own)), "an unregistered account").toBe(false);
  });

  test.each(hubWorkers)("$name writes evidence below its own prefix, reads none, and invokes its own model family", (role) => {
    const own = serviceOf(role);
    const bucket = `arn:aws:s3:::${prefix}-evidence-${hub.account}-${hub.region}`;
    const may = (action: string, resource: string) => isAllowed(role.held, call(action, resource, hub.account));
    expect(may("s3:PutObject", `${bucket}/${own}/request/raw.json`)).toBe(true);
    expect(may("s3:PutObject", `${bucket}/${other(own)}/request/raw.json`)).toBe(false);
    expect(may("s3:PutObject", `arn:aws:s3:::${prefix}-reports-${hub.account}-${hub.region}/${own}/a`)).toBe(false);
    expect(may("s3:GetObject", `${bucket}/${own}/request/raw.json`)).toBe(false);
    const model = (family: keyof typeof MODELS) => `arn:aws:bedrock:${hub.region}::foundation-model/${MODELS[family].id}`;
    expect(may("bedrock:InvokeModel", model("haiku"))).toBe(true);
    expect(may("bedrock:InvokeModel", model("opus"))).toBe(false);
    expect(may("bedrock:InvokeModel", model("sonnet"))).toBe(false);
  });

  test.each(hubWorkers)("$name writes its own log group and no other", (role) => {
    const stream = (name: string) => `arn:aws:logs:${hub.region}:${hub.account}:log-group:/aws/lambda/${prefix}-${name}:log-stream:any`;
    const write = (name: string) => isAllowed(role.held, call("logs:PutLogEvents", stream(name), hub.account));
    expect(write(role.name)).toBe(true);
    expect(write(`discovery-${other(serviceOf(role))}`)).toBe(false);
    expect(write("record")).toBe(false);
  });
});

test("a hub that is not registered is not read; one that is, is", () => {
  expect(ALL.map(({ settings }) => settings.accounts.some(({ id }) => id === settings.deployment.hub.account))).toEqual([false, false, true]);
  expect(withReadHub.settings.accounts).toHaveLength(4);
});
