import { describe, expect, it } from "vitest";
import { CATALOG, findRead, findWrite } from "../../../config/catalog/index.ts";
import { columnsOf } from "../../../config/catalog/read-tools.ts";
import { MUTABLE_SERVICES, type MutableService } from "../../../config/catalog/services.ts";
import { afterReads, beforeReads, filled, isAbsent, readInput } from "../../../config/catalog/state.ts";
import { isReference, type Reference, type State } from "../../../config/catalog/write.ts";
import { ACCOUNT, REGION, SAMPLES } from "./write-samples.ts";

const place = { account: ACCOUNT, region: REGION };
const writes = MUTABLE_SERVICES.flatMap((service) =>
  Object.entries(CATALOG[service].writes ?? {}).map(([operation, write]) => {
    const sample = SAMPLES[service][operation];
    if (!sample) throw new Error(`${service}.${operation} has no sample`);
    return { name: `${service}.${operation}`, service, operation, write, ...sample };
  }),
);
const output = (name: string): Reference => ({ $ref: `s1.${name}` });
const withOutputs = (input: Readonly<Record<string, unknown>>, outputs: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(input).map(([field, value]) => [field, isReference(value) ? outputs[value.$ref.slice(3)] : value]));
const inverseOf = (service: MutableService, operation: string, before?: State, change: object = {}) => {
  const { input, before: usual } = SAMPLES[service][operation]!;
  return findWrite(service, operation)!.inverse({ ...input, ...change }, before ?? usual, output);
};

it("has a sample for every write and no other", () => {
  for (const service of MUTABLE_SERVICES) expect(Object.keys(SAMPLES[service]).sort()).toEqual(Object.keys(CATALOG[service].writes ?? {}).sort());
});

describe.each(writes)("$name", ({ service, operation, write, input, before, outputs }) => {
  it("takes its sample and no unknown field, and is found by its name only", () => {
    expect(write.input.safeParse(input).error).toBeUndefined();
    expect(write.input.safeParse({ ...input, Unknown: "x" }).success).toBe(false);
    expect(findWrite(service, operation)).toBe(write);
    expect(findWrite(service, operation.toLowerCase())).toBeUndefined();
  });

  it("takes no wildcard where its ARN or a permission's has an input", () => {
    const texts = [write.arn, ...write.permissions.map(({ resource }) => resource)].join(" ");
    for (const field of [...texts.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name).filter((name) => Object.hasOwn(input, name))) {
      const wild = Array.isArray(input[field]) ? ["*"] : "*";
      expect(write.input.safeParse({ ...input, [field]: wild }).success, field).toBe(false);
    }
    expect(filled(write.arn, input, place)).toMatch(write.creates ? /^arn:aws:/ : /^arn:aws:[^*]+$/);
  });

  it("is undone by a write of the catalog that takes what its inverse gives", () => {
    const inverse = write.inverse(input, before, output);
    expect(inverse === null).toBe(write.reversible === "no");
    if (inverse === null) return;
    const back = findWrite(service, inverse.operation);
    expect(back, inverse.operation).toBeDefined();
    expect(back?.input.safeParse(withOutputs(inverse.input, outputs)).error).toBeUndefined();
    for (const [field, value] of Object.entries(inverse.input)) if (isReference(value)) expect(back?.references, field).toContain(field);
  });

  it("reads with inputs that its reads take, and promises what they show", () => {
    const given = { ...input, ...outputs };
    for (const read of [...beforeReads(write, input), ...afterReads(write, given)]) {
      const wanted = readInput(read, given, place);
      expect(wanted, read.operation).not.toBeNull();
      expect(findRead(service, read.operation)?.input.safeParse(wanted).error, read.operation).toBeUndefined();
    }
    const shown = new Map(afterReads(write, given).map((read) => [read.operation, read.columns]));
    for (const [reads, columns] of Object.entries(write.promises(input, before))) {
      expect(shown.has(reads), reads).toBe(true);
      for (const column of Object.keys(columns ?? {})) {
        expect(shown.get(reads), column).toContain(column);
        expect(columnsOf(findRead(service, reads)!)).toContain(column);
      }
    }
    expect(Object.keys(write.promises(input, before)).length > 0 || write.done !== undefined).toBe(true);
  });

  it("says what stays changed and how long it takes; only what is made is absent before", () => {
    if (write.reversible !== "yes") expect(write.notRestorable?.length).toBeGreaterThan(0);
    expect(write.seconds).toBeGreaterThan(0);
    if (write.creates) expect(isAbsent(before, write.before)).toBe(true);
    if (write.tagged) expect(Object.keys(write.input.shape)).toContain("Tags");
  });
});

