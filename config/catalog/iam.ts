import * as z from "zod";
import { defineService, MOST_ITEMS, type Permission, TAGS } from "./define.ts";
import { iamWrites } from "./iam-writes.ts";

/** Names and paths as the IAM API reference bounds them. */
const name = (most: number) =>
  z
    .string()
    .regex(/^[\w+=,.@-]+$/)
    .max(most);
const path = z
  .string()
  .regex(/^\/([\x21-\x7e]+\/)?$/)
  .max(512);
const userName = name(64);
const roleName = name(64);
const policyName = name(128);
const policyArn = z
  .string()
  .regex(/^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/)
  .max(2048);

const user = z.strictObject({ UserName: userName.optional() });
const role = z.strictObject({ RoleName: roleName.optional() });
const everyUser = { list: "ListUsers", bind: { UserName: "UserName" } } as const;
const everyRole = { list: "ListRoles", bind: { RoleName: "RoleName" } } as const;

const onUsers = (action: string): [Permission] => [{ action, resource: "arn:aws:iam::${account}:user/*" }];
const onRoles = (action: string): [Permission] => [{ action, resource: "arn:aws:iam::${account}:role/*" }];
/** Policies of the account and those that AWS manages. */
const onPolicies = (action: string): [Permission, Permission] => [
  { action, resource: "arn:aws:iam::${account}:policy/*" },
  { action, resource: "arn:aws:iam::aws:policy/*" },
];
const onAccount = (action: string): [Permission] => [{ action, resource: "*", why: "IAM has no resource-level permission for this action" }];

const pages = { request: "Marker", response: "Marker", limit: { field: "MaxItems", value: 1000 }, maxItems: MOST_ITEMS } as const;

