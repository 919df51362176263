/** Changes of roles below the only path that the system may change. */
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
import { onTestFinished } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { root } from "./local.ts";
import { type OneChange, tagsOf } from "./one-change.ts";
import { unless } from "./oracle.ts";

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

export async function makesRole(): Promise<OneChange> {
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
      return found?.Role && { path: found.Role.Path, boundary: found.Role.PermissionsBoundary?.PermissionsBoundaryArn, owner: tagsOf(found.Role.Tags).Owner };
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

export async function attachesPolicy(): Promise<OneChange> {
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

export async function tagsRole(): Promise<OneChange> {
  const { names, input, iam, ...place } = await managedRoles();
  return {
    ...place,
    operation: "TagRole",
    input: { ...input, Tags: { Team: "orders" } },
    look: async () => tagsOf((await iam.send(new ListRoleTagsCommand({ RoleName: names.planned }))).Tags),
    becomes: (before) => ({ ...(before as object), Team: "orders" }),
    actions: [["iam:TagRole"], ["iam:UntagRole"]],
    write: (settings, to) => new IAMClient(settings).send(new TagRoleCommand({ RoleName: names[to], Tags: [{ Key: "Team", Value: "orders" }] })),
  };
}
