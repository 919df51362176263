/** Writes of the catalog that the emulator got wrong: what each needs, and what it leaves. */
import {
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DeleteFlowLogsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type InstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagRoleCommand,
} from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionUrlConfigCommand,
  type FunctionUrlAuthType,
  GetFunctionUrlConfigCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCalls } from "../../../infra/local/calls.ts";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { remove, root, startedCopy } from "./set-up.ts";

const ACCOUNT = "111111111111";
const IMAGE = "ami-12345678";
const arn = (type: string, id: string) => `arn:aws:ec2:us-east-1:${["image", "snapshot"].includes(type) ? "" : ACCOUNT}:${type}/${id}`;
const roleArn = (path: string) => `arn:aws:iam::${ACCOUNT}:role${path}`;
const DENIED = { name: expect.stringMatching(/^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/) };

interface Statement {
  readonly Effect?: "Deny";
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}
let copy: LocalCopy;
let roles = 0;
const document = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** A client's settings whose session may do just what the statements allow. */
async function allowedTo(...statements: Statement[]) {
  const iam = new IAMClient(root(copy, ACCOUNT));
  const RoleName = `narrow-${++roles}`;
  const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document([trust]) }));
  const given = statements.map((statement) => ({ Effect: "Allow", ...statement }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument: document(given) }));
  const { Credentials } = await new STSClient(root(copy, ACCOUNT)).send(new AssumeRoleCommand({ RoleArn: roleArn(`/${RoleName}`), RoleSessionName: "test" }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return { ...root(copy, ACCOUNT), credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } };
}
const asEc2 = async (...statements: Statement[]) => new EC2Client(await allowedTo(...statements));
const asIam = async (...statements: Statement[]) => new IAMClient(await allowedTo(...statements));

let own: EC2Client;
const there = { vpc: "", otherVpc: "", subnet: "", group: "", otherGroup: "" };
const volume = async () => (await own.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }))).VolumeId ?? "";
const tags = [{ Key: "Request", Value: "one" }];

beforeAll(async () => {
  copy = await startedCopy();
  own = new EC2Client(root(copy, ACCOUNT));
  there.otherVpc = (await own.send(new CreateVpcCommand({ CidrBlock: "10.8.0.0/16" }))).Vpc?.VpcId ?? "";
  const { Subnets = [] } = await own.send(new DescribeSubnetsCommand({}));
  there.subnet = Subnets[0]?.SubnetId ?? "";
  there.vpc = Subnets[0]?.VpcId ?? "";
  const group = async (GroupName: string) => (await own.send(new CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId: there.vpc }))).GroupId ?? "";
  there.group = await group("one");
  there.otherGroup = await group("other");
}, 60_000);
afterAll(() => remove(copy));

async function flowLog(ec2: EC2Client, id: string, Tags: typeof tags = []): Promise<string> {
  const TagSpecifications = Tags.length > 0 ? [{ ResourceType: "vpc-flow-log" as const, Tags }] : [];
  const asked = { ResourceType: "VPC" as const, ResourceIds: [id], TrafficType: "ALL" as const, LogDestinationType: "s3" as const };
  const { FlowLogIds = [] } = await ec2.send(new CreateFlowLogsCommand({ ...asked, LogDestination: "arn:aws:s3:::logs", TagSpecifications }));
  return FlowLogIds[0] ?? "";
}

describe("on an EC2 resource that is there", () => {
  it("CreateTags and DeleteTags need what is tagged, of whatever type", async () => {
    const [one, other] = [await volume(), await volume()];
    const ec2 = await asEc2({ Action: ["ec2:CreateTags", "ec2:DeleteTags"], Resource: arn("volume", one) });
    const calls = [
      (...Resources: string[]) => ec2.send(new CreateTagsCommand({ Resources, Tags: tags })),
      (...Resources: string[]) => ec2.send(new DeleteTagsCommand({ Resources, Tags: tags })),
    ];
    for (const call of calls) {
      await call(one);
      await expect(call(other)).rejects.toMatchObject(DENIED);
      await expect(call(one, other)).rejects.toMatchObject(DENIED);
      await expect(call(there.vpc)).rejects.toMatchObject(DENIED);
    }
  });

  it("CreateTags may be bound to the tags it sets", async () => {
    const one = await volume();
    const ec2 = await asEc2({ Action: "ec2:CreateTags", Resource: arn("volume", one), Condition: { StringEquals: { "aws:RequestTag/Request": "one" } } });
    await ec2.send(new CreateTagsCommand({ Resources: [one], Tags: tags }));
    await expect(ec2.send(new CreateTagsCommand({ Resources: [one], Tags: [{ Key: "Request", Value: "two" }] }))).rejects.toMatchObject(DENIED);
  });

  it("DeleteSnapshot needs the snapshot, whose ARN names no account", async () => {
    const snapshot = async () => (await own.send(new CreateSnapshotCommand({ VolumeId: await volume() }))).SnapshotId ?? "";
    const [one, other] = [await snapshot(), await snapshot()];
    const ec2 = await asEc2({ Action: "ec2:DeleteSnapshot", Resource: arn("snapshot", one) });
    await expect(ec2.send(new DeleteSnapshotCommand({ SnapshotId: other }))).rejects.toMatchObject(DENIED);
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId: one }));
  });

  it("DeleteFlowLogs needs the flow log", async () => {
    const [one, other] = [await flowLog(own, there.vpc), await flowLog(own, there.vpc)];
    const ec2 = await asEc2({ Action: "ec2:DeleteFlowLogs", Resource: arn("vpc-flow-log", one) });
    await expect(ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [other] }))).rejects.toMatchObject(DENIED);
    await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [one] }));
  });
});

