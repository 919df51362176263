/** People, machines and roles: a user without MFA, keys, an administrator for CI, trust that is too wide. */
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { LocalCopy } from "../copy.ts";
import { type DemoAccount, rootClient, type Tagging, tagsFor, unlessThere } from "./demo.ts";

type User = { name: string; console: boolean; keys: number; policy: string; tagging: Tagging };
type Role = { name: string; trust: object; policy?: string; inline?: object; tagging: Tagging };

const MANAGED = "arn:aws:iam::aws:policy/";
const USERS: readonly User[] = [
  { name: "jane.doe", console: true, keys: 1, policy: "PowerUserAccess", tagging: "full" },
  { name: "ci-deployer", console: false, keys: 2, policy: "AdministratorAccess", tagging: "none" },
  { name: "report-reader", console: false, keys: 0, policy: "ReadOnlyAccess", tagging: "full" },
];

const assume = (Principal: unknown, Condition?: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...(Condition ? { Condition } : {}) }],
});
const ROLES: readonly Role[] = [
  { name: "acme-orders-instance", trust: assume({ Service: "ec2.amazonaws.com" }), policy: "AmazonSSMManagedInstanceCore", tagging: "full" },
  {
    name: "acme-orders-function",
    trust: assume({ Service: "lambda.amazonaws.com" }),
    inline: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" }] },
    tagging: "full",
  },
  // Anyone who learns the name may become it.
  { name: "acme-vendor-support", trust: assume({ AWS: "*" }), policy: "ReadOnlyAccess", tagging: "none" },
  // Another company, without an external id.
  { name: "acme-partner-audit", trust: assume({ AWS: "arn:aws:iam::777777777777:root" }), policy: "SecurityAudit", tagging: "no-owner" },
  {
    name: "acme-legacy-admin",
    trust: assume({ Service: "ec2.amazonaws.com" }),
    inline: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    tagging: "none",
  },
];

export async function seedIdentity(copy: LocalCopy, account: DemoAccount): Promise<void> {
  const iam = new IAMClient(rootClient(copy, account, "us-east-1"));
  await Promise.all([...USERS.map((user) => seedUser(iam, account, user)), ...ROLES.map((role) => seedRole(iam, account, role))]);
}

async function seedUser(iam: IAMClient, account: DemoAccount, user: User): Promise<void> {
  const UserName = user.name;
  await unlessThere(iam.send(new CreateUserCommand({ UserName, Tags: tagsFor(account, `acme-${user.name}`, user.tagging) })), "EntityAlreadyExistsException");
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: MANAGED + user.policy }));
  // A password nobody knows: the flaw is that there is one, without a second factor.
  if (user.console)
    await unlessThere(
      iam.send(new CreateLoginProfileCommand({ UserName, Password: `${crypto.randomUUID()}Aa1!`, PasswordResetRequired: true })),
      "EntityAlreadyExistsException",
    );
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (let have = AccessKeyMetadata?.length ?? 0; have < user.keys; have++) await iam.send(new CreateAccessKeyCommand({ UserName }));
}

async function seedRole(iam: IAMClient, account: DemoAccount, role: Role): Promise<void> {
  const RoleName = role.name;
  await unlessThere(
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(role.trust), Tags: tagsFor(account, role.name, role.tagging) })),
    "EntityAlreadyExistsException",
  );
  if (role.policy) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: MANAGED + role.policy }));
  if (role.inline) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "inline", PolicyDocument: JSON.stringify(role.inline) }));
}
