/** Things that lack what makes them safe: made by root, gone when the test ends. */
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { onTestFinished } from "vitest";
import { zipOf } from "../../infra/local/seed/zip.ts";
import { SANDBOX } from "./accounts.ts";
import { root } from "./local.ts";
import { tagsOf } from "./one-change.ts";
import { unless } from "./oracle.ts";
import { runningInstance } from "./sandbox.ts";

export const MANAGED = "/coworker-managed/";
const policyArn = (name: string) => `arn:aws:iam::${SANDBOX}:policy/${name}`;
/** The settings' boundary, and one that is as good as any other. */
export const BOUNDARY = policyArn("coworker-managed-boundary");
export const OTHER_BOUNDARY = policyArn("acme-story-boundary");

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const trust = (Service: string) => document({ Principal: { Service }, Action: "sts:AssumeRole" });
export const nameFor = (purpose: string) => `acme-story-${purpose}-${Date.now().toString(36)}`;

/** An instance that may still be asked by IMDSv1. */
export const laxInstance = (name: string): Promise<string> =>
  runningInstance(SANDBOX, "sandbox", name, { MetadataOptions: { HttpTokens: "optional", HttpEndpoint: "enabled" } });

/** What a change of the metadata service could touch, and the tags. */
export async function optionsOf(InstanceId: string) {
  const { Reservations = [] } = await new EC2Client(root(SANDBOX)).send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const instance = Reservations[0]?.Instances?.[0];
  return { options: instance?.MetadataOptions, state: instance?.State?.Name, tags: tagsOf(instance?.Tags) };
}

/** @param PermissionsBoundary absent: it has none. */
export async function roleWith(purpose: string, PermissionsBoundary?: string, Path = MANAGED): Promise<string> {
  const iam = new IAMClient(root(SANDBOX));
  for (const PolicyName of [BOUNDARY, OTHER_BOUNDARY].map((arn) => arn.split("/").at(-1)))
    await unless(
      "EntityAlreadyExistsException",
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: document({ Action: "logs:*", Resource: "*" }) })),
    );
  const RoleName = nameFor(purpose);
  onTestFinished(async () => void (await unless("NoSuchEntityException", iam.send(new DeleteRoleCommand({ RoleName })))));
  const Tags = [{ Key: "Environment", Value: "sandbox" }];
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: trust("ec2.amazonaws.com"), PermissionsBoundary, Tags }));
  return RoleName;
}

export async function boundaryOf(RoleName: string): Promise<string | undefined> {
  const { Role } = await new IAMClient(root(SANDBOX)).send(new GetRoleCommand({ RoleName }));
  return Role?.PermissionsBoundary?.PermissionsBoundaryArn;
}

/** A function with a URL that anybody may call, or with none. */
export async function functionWith(purpose: string, url: "NONE" | null): Promise<string> {
  const lambda = new LambdaClient(root(SANDBOX));
  const FunctionName = nameFor(purpose);
  const Role = `arn:aws:iam::${SANDBOX}:role/acme-orders-function`;
  const code = { Runtime: "nodejs22.x", Handler: "index.handler", Code: { ZipFile: zipOf("index.js", "exports.handler = async () => ({});\n") } } as const;
  onTestFinished(async () => {
    await unless("ResourceNotFoundException", lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName })));
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  });
  await lambda.send(new CreateFunctionCommand({ FunctionName, Role, ...code, Tags: { Environment: "sandbox" } }));
  if (url) await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: url, Cors: { AllowOrigins: ["https://acme.example"] } }));
  return FunctionName;
}

export async function urlOf(FunctionName: string) {
  const url = await unless("ResourceNotFoundException", new LambdaClient(root(SANDBOX)).send(new GetFunctionUrlConfigCommand({ FunctionName })));
  return url && { AuthType: url.AuthType, FunctionUrl: url.FunctionUrl, Cors: url.Cors };
}

/** An instance profile with the one role that the settings let be passed to EC2, beside a subnet that gives every instance a public address. */
export async function launchGround() {
  const iam = new IAMClient(root(SANDBOX));
  const RoleName = "app-instance";
  const InstanceProfileName = nameFor("profile");
  await unless(
    "EntityAlreadyExistsException",
    iam.send(new CreateRoleCommand({ RoleName, Path: MANAGED, AssumeRolePolicyDocument: trust("ec2.amazonaws.com") })),
  );
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Path: MANAGED }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  onTestFinished(async () => {
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });
  const ec2 = new EC2Client(root(SANDBOX));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: "map-public-ip-on-launch", Values: ["true"] }] }));
  const [subnet] = Subnets.filter(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch);
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [subnet?.VpcId ?? ""] }] }));
  const names = { ImageId: "ami-0c02fb55956c7d316", InstanceType: "t3.micro", RootDeviceName: "/dev/xvda" };
  return {
    input: { ...names, SubnetId: subnet?.SubnetId, SecurityGroupIds: [SecurityGroups[0]?.GroupId] },
    profile: { IamInstanceProfile: InstanceProfile?.Arn, InstanceRole: `${MANAGED.slice(1)}${RoleName}` },
  };
}

/** The account's instances with that name, which are gone when the test ends. */
export async function instancesNamed(name: string) {
  const ec2 = new EC2Client(root(SANDBOX));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const found = Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ Tags }) => tagsOf(Tags).Name === name);
  const InstanceIds = found.flatMap(({ InstanceId }) => InstanceId ?? []);
  if (InstanceIds.length > 0) onTestFinished(async () => void (await ec2.send(new TerminateInstancesCommand({ InstanceIds }))));
  return found;
}

/** @returns the role's attached policies, as they are when it is called. */
export async function attachedTo(RoleName: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await new IAMClient(root(SANDBOX)).send(new ListAttachedRolePoliciesCommand({ RoleName }));
  return AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []);
}

export async function attach(RoleName: string, PolicyArn: string): Promise<void> {
  const iam = new IAMClient(root(SANDBOX));
  onTestFinished(async () => void (await unless("NoSuchEntityException", iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
}