/** Reads of identities and what they may do. The credential report is not among them (Y-15). */
export const iam = defineService({
  service: "iam",
  scope: "global",
  about: "users, roles, their attached and inline policies, policy documents, access keys and last use, MFA, password policy, root user",
  writes: iamWrites,
  reads: {
    ListUsers: {
      summary: "All IAM users; PasswordLastUsed null means that the password was never used or there is none.",
      entity: "user",
      permissions: onAccount("iam:ListUsers"),
      input: z.strictObject({ PathPrefix: path.optional() }),
      paginate: pages,
      items: "Users[]",
      project: { UserName: true, CreateDate: true, PasswordLastUsed: true },
      arn: "${Arn}",
    },
    GetUser: {
      summary: "One user's tags and permissions boundary, which ListUsers has not.",
      entity: "user",
      permissions: onUsers("iam:GetUser"),
      input: user,
      each: everyUser,
      items: "User",
      project: { PermissionsBoundary: { PermissionsBoundaryArn: true }, Tags: TAGS },
      arn: "${Arn}",
    },
    ListRoles: {
      summary: "All roles with who may assume them: the trust policy is AssumeRolePolicyDocument.",
      entity: "role",
      permissions: onAccount("iam:ListRoles"),
      input: z.strictObject({ PathPrefix: path.optional() }),
      paginate: pages,
      items: "Roles[]",
      project: { RoleName: true, CreateDate: true, MaxSessionDuration: true, AssumeRolePolicyDocument: "urlJson" },
      arn: "${Arn}",
    },
    GetRole: {
      summary: "One role's last use, tags and permissions boundary, which ListRoles has not; RoleLastUsed null means not in the last 400 days.",
      entity: "role",
      permissions: onRoles("iam:GetRole"),
      input: role,
      each: everyRole,
      items: "Role",
      project: { RoleLastUsed: { LastUsedDate: true, Region: true }, PermissionsBoundary: { PermissionsBoundaryArn: true }, Tags: TAGS },
      arn: "${Arn}",
    },
    ListAttachedUserPolicies: {
      summary: "Managed policies attached to a user; a user without a row has none.",
      entity: "attached policy",
      permissions: onUsers("iam:ListAttachedUserPolicies"),
      input: user,
      each: everyUser,
      paginate: pages,
      items: "AttachedPolicies[]",
      project: { PolicyArn: true },
    },
    ListAttachedRolePolicies: {
      summary: "Managed policies attached to a role; a role without a row has none.",
      entity: "attached policy",
      permissions: onRoles("iam:ListAttachedRolePolicies"),
      input: role,
      each: everyRole,
      paginate: pages,
      items: "AttachedPolicies[]",
      project: { PolicyArn: true },
    },
    ListUserPolicies: {
      summary: "Inline policies of a user, by name (Value); a user without a row has none.",
      entity: "inline policy",
      permissions: onUsers("iam:ListUserPolicies"),
      input: user,
      each: everyUser,
      paginate: pages,
      items: "PolicyNames[]",
      project: { Value: true },
    },
    ListRolePolicies: {
      summary: "Inline policies of a role, by name (Value); a role without a row has none.",
      entity: "inline policy",
      permissions: onRoles("iam:ListRolePolicies"),
      input: role,
      each: everyRole,
      paginate: pages,
      items: "PolicyNames[]",
      project: { Value: true },
    },
    GetUserPolicy: {
      summary: "The document of a user's inline policy.",
      entity: "inline policy",
      permissions: onUsers("iam:GetUserPolicy"),
      input: z.strictObject({ UserName: userName.optional(), PolicyName: policyName.optional() }),
      each: { list: "ListUserPolicies", bind: { UserName: "UserName", PolicyName: "Value" } },
      project: { PolicyDocument: "urlJson" },
    },
    GetRolePolicy: {
      summary: "The document of a role's inline policy.",
      entity: "inline policy",
      permissions: onRoles("iam:GetRolePolicy"),
      input: z.strictObject({ RoleName: roleName.optional(), PolicyName: policyName.optional() }),
      each: { list: "ListRolePolicies", bind: { RoleName: "RoleName", PolicyName: "Value" } },
      project: { PolicyDocument: "urlJson" },
    },
    ListPolicies: {
      summary: "The account's own managed policies (AWS's are left out), and to how many identities each is attached.",
      entity: "policy",
      permissions: onAccount("iam:ListPolicies"),
      input: z.strictObject({ OnlyAttached: z.boolean().optional(), PathPrefix: path.optional() }),
      fixed: { Scope: "Local" },
      paginate: pages,
      items: "Policies[]",
      project: { Arn: true, DefaultVersionId: true, AttachmentCount: true, PermissionsBoundaryUsageCount: true, UpdateDate: true },
    },
    GetPolicy: {
      summary: "One managed policy's default version, use and tags; also of an AWS managed policy, by its ARN.",
      entity: "policy",
      permissions: onPolicies("iam:GetPolicy"),
      input: z.strictObject({ PolicyArn: policyArn.optional() }),
      each: { list: "ListPolicies", bind: { PolicyArn: "Arn" } },
      items: "Policy",
      project: { DefaultVersionId: true, AttachmentCount: true, Description: true, UpdateDate: true, Tags: TAGS },
    },
    GetPolicyVersion: {
      summary:
        "The document of a managed policy. Without input: the default version of each of the account's own policies. For an AWS managed policy give its ARN and the DefaultVersionId of GetPolicy.",
      entity: "policy version",
      permissions: onPolicies("iam:GetPolicyVersion"),
      input: z.strictObject({
        PolicyArn: policyArn.optional(),
        VersionId: z
          .string()
          .regex(/^v\d{1,6}$/)
          .optional(),
      }),
      each: { list: "ListPolicies", bind: { PolicyArn: "Arn", VersionId: "DefaultVersionId" } },
      items: "PolicyVersion",
      project: { IsDefaultVersion: true, CreateDate: true, Document: "urlJson" },
    },
    ListAccessKeys: {
      summary: "Access keys of a user with status and age; a user without a row has none.",
      entity: "access key",
      permissions: onUsers("iam:ListAccessKeys"),
      input: user,
      each: everyUser,
      paginate: pages,
      items: "AccessKeyMetadata[]",
      project: { AccessKeyId: true, Status: true, CreateDate: true },
    },
    GetAccessKeyLastUsed: {
      summary: "When and for which service an access key was last used; LastUsedDate null means never.",
      entity: "access key",
      permissions: onUsers("iam:GetAccessKeyLastUsed"),
      input: z.strictObject({
        AccessKeyId: z
          .string()
          .regex(/^\w{16,128}$/)
          .optional(),
      }),
      each: { list: "ListAccessKeys", bind: { AccessKeyId: "AccessKeyId" } },
      project: { UserName: true, AccessKeyLastUsed: { LastUsedDate: true, ServiceName: true, Region: true } },
    },
    ListMFADevices: {
      summary: "MFA devices of a user; a user without a row has none.",
      entity: "MFA device",
      permissions: onUsers("iam:ListMFADevices"),
      input: user,
      each: everyUser,
      paginate: pages,
      items: "MFADevices[]",
      project: { SerialNumber: true, EnableDate: true },
    },
    GetLoginProfile: {
      summary: "Whether a user has a console password. Absent: the user has none.",
      entity: "console password",
      permissions: onUsers("iam:GetLoginProfile"),
      input: user,
      each: everyUser,
      items: "LoginProfile",
      project: { CreateDate: true, PasswordResetRequired: true },
      absent: ["NoSuchEntity", "NoSuchEntityException"],
    },
    GetAccountPasswordPolicy: {
      summary: "The account's password rules. Absent: none are set, so AWS's default applies.",
      entity: "account",
      permissions: onAccount("iam:GetAccountPasswordPolicy"),
      input: z.strictObject({}),
      items: "PasswordPolicy",
      project: {
        MinimumPasswordLength: true,
        RequireSymbols: true,
        RequireNumbers: true,
        RequireUppercaseCharacters: true,
        RequireLowercaseCharacters: true,
        AllowUsersToChangePassword: true,
        ExpirePasswords: true,
        MaxPasswordAge: true,
        PasswordReusePrevention: true,
        HardExpiry: true,
      },
      absent: ["NoSuchEntity", "NoSuchEntityException"],
    },
    GetAccountSummary: {
      summary:
        "Counts of an account's identities and its root user: AccountMFAEnabled 0 means root has no MFA, AccountAccessKeysPresent above 0 that root has access keys.",
      entity: "account",
      permissions: onAccount("iam:GetAccountSummary"),
      input: z.strictObject({}),
      items: "SummaryMap",
      project: {
        Users: true,
        Groups: true,
        Roles: true,
        Policies: true,
        MFADevices: true,
        MFADevicesInUse: true,
        AccountMFAEnabled: true,
        AccountAccessKeysPresent: true,
        AccountPasswordPresent: true,
        AccountSigningCertificatesPresent: true,
      },
    },
  },
});