it("what is changed is shown with its tags, so that a tier that it was given since the plan is no longer what was approved", () => {
  const existing = writes.filter(({ service, write }) => (service === "s3" || service === "lambda") && !write.creates);
  expect(existing.length).toBeGreaterThan(20);
  for (const { name, write } of existing)
    expect(
      write.before.flatMap(({ columns }) => columns).filter((column) => /^Tag(s|Set)$/.test(column)),
      name,
    ).toHaveLength(1);
});

describe("classes (C11) and what only an undo may ask for", () => {
  const named = (kind: (one: (typeof writes)[number]) => boolean) => writes.filter(kind).map(({ name }) => name);

  it("destroying is destructive; IAM, security groups, encryption and public access are sensitive", () => {
    expect(named(({ write }) => write.class === "destructive").sort()).toEqual([
      "ec2.DeleteSecurityGroup",
      "ec2.DeleteSnapshot",
      "ec2.DeleteVolume",
      "ec2.TerminateInstances",
      "iam.DeleteRole",
      "s3.DeleteBucket",
    ]);
    for (const { name, service, operation, write } of writes)
      if (service === "iam" || /SecurityGroup|Encryption|PublicAccessBlock|MetadataOptions|FunctionUrl/.test(operation))
        expect(write.class, name).not.toBe("non-destructive");
  });

  it("whatever loosens is inverse-only", () => {
    expect(named(({ write }) => write.inverseOnly === true).sort()).toEqual([
      "ec2.DeleteSnapshot",
      "ec2.RestoreInstanceMetadataOptions",
      "ec2.RestoreSecurityGroupIngress",
      "ec2.RestoreTags",
      "iam.ActivateAccessKey",
      "iam.RestoreRoleTags",
      "lambda.RestoreFunctionTags",
      "s3.DeleteBucketEncryption",
      "s3.DeleteBucketLifecycle",
      "s3.DeleteBucketPolicy",
      "s3.DeleteBucketTagging",
      "s3.DeletePublicAccessBlock",
      "s3.DisableBucketLogging",
      "s3.RestoreBucketEncryption",
      "s3.RestorePublicAccessBlock",
      "s3.SuspendBucketVersioning",
    ]);
  });

  it("at most one effect is AWS's to see to, by token or name, or said to be nobody's", () => {
    const kinds = new Map(writes.map(({ name, write }) => [name, write.idempotency.kind]));
    expect([kinds.get("ec2.RunInstances"), kinds.get("ec2.CreateFlowLogs")]).toEqual(["client-token", "client-token"]);
    expect([kinds.get("ec2.CreateSecurityGroup"), kinds.get("s3.CreateBucket"), kinds.get("iam.CreateRole")]).toEqual(["name", "name", "name"]);
    expect([...kinds].filter(([, kind]) => kind === "none").map(([name]) => name)).toEqual(["ec2.CreateSnapshot"]);
  });
});