describe("on an EC2 resource that is made", () => {
  const made = (action: string, ...resources: string[]): Statement => ({
    Action: `ec2:${action}`,
    Resource: resources,
    Condition: { StringEquals: { "aws:RequestTag/Request": "one" } },
  });
  const tagging = (action: string, ...resources: string[]): Statement => ({
    Action: "ec2:CreateTags",
    Resource: resources,
    Condition: { StringEquals: { "ec2:CreateAction": action, "aws:RequestTag/Request": "one" } },
  });
  const FLOW_LOGS = arn("vpc-flow-log", "*");

  it("CreateFlowLogs needs it with its tag, the VPC, and leave to tag; the flow log keeps the tag", async () => {
    const uses = { Action: "ec2:CreateFlowLogs", Resource: arn("vpc", there.vpc) };
    const ec2 = await asEc2(made("CreateFlowLogs", FLOW_LOGS), uses, tagging("CreateFlowLogs", FLOW_LOGS));
    const id = await flowLog(ec2, there.vpc, tags);
    const { FlowLogs = [] } = await own.send(new DescribeFlowLogsCommand({}));
    expect(FlowLogs.find(({ FlowLogId }) => FlowLogId === id)?.Tags).toEqual(tags);
    await expect(flowLog(ec2, there.otherVpc, tags)).rejects.toMatchObject(DENIED);
    await expect(flowLog(ec2, there.vpc)).rejects.toMatchObject(DENIED);
    await expect(flowLog(ec2, there.vpc, [{ Key: "Request", Value: "two" }])).rejects.toMatchObject(DENIED);

    const untagging = await asEc2(made("CreateFlowLogs", FLOW_LOGS), uses);
    await expect(flowLog(untagging, there.vpc, tags), "without ec2:CreateTags").rejects.toMatchObject(DENIED);
    const otherwise = await asEc2(made("CreateFlowLogs", FLOW_LOGS), uses, tagging("CreateSnapshot", FLOW_LOGS));
    await expect(flowLog(otherwise, there.vpc, tags), "of another ec2:CreateAction").rejects.toMatchObject(DENIED);
    const onUsed = await asEc2(made("CreateFlowLogs", FLOW_LOGS, arn("vpc", there.vpc)), tagging("CreateFlowLogs", FLOW_LOGS));
    await expect(flowLog(onUsed, there.vpc, tags), "a request's tag is not the VPC's").rejects.toMatchObject(DENIED);
  });

  it("CreateSnapshot needs the volume too", async () => {
    const [one, other] = [await volume(), await volume()];
    const all = arn("snapshot", "*");
    const ec2 = await asEc2(made("CreateSnapshot", all), { Action: "ec2:CreateSnapshot", Resource: arn("volume", one) }, tagging("CreateSnapshot", all));
    const of = (VolumeId: string) => ec2.send(new CreateSnapshotCommand({ VolumeId, TagSpecifications: [{ ResourceType: "snapshot", Tags: tags }] }));
    await of(one);
    await expect(of(other)).rejects.toMatchObject(DENIED);
  });

  it("RunInstances needs the image, each security group, and the tag on whatever comes with the instance", async () => {
    const kinds = ["instance", "volume", "network-interface"] as const;
    const news = kinds.map((kind) => arn(kind, "*"));
    const uses = { Action: "ec2:RunInstances", Resource: [arn("image", IMAGE), arn("subnet", there.subnet), arn("security-group", there.group)] };
    const ec2 = await asEc2(made("RunInstances", ...news), uses, tagging("RunInstances", ...news));
    const noInterface = await asEc2(made("RunInstances", ...news.slice(0, 2)), uses, tagging("RunInstances", ...news));
    const given = { ImageId: IMAGE, SubnetId: there.subnet, SecurityGroupIds: [there.group], MinCount: 1, MaxCount: 1 };
    const TagSpecifications = kinds.map((ResourceType) => ({ ResourceType, Tags: tags }));
    const run = (more: Partial<RunInstancesCommandInput> = {}, as = ec2) => as.send(new RunInstancesCommand({ ...given, TagSpecifications, ...more }));
    await run();
    await expect(run({ ImageId: "ami-87654321" })).rejects.toMatchObject(DENIED);
    await expect(run({ SecurityGroupIds: [there.group, there.otherGroup] })).rejects.toMatchObject(DENIED);
    await expect(run({ TagSpecifications: TagSpecifications.slice(0, 1) }), "an untagged volume").rejects.toMatchObject(DENIED);
    await expect(run({}, noInterface)).rejects.toMatchObject(DENIED);
  });

  it("an instance shows the metadata options it was launched with, and none where none were given", async () => {
    const launch = async (more: object) => {
      const { Instances = [] } = await own.send(new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, ...more }));
      const { Reservations = [] } = await own.send(new DescribeInstancesCommand({ InstanceIds: [Instances[0]?.InstanceId ?? ""] }));
      return [Instances[0]?.MetadataOptions, Reservations[0]?.Instances?.[0]?.MetadataOptions];
    };
    const required = { State: "applied", HttpTokens: "required", HttpEndpoint: "enabled" };
    expect(await launch({ MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled" } })).toEqual([required, required]);
    expect(await launch({})).toEqual([undefined, undefined]);
  });
});

describe("on an instance's metadata options and network interface", () => {
  const launched = async (more: Partial<RunInstancesCommandInput> = {}, as = own) => {
    const { Instances = [] } = await as.send(new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, ...more }));
    return Instances[0]?.InstanceId ?? "";
  };
  const found = async (InstanceId: string) => {
    const { Reservations = [] } = await own.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    return Reservations[0]?.Instances?.[0];
  };
  const modify = (InstanceId: string, options: InstanceMetadataOptionsRequest, as = own) =>
    as.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...options }));

  it("ModifyInstanceMetadataOptions changes what it names and leaves the rest", async () => {
    const one = await launched({ MetadataOptions: { HttpTokens: "optional", HttpPutResponseHopLimit: 3 } });
    const answer = await modify(one, { HttpTokens: "required" });
    expect(answer).toMatchObject({ InstanceId: one, InstanceMetadataOptions: { State: "applied", HttpTokens: "required" } });
    expect((await found(one))?.MetadataOptions).toEqual({ State: "applied", HttpTokens: "required", HttpPutResponseHopLimit: 3 });
    await expect(modify("i-0aaaaaaaaaaaaaaaa", { HttpTokens: "required" })).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
  });

  it("it needs the instance, and may be bound to the value that it sets", async () => {
    const [one, other] = [await launched(), await launched()];
    const Condition = { StringEquals: { "ec2:Attribute/HttpTokens": "required" } };
    const ec2 = await asEc2({ Action: "ec2:ModifyInstanceMetadataOptions", Resource: arn("instance", one), Condition });
    await modify(one, { HttpTokens: "required" }, ec2);
    await expect(modify(other, { HttpTokens: "required" }, ec2)).rejects.toMatchObject(DENIED);
    await expect(modify(one, { HttpTokens: "optional" }, ec2)).rejects.toMatchObject(DENIED);
    await expect(modify(one, { HttpEndpoint: "disabled" }, ec2)).rejects.toMatchObject(DENIED);
  });

  it("RunInstances takes subnet, groups and address from its interface, and needs both", async () => {
    const uses = (group: string) => [
      { Action: "ec2:RunInstances", Resource: [arn("image", IMAGE), arn("subnet", there.subnet), arn("security-group", group)] },
      { Action: "ec2:RunInstances", Resource: ["instance", "volume"].map((kind) => arn(kind, "*")) },
      {
        Action: "ec2:RunInstances",
        Resource: arn("network-interface", "*"),
        Condition: { BoolIfExists: { "ec2:AssociatePublicIpAddress": "false" } },
      },
    ];
    const face = { DeviceIndex: 0, SubnetId: there.subnet, Groups: [there.group] };
    const ec2 = await asEc2(...uses(there.group));
    const closed = { NetworkInterfaces: [{ ...face, AssociatePublicIpAddress: false }] };
    const instance = await found(await launched(closed, ec2));
    expect(instance).toMatchObject({ SubnetId: there.subnet, SecurityGroups: [{ GroupId: there.group }] });
    expect(instance?.PublicIpAddress).toBeUndefined();
    expect((await found(await launched({ NetworkInterfaces: [face] })))?.PublicIpAddress).toMatch(/^54\./);
    await expect(launched({ NetworkInterfaces: [{ ...face, AssociatePublicIpAddress: true }] }, ec2)).rejects.toMatchObject(DENIED);
    await expect(launched(closed, await asEc2(...uses(there.otherGroup)))).rejects.toMatchObject(DENIED);
    await expect(launched({ ...closed, SubnetId: there.subnet })).rejects.toMatchObject({ name: "InvalidParameterCombination" });
  });
});

