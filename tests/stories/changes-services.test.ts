/** One change of each kind in EC2, IAM and Lambda, through the whole machine: its real effect, who made it, and its undo. */
import { CreateTagsCommand, DescribeInstancesCommand, EC2Client, StopInstancesCommand } from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRoleTagsCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { describe, expect, it, onTestFinished } from "vitest";
import type { MutableService } from "../../config/catalog/services.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { change, undoChange } from "./change.ts";
import { main, plans, root, script, sessionOf } from "./local.ts";
import { narrowedSession } from "./narrowed.ts";
import { unless } from "./oracle.ts";
import { runningInstance } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const REGION = "us-east-1";
const RECORDS = (tags: readonly { Key?: string; Value?: string }[] = []) => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

interface Story {
  readonly service: MutableService;
  readonly region: string;
  readonly operation: string;
  readonly input: object;
  /** The resource that is changed. */
  readonly resource: string;
  /** What root sees of it. */
  readonly look: () => Promise<unknown>;
  readonly becomes: (before: unknown) => unknown;
  /** IAM actions of the change and of its undo. */
  readonly actions: readonly [readonly string[], readonly string[]];
  /** The same write, to the planned resource or to another. */
  readonly write: (settings: ReturnType<typeof root>, to: "planned" | "other") => Promise<unknown>;
}

async function instances() {
  const [planned, other] = [await runningInstance(SANDBOX, "sandbox", "acme-story-planned"), await runningInstance(SANDBOX, "sandbox", "acme-story-other")];
  const look = async () => {
    const { Reservations = [] } = await new EC2Client(root(SANDBOX)).send(new DescribeInstancesCommand({ InstanceIds: [planned] }));
    return Reservations[0]?.Instances?.[0];
  };
  return { ids: { planned, other }, look, service: "ec2", region: REGION, resource: `arn:aws:ec2:${REGION}:${SANDBOX}:instance/${planned}` } as const;
}

async function tagsInstance(): Promise<Story> {
  const { ids, look, ...place } = await instances();
  return {
    ...place,
    operation: "CreateTags",
    input: { ResourceType: "instance", ResourceId: ids.planned, Tags: { Team: "orders", Owner: "orders-team" } },
    look: async () => RECORDS((await look())?.Tags),
    becomes: (before) => ({ ...(before as object), Team: "orders", Owner: "orders-team" }),
    actions: [["ec2:CreateTags"], ["ec2:CreateTags", "ec2:DeleteTags"]],
    write: (settings, to) => new EC2Client(settings).send(new CreateTagsCommand({ Resources: [ids[to]], Tags: [{ Key: "Team", Value: "orders" }] })),
  };
}

async function stopsInstance(): Promise<Story> {
  const { ids, look, ...place } = await instances();
  return {
    ...place,
    operation: "StopInstances",
    input: { InstanceId: ids.planned },
    look: async () => (await look())?.State?.Name,
    becomes: () => "stopped",
    actions: [["ec2:StopInstances"], ["ec2:StartInstances"]],
    write: (settings, to) => new EC2Client(settings).send(new StopInstancesCommand({ InstanceIds: [ids[to]] })),
  };
}

const PATH = "/coworker-managed/";
const POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

const BOUNDARY = `arn:aws:iam::${SANDBOX}:policy/coworker-managed-boundary`;

/** What an administrator gives an account for the roles that the system makes: see config/example.yaml. */
async function boundary(iam: IAMClient): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }] });
  await unless("EntityAlreadyExistsException", iam.send(new CreatePolicyCommand({ PolicyName: "coworker-managed-boundary", PolicyDocument })));
}

const nameFor = (purpose: string) => `acme-story-${purpose}-${Date.now().toString(36)}`;
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const createRole = (RoleName: string) =>
  new CreateRoleCommand({
    RoleName,
    Path: PATH,
    AssumeRolePolicyDocument: trust,
    PermissionsBoundary: BOUNDARY,
    Tags: [{ Key: "Environment", Value: "sandbox" }],
  });
const rolesGo = (iam: IAMClient, ...names: string[]) =>
  onTestFinished(async () => {
    for (const RoleName of names) {
      await unless("NoSuchEntityException", iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: POLICY })));
      await unless("NoSuchEntityException", iam.send(new DeleteRoleCommand({ RoleName })));
    }
  });

/** A role below the only path that the system may change. */
async function managedRole(purpose: string): Promise<string> {
  const iam = new IAMClient(root(SANDBOX));
  const name = nameFor(purpose);
  await boundary(iam);
  rolesGo(iam, name);
  await iam.send(createRole(name));
  return name;
}