describe("inverses", () => {
  it("set a public access block back to exactly what it was", () => {
    const row = {
      Absent: null,
      "PublicAccessBlockConfiguration.BlockPublicAcls": true,
      "PublicAccessBlockConfiguration.IgnorePublicAcls": false,
      "PublicAccessBlockConfiguration.BlockPublicPolicy": true,
      "PublicAccessBlockConfiguration.RestrictPublicBuckets": false,
    };
    expect(inverseOf("s3", "PutPublicAccessBlock", { GetPublicAccessBlock: [row] })).toEqual({
      operation: "RestorePublicAccessBlock",
      input: { Bucket: "acme-logs-sandbox", BlockPublicAcls: true, IgnorePublicAcls: false, BlockPublicPolicy: true, RestrictPublicBuckets: false },
    });
    expect(inverseOf("s3", "PutPublicAccessBlock")?.operation).toBe("DeletePublicAccessBlock");
  });

  it("give touched tags their values back, take new ones away and leave AWS's own alone", () => {
    expect(inverseOf("ec2", "CreateTags")?.input).toEqual({
      ResourceType: "instance",
      ResourceId: "i-0123456789abcdef0",
      Tags: { Owner: "web-team" },
      TagKeys: ["CostCenter", "CoworkerRequest"],
    });
    expect(inverseOf("ec2", "DeleteTags")?.input).toMatchObject({ Tags: { Stale: "yes" }, TagKeys: [] });
    expect(inverseOf("ec2", "DeleteTags", undefined, { TagKeys: ["NotThere"] })).toBeNull();
    expect(inverseOf("ec2", "DeleteFlowLogs")?.input.Tags).toEqual({ Owner: "web-team", Stale: "yes" });
  });

  it("start only what ran, suspend only what was not on, activate only what was active", () => {
    expect(inverseOf("ec2", "StopInstances", { DescribeInstances: [{ "State.Name": "stopped" }] })).toBeNull();
    expect(inverseOf("s3", "PutBucketVersioning", { GetBucketVersioning: [{ Status: "Enabled" }] })).toBeNull();
    expect(inverseOf("iam", "UpdateAccessKey", { ListAccessKeys: [{ Status: "Inactive" }] })).toBeNull();
    expect(inverseOf("lambda", "DeleteFunctionConcurrency", { GetFunctionConcurrency: [{ ReservedConcurrentExecutions: null }] })).toBeNull();
  });

  it("give an instance the tokens back that it had, and where it is not known what it had, nothing", () => {
    expect(inverseOf("ec2", "ModifyInstanceMetadataOptions")).toEqual({
      operation: "RestoreInstanceMetadataOptions",
      input: { InstanceId: "i-0123456789abcdef0", HttpTokens: "optional" },
    });
    expect(inverseOf("ec2", "ModifyInstanceMetadataOptions", { DescribeInstances: [{ "MetadataOptions.HttpTokens": null }] })).toBeNull();
  });

  it("never take a boundary off a role, nor open a function's URL", () => {
    for (const [service, operation] of [
      ["iam", "PutRolePermissionsBoundary"],
      ["lambda", "UpdateFunctionUrlConfig"],
    ] as const) {
      expect(inverseOf(service, operation)).toBeNull();
      expect(findWrite(service, operation)?.reversible).toBe("no");
    }
    const commands = MUTABLE_SERVICES.flatMap((service) =>
      Object.values(CATALOG[service].writes ?? {}).flatMap(({ calls }) => calls.map(({ command }) => command)),
    );
    expect(commands).toContain("PutRolePermissionsBoundary");
    expect(commands).not.toContain("DeleteRolePermissionsBoundary");
  });

  it("put a revoked rule back with its source and description, whatever it opened", () => {
    expect(inverseOf("ec2", "RevokeSecurityGroupIngress")).toEqual({
      operation: "RestoreSecurityGroupIngress",
      input: { GroupId: "sg-0123456789abcdef0", IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "0.0.0.0/0", Description: "ssh" },
    });
  });

  it("restore only the configuration that was changed", () => {
    expect(inverseOf("lambda", "UpdateFunctionConfiguration")?.input).toEqual({ FunctionName: "acme-thumbnailer", Timeout: 3, TracingMode: "PassThrough" });
  });

  it("a flow log that writes to a log group is not made again", () => {
    const row = { ...SAMPLES.ec2.DeleteFlowLogs?.before.DescribeFlowLogs?.[0], LogDestinationType: "cloud-watch-logs" };
    expect(inverseOf("ec2", "DeleteFlowLogs", { DescribeFlowLogs: [row] })).toBeNull();
  });
});