describe("on a role, whose path is part of its ARN", () => {
  const POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const trust = document([{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }]);
  const make = (Path: string, RoleName: string, more: object = {}, as = iam) =>
    as.send(new CreateRoleCommand({ Path, RoleName, AssumeRolePolicyDocument: trust, Tags: tags, ...more }));
  let iam: IAMClient;
  let boundary: string;
  beforeAll(async () => {
    iam = new IAMClient(root(copy, ACCOUNT));
    const PolicyDocument = document([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    boundary = (await iam.send(new CreatePolicyCommand({ PolicyName: "boundary", PolicyDocument }))).Policy?.Arn ?? "";
    await make("/managed/", "inside", { PermissionsBoundary: boundary });
    await make("/", "outside");
    await iam.send(new CreateUserCommand({ Path: "/people/", UserName: "ann" }));
  });

  it("CreateRole needs the path, the boundary and the tag", async () => {
    const narrowed = await asIam(
      { Action: "iam:CreateRole", Resource: roleArn("/managed/made"), Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } } },
      { Action: "iam:TagRole", Resource: roleArn("/managed/made"), Condition: { StringEquals: { "aws:RequestTag/Request": "one" } } },
    );
    const bounded = { PermissionsBoundary: boundary };
    await expect(make("/", "made", bounded, narrowed)).rejects.toMatchObject(DENIED);
    await expect(make("/managed/", "made", {}, narrowed)).rejects.toMatchObject(DENIED);
    await expect(make("/managed/", "made", { PermissionsBoundary: POLICY }, narrowed)).rejects.toMatchObject(DENIED);
    await expect(make("/managed/", "made", { ...bounded, Tags: [{ Key: "Request", Value: "two" }] }, narrowed)).rejects.toMatchObject(DENIED);
    await make("/managed/", "made", bounded, narrowed);
  });

  it("TagRole and UntagRole need the path; TagUser a user's", async () => {
    const narrowed = await asIam(
      { Action: ["iam:TagRole", "iam:UntagRole"], Resource: roleArn("/managed/*") },
      { Action: "iam:TagUser", Resource: `arn:aws:iam::${ACCOUNT}:user/people/ann` },
    );
    await narrowed.send(new TagRoleCommand({ RoleName: "inside", Tags: tags }));
    await narrowed.send(new UntagRoleCommand({ RoleName: "inside", TagKeys: ["Request"] }));
    await narrowed.send(new TagUserCommand({ UserName: "ann", Tags: tags }));
    await expect(narrowed.send(new TagRoleCommand({ RoleName: "outside", Tags: tags }))).rejects.toMatchObject(DENIED);
    await expect(narrowed.send(new UntagRoleCommand({ RoleName: "outside", TagKeys: ["Request"] }))).rejects.toMatchObject(DENIED);
    const flat = await asIam({ Action: "iam:TagUser", Resource: `arn:aws:iam::${ACCOUNT}:user/ann` });
    await expect(flat.send(new TagUserCommand({ UserName: "ann", Tags: tags }))).rejects.toMatchObject(DENIED);
  });

  it("PutRolePermissionsBoundary needs the path and the boundary that it puts, whatever the role has", async () => {
    await make("/managed/", "bare");
    const Condition = { StringEquals: { "iam:PermissionsBoundary": boundary } };
    const narrowed = await asIam({ Action: "iam:PutRolePermissionsBoundary", Resource: roleArn("/managed/*"), Condition });
    const put = (RoleName: string, PermissionsBoundary = boundary) => narrowed.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    await put("bare");
    expect((await iam.send(new GetRoleCommand({ RoleName: "bare" }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary);
    await expect(put("inside", POLICY)).rejects.toMatchObject(DENIED);
    await expect(put("outside")).rejects.toMatchObject(DENIED);
  });

  it.each([
    ["AttachRolePolicy", AttachRolePolicyCommand],
    ["DetachRolePolicy", DetachRolePolicyCommand],
  ])("%s needs that policy, and may be bound to the role's boundary", async (_name, command) => {
    const Action = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
    const onPolicy = await asIam({ Action, Resource: roleArn("/managed/inside"), Condition: { ArnEquals: { "iam:PolicyARN": POLICY } } });
    const onBoundary = await asIam({ Action, Resource: "*", Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } } });
    // So that there is always something to detach.
    const attached = () => iam.send(new AttachRolePolicyCommand({ RoleName: "inside", PolicyArn: POLICY }));
    for (const as of [onPolicy, onBoundary]) {
      await attached();
      await as.send(new command({ RoleName: "inside", PolicyArn: POLICY }));
      await expect(as.send(new command({ RoleName: "outside", PolicyArn: POLICY }))).rejects.toMatchObject(DENIED);
    }
    await expect(onPolicy.send(new command({ RoleName: "inside", PolicyArn: boundary }))).rejects.toMatchObject(DENIED);
  });

  it("DeleteRole needs the path, for a deny too; the record keeps the path of the role that is gone", async () => {
    await make("/managed/", "leaving");
    const allow = { Action: "iam:DeleteRole", Resource: roleArn("/*") };
    const kept = await asIam(allow, { Effect: "Deny", Action: "iam:DeleteRole", Resource: roleArn("/managed/*") });
    const leave = () => new DeleteRoleCommand({ RoleName: "leaving" });
    await expect(kept.send(leave())).rejects.toMatchObject(DENIED);
    await (await asIam({ ...allow, Resource: roleArn("/managed/leaving") })).send(leave());
    const call = readCalls(copy).findLast(({ operation }) => operation === "DeleteRole");
    expect(call).toMatchObject({ iamAction: "iam:DeleteRole", resource: roleArn("/managed/leaving"), result: "ok" });
  });
});

it("taking a function's concurrency away needs its own action, not the Put's", async () => {
  const away = new DeleteFunctionConcurrencyCommand({ FunctionName: "nothing" });
  const put = new PutFunctionConcurrencyCommand({ FunctionName: "nothing", ReservedConcurrentExecutions: 1 });
  const named = async (action: string) => new LambdaClient(await allowedTo({ Action: `lambda:${action}`, Resource: "*" }));
  const [deletes, puts] = [await named("DeleteFunctionConcurrency"), await named("PutFunctionConcurrency")];
  const ended = (lambda: LambdaClient, command: typeof away | typeof put) =>
    lambda.send(command as typeof put).then(
      () => "done",
      ({ name }: Error) => name,
    );
  expect([await ended(deletes, put), await ended(puts, away)]).toEqual(["AccessDeniedException", "AccessDeniedException"]);
  expect([await ended(deletes, away), await ended(puts, put)]).not.toContain("AccessDeniedException");
});

it("changing a function's URL needs its own action, which may be bound to how it is to be authorized", async () => {
  const all = new LambdaClient(root(copy, ACCOUNT));
  const FunctionName = "public";
  const runs = document([{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]);
  await new IAMClient(root(copy, ACCOUNT)).send(new CreateRoleCommand({ RoleName: "runs", AssumeRolePolicyDocument: runs }));
  await all.send(
    new CreateFunctionCommand({ FunctionName, Role: roleArn("/runs"), Runtime: "nodejs24.x", Handler: "i.h", Code: { ZipFile: zipOf("i.mjs", "") } }),
  );
  await all.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }));
  const change = (AuthType: FunctionUrlAuthType, as: LambdaClient) => as.send(new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType }));
  const Condition = { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } };
  const closing = new LambdaClient(
    await allowedTo({ Action: "lambda:UpdateFunctionUrlConfig", Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FunctionName}`, Condition }),
  );
  await change("AWS_IAM", closing);
  expect((await all.send(new GetFunctionUrlConfigCommand({ FunctionName }))).AuthType).toBe("AWS_IAM");
  await expect(change("NONE", closing)).rejects.toMatchObject(DENIED);
  await expect(closing.send(new DeleteFunctionUrlConfigCommand({ FunctionName }))).rejects.toMatchObject(DENIED);
  const creating = new LambdaClient(await allowedTo({ Action: "lambda:CreateFunctionUrlConfig", Resource: "*" }));
  await expect(change("AWS_IAM", creating)).rejects.toMatchObject(DENIED);
});