async function makesRole(): Promise<Story> {
  const names = { planned: nameFor("planned"), other: nameFor("other") };
  const iam = new IAMClient(root(SANDBOX));
  await boundary(iam);
  rolesGo(iam, names.planned, names.other);
  return {
    service: "iam",
    region: "global",
    resource: `arn:aws:iam::${SANDBOX}:role${PATH}${names.planned}`,
    operation: "CreateRole",
    input: {
      RoleName: names.planned,
      RolePath: PATH,
      PermissionsBoundary: BOUNDARY,
      TrustedServices: ["ec2.amazonaws.com"],
      Description: "A story",
      Tags: { Name: names.planned, Owner: "web-team", CostCenter: "CC-10010", Application: "stories" },
    },
    look: async () => {
      const found = await unless("NoSuchEntityException", iam.send(new GetRoleCommand({ RoleName: names.planned })));
      return found?.Role && { path: found.Role.Path, boundary: found.Role.PermissionsBoundary?.PermissionsBoundaryArn, owner: RECORDS(found.Role.Tags).Owner };
    },
    becomes: () => ({ path: PATH, boundary: BOUNDARY, owner: "web-team" }),
    actions: [["iam:CreateRole"], ["iam:DeleteRole"]],
    write: (settings, to) => new IAMClient(settings).send(createRole(names[to])),
  };
}

async function managedRoles() {
  const names = { planned: await managedRole("planned"), other: await managedRole("other") };
  const input = { RoleName: names.planned, RolePath: PATH };
  return {
    names,
    input,
    iam: new IAMClient(root(SANDBOX)),
    service: "iam",
    region: "global",
    resource: `arn:aws:iam::${SANDBOX}:role${PATH}${names.planned}`,
  } as const;
}

async function attachesPolicy(): Promise<Story> {
  const { names, input, iam, ...place } = await managedRoles();
  return {
    ...place,
    operation: "AttachRolePolicy",
    input: { ...input, PolicyArn: POLICY },
    look: async () => (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: names.planned }))).AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
    becomes: () => [POLICY],
    actions: [["iam:AttachRolePolicy"], ["iam:DetachRolePolicy"]],
    write: (settings, to) => new IAMClient(settings).send(new AttachRolePolicyCommand({ RoleName: names[to], PolicyArn: POLICY })),
  };
}

async function tagsRole(): Promise<Story> {
  const { names, input, iam, ...place } = await managedRoles();
  return {
    ...place,
    operation: "TagRole",
    input: { ...input, Tags: { Team: "orders" } },
    look: async () => RECORDS((await iam.send(new ListRoleTagsCommand({ RoleName: names.planned }))).Tags),
    becomes: (before) => ({ ...(before as object), Team: "orders" }),
    actions: [["iam:TagRole"], ["iam:UntagRole"]],
    write: (settings, to) => new IAMClient(settings).send(new TagRoleCommand({ RoleName: names[to], Tags: [{ Key: "Team", Value: "orders" }] })),
  };
}

async function setsTimeout(): Promise<Story> {
  const names = { planned: "acme-reports-nightly", other: "acme-orders-api" };
  const lambda = new LambdaClient(root(SANDBOX));
  return {
    service: "lambda",
    region: REGION,
    resource: `arn:aws:lambda:${REGION}:${SANDBOX}:function:${names.planned}`,
    operation: "UpdateFunctionConfiguration",
    input: { FunctionName: names.planned, Timeout: 31 },
    look: async () => (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: names.planned }))).Timeout,
    becomes: () => 31,
    actions: [["lambda:UpdateFunctionConfiguration"], ["lambda:UpdateFunctionConfiguration"]],
    write: (settings, to) => new LambdaClient(settings).send(new UpdateFunctionConfigurationCommand({ FunctionName: names[to], Timeout: 31 })),
  };
}

describe("a change that the planner proposes", () => {
  it.each<[string, () => Promise<Story>]>([
    ["tags an instance", tagsInstance],
    ["stops an instance", stopsInstance],
    ["makes a role", makesRole],
    ["attaches a policy of the list to a role", attachesPolicy],
    ["tags a role", tagsRole],
    ["sets a function's timeout", setsTimeout],
  ])("%s, as that request and nothing else, and is taken back exactly", async (what, tell) => {
    const { service, region, operation, input, resource, look, becomes, actions, write } = await tell();
    const before = await look();
    const expected = becomes(before);
    expect(before).not.toEqual(expected);
    await script([plans("propose", { summary: what, steps: [{ id: "s1", service, account: SANDBOX, region, operation, input, reason: what }] })]);

    const told = await change(`Make this change in acme-sandbox: ${what}`, { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    const steps = told.shown.flatMap(({ plan }) => plan.phases.flatMap((phase) => phase.steps));
    expect(steps.map((step) => `${step.operation} ${step.resource}`)).toEqual([`${operation} ${resource}`]);
    expect(await look()).toEqual(expected);
    const writes = writesIn(told.calls, SANDBOX);
    expect(writes.map((call) => `${call.iamAction} ${call.resource} ${call.result}`)).toEqual(actions[0].map((action) => `${action} ${resource} ok`));
    for (const call of writes) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: `mutation-${service}`, session: told.view.id });
    expect(outsideTable(told.calls, main)).toEqual([]);

    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await look()).toEqual(before);
    const backs = writesIn(undone.calls, SANDBOX);
    expect(backs.map((call) => `${call.iamAction} ${call.resource} ${call.result}`)).toEqual(actions[1].map((action) => `${action} ${resource} ok`));
    for (const call of backs) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: `mutation-${service}`, session: undone.view.id });

    const narrowed = await narrowedSession(service, SANDBOX, told.view.id, steps);
    await expect(write(narrowed, "other"), "outside its plan").rejects.toMatchObject({
      name: expect.stringMatching(/^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/),
    });
    await write(narrowed, "planned");
    await write(root(SANDBOX), "other");
  });
});