describe("preconditions", () => {
  const against = (service: MutableService, operation: string, before?: State) => {
    const { input, before: usual } = SAMPLES[service][operation]!;
    return findWrite(service, operation)?.precondition?.(input, before ?? usual, place) ?? null;
  };

  it("a boundary is put on a role that has none, and never exchanged", () => {
    expect(against("iam", "PutRolePermissionsBoundary")).toBeNull();
    const other = "arn:aws:iam::666666666666:policy/other";
    expect(against("iam", "PutRolePermissionsBoundary", { GetRole: [{ "PermissionsBoundary.PermissionsBoundaryArn": other }] })).toContain(other);
  });

  it("an instance is launched where the subnet gives no IPv6 address, and known to", () => {
    const subnet = (AssignIpv6AddressOnCreation: boolean | null) => ({ DescribeSubnets: [{ AssignIpv6AddressOnCreation }] });
    expect(against("ec2", "RunInstances", subnet(false))).toBeNull();
    expect(against("ec2", "RunInstances", subnet(true))).toContain("subnet-0123456789abcdef0 gives every instance an IPv6 address");
    expect(against("ec2", "RunInstances", subnet(null))).not.toBeNull();
    expect(against("ec2", "RunInstances", {})).not.toBeNull();
    const [shown] = findWrite("ec2", "RunInstances")?.before ?? [];
    expect(shown?.columns).toContain("AssignIpv6AddressOnCreation");
  });

  it("only a URL that is there asks for authentication", () => {
    expect(against("lambda", "UpdateFunctionUrlConfig")).toBeNull();
    // An alias may have one all the same.
    expect(against("lambda", "UpdateFunctionUrlConfig", { GetFunctionUrlConfig: [{ Absent: "ResourceNotFoundException", AuthType: null }] })).toMatch(
      /itself has no URL.*alias/,
    );
  });
});

describe("what is sent", () => {
  const sent = (service: MutableService, operation: string) =>
    findWrite(service, operation)?.calls.map(({ input }) => input(SAMPLES[service][operation]!.input, { ...place, clientToken: "t" }));

  it("launches with an interface that has no public IPv4 address, whatever the subnet gives, and no second place for subnet and groups", () => {
    const [launch] = sent("ec2", "RunInstances") ?? [];
    expect(launch?.NetworkInterfaces).toEqual([
      {
        DeviceIndex: 0,
        SubnetId: "subnet-0123456789abcdef0",
        Groups: ["sg-0123456789abcdef0", "sg-0fedcba9876543210"],
        AssociatePublicIpAddress: false,
        DeleteOnTermination: true,
      },
    ]);
    // EC2 refuses both at once (InvalidParameterCombination).
    expect(launch).not.toHaveProperty("SubnetId");
    expect(launch).not.toHaveProperty("SecurityGroupIds");
  });

  it("sets the tokens and nothing else of the metadata service", () => {
    expect(sent("ec2", "ModifyInstanceMetadataOptions")).toEqual([{ InstanceId: "i-0123456789abcdef0", HttpTokens: "required" }]);
    expect(sent("ec2", "RestoreInstanceMetadataOptions")).toEqual([{ InstanceId: "i-0123456789abcdef0", HttpTokens: "optional" }]);
  });

  it("sets how a URL is authorized and nothing else of it", () => {
    expect(sent("lambda", "UpdateFunctionUrlConfig")).toEqual([{ FunctionName: "acme-thumbnailer", AuthType: "AWS_IAM" }]);
  });
});

describe("inputs", () => {
  const accepts = (service: MutableService, operation: string, change: object) =>
    findWrite(service, operation)!.input.safeParse({ ...SAMPLES[service][operation]!.input, ...change }).success;

  it.each([
    ["a second source of a rule", "ec2", "AuthorizeSecurityGroupIngress", { CidrIpv6: "fd00::/8" }],
    ["a rule without a source", "ec2", "AuthorizeSecurityGroupIngress", { CidrIp: undefined }],
    ["a range whose host bits are set: it would not read back", "ec2", "AuthorizeSecurityGroupIngress", { CidrIp: "10.0.0.1/8" }],
    ["a prefix list in a request", "ec2", "AuthorizeSecurityGroupIngress", { CidrIp: undefined, PrefixListId: "pl-0123456789abcdef0" }],
    ["an id of another type", "ec2", "CreateTags", { ResourceType: "volume" }],
    ["AWS's own tag", "ec2", "CreateTags", { Tags: { "aws:x": "y" } }],
    ["no tag at all", "ec2", "CreateTags", { Tags: {} }],
    ["a profile without its role", "ec2", "RunInstances", { InstanceRole: undefined }],
    ["a profile by its name, which no promise can be compared with", "ec2", "RunInstances", { IamInstanceProfile: "web-profile" }],
    ["IMDSv1", "ec2", "ModifyInstanceMetadataOptions", { HttpTokens: "optional" }],
    ["an open URL", "lambda", "UpdateFunctionUrlConfig", { AuthType: "NONE" }],
    ["no boundary at all", "iam", "PutRolePermissionsBoundary", { PermissionsBoundary: undefined }],
    ["two instances", "ec2", "StopInstances", { InstanceId: ["i-0123456789abcdef0", "i-0fedcba9876543210"] }],
    ["a trust in anybody", "iam", "CreateRole", { TrustedServices: ["*"] }],
    ["a trust in another service", "iam", "CreateRole", { TrustedServices: ["ecs-tasks.amazonaws.com"] }],
    ["a role without boundary", "iam", "CreateRole", { PermissionsBoundary: undefined }],
    ["a status", "iam", "UpdateAccessKey", { Status: "Active" }],
    ["an open flag", "s3", "PutPublicAccessBlock", { BlockPublicAcls: false }],
    ["no change", "lambda", "UpdateFunctionConfiguration", { Timeout: undefined, TracingMode: undefined }],
    ["environment variables", "lambda", "UpdateFunctionConfiguration", { Environment: { Variables: {} } }],
    ["a timeout above Lambda's", "lambda", "UpdateFunctionConfiguration", { Timeout: 901 }],
  ] as const)("refuse %s", (_, service, operation, change) => {
    expect(accepts(service, operation, {})).toBe(true);
    expect(accepts(service, operation, change)).toBe(false);
  });
});

describe("estimates (H10)", () => {
  const cost = (operation: string, change: object = {}, before?: State) => {
    const { input, before: usual } = SAMPLES.ec2[operation]!;
    return findWrite("ec2", operation)?.cost?.({ ...input, ...change }, before ?? usual, REGION);
  };

  it("are quantity times list price, before and after", () => {
    // t3.micro: $0.0104 an hour, 730 hours; gp3: $0.08 a GiB; snapshots: $0.05 a GiB.
    expect(cost("RunInstances")).toMatchObject({ before: 0, after: 7.59 });
    expect(cost("StartInstances")).toMatchObject({ before: 0, after: 7.59 });
    expect(cost("StopInstances")).toMatchObject({ before: 7.59, after: 0 });
    expect(cost("TerminateInstances", {}, { DescribeInstances: [{ "State.Name": "stopped", InstanceType: "t3.micro" }] })).toMatchObject({
      before: 0,
      after: 0,
    });
    expect(cost("DeleteVolume")).toMatchObject({ before: 8, after: 0 });
    expect(cost("CreateSnapshot")).toMatchObject({ before: 0, after: 5 });
  });

  it("say that a type is unknown instead of guessing", () => {
    expect(cost("RunInstances", { InstanceType: "p5.48xlarge" })).toEqual({ before: 0, after: 0, basis: expect.stringContaining("unknown type p5.48xlarge") });
  });
});
