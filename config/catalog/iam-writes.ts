/** Writes of roles under one path, which carry one boundary, and of access keys' status. */
import * as z from "zod";
import { firstRow, keysOf, noTags, ownTags, restoredTags, someTags, TagKeys, Tags, tagList, tagsBack } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type State, type StepInput } from "./write.ts";

const ROLE = "arn:aws:iam::${account}:role${RolePath}${RoleName}";
const USER = "arn:aws:iam::${account}:user/${UserPath}${UserName}";
const name = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const path = z
  .string()
  .regex(/^\/([A-Za-z0-9-]+\/)*$/)
  .max(512);
const policyArn = z
  .string()
  .regex(/^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/)
  .max(2048);
const role = { RoleName: name, RolePath: path };
const GONE = ["NoSuchEntity", "NoSuchEntityException"] as const;

/** Of the list below the path: a role that is not there has no row, where GetRole fails. */
const listed: BeforeRead = {
  operation: "ListRoles",
  by: { PathPrefix: "RolePath" },
  match: { Arn: ROLE },
  columns: ["RoleName", "CreateDate", "AssumeRolePolicyDocument"],
};
const detail: BeforeRead = {
  operation: "GetRole",
  by: { RoleName: "RoleName" },
  match: { Arn: ROLE },
  columns: ["PermissionsBoundary.PermissionsBoundaryArn", "Tags"],
};
const attached: BeforeRead = {
  operation: "ListAttachedRolePolicies",
  by: { RoleName: "RoleName" },
  match: { RoleName: "RoleName", PolicyArn: "PolicyArn" },
  columns: ["PolicyArn"],
};
const key: BeforeRead = {
  operation: "ListAccessKeys",
  by: { UserName: "UserName" },
  match: { UserName: "UserName", AccessKeyId: "AccessKeyId" },
  columns: ["Status", "CreateDate"],
};

/** I05: service principals only. */
function trustPolicy(services: unknown) {
  const [only, ...more] = services as string[];
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: more.length === 0 ? only : services }, Action: "sts:AssumeRole" }],
  };
}

const onRole = (action: string) => ({ action, resource: ROLE }) as const;
const onPolicy = (action: string) => ({ ...onRole(action), conditions: { ArnEquals: { "iam:PolicyARN": "${PolicyArn}" } } }) as const;
const limitedRole = { RolePath: "rolePath" } as const;
const sensitive = { class: "sensitive", seconds: 5 } as const;
const policyInput = z.strictObject({ ...role, PolicyArn: policyArn });
const ofPolicy = { ...sensitive, entity: "attached policy", input: policyInput, arn: ROLE, before: [attached, { ...detail, context: true }] } as const;
const limitedPolicy = { ...limitedRole, PolicyArn: "attachablePolicies" } as const;
const calledWith = ({ RoleName, PolicyArn }: StepInput) => ({ RoleName, PolicyArn });

const tagsBefore = (before: State) => ownTags(firstRow(before, "GetRole").Tags);
const back = ({ RoleName, RolePath }: StepInput, was: Readonly<Record<string, string>>, touched: readonly string[]) => ({
  operation: "RestoreRoleTags",
  input: { RoleName, RolePath, ...tagsBack(was, touched) },
});
const ofTags = { ...sensitive, entity: "tag", limited: limitedRole, arn: ROLE, before: [detail], reversible: "yes", idempotency: { kind: "natural" } } as const;
const tagRole = { command: "TagRole", input: ({ RoleName, Tags }: StepInput) => ({ RoleName, Tags: tagList(Tags) }) } as const;
const untagRole = { command: "UntagRole", input: ({ RoleName, TagKeys }: StepInput) => ({ RoleName, TagKeys }) } as const;

const ofKey = {
  ...sensitive,
  entity: "access key",
  permissions: [{ action: "iam:UpdateAccessKey", resource: USER }],
  input: z.strictObject({
    UserName: name,
    UserPath: z
      .string()
      .regex(/^([A-Za-z0-9-]+\/)*$/)
      .max(510),
    AccessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  }),
  arn: USER,
  before: [key],
  reversible: "yes",
  idempotency: { kind: "natural" },
} as const;
const putsStatus = (Status: "Active" | "Inactive") =>
  ({ command: "UpdateAccessKey", input: ({ UserName, AccessKeyId }: StepInput) => ({ UserName, AccessKeyId, Status }) }) as const;
const statusBefore = (before: State) => firstRow(before, "ListAccessKeys").Status;
const keyInput = ({ UserName, UserPath, AccessKeyId }: StepInput) => ({ UserName, UserPath, AccessKeyId });

export const iamWrites = {
  CreateRole: defineWrite({
    ...sensitive,
    summary: "Makes a role for EC2 or Lambda. RolePath and PermissionsBoundary are the ones of the settings; what it may do is attached separately.",
    entity: "role",
    permissions: [
      { ...onRole("iam:CreateRole"), conditions: { StringEquals: { "iam:PermissionsBoundary": "${PermissionsBoundary}" } } },
      onRole("iam:TagRole"),
    ],
    input: z.strictObject({
      ...role,
      PermissionsBoundary: policyArn,
      TrustedServices: z
        .array(z.enum(["ec2.amazonaws.com", "lambda.amazonaws.com"]))
        .min(1)
        .max(2)
        .refine((services) => new Set(services).size === services.length, "each service once"),
      Description: z.string().regex(/^[\x20-\x7e]{1,1000}$/),
      Tags,
    }),
    limited: { ...limitedRole, PermissionsBoundary: "roleBoundary" },
    arn: ROLE,
    creates: { from: "CreateRole", outputs: { RoleName: "Role.RoleName" } },
    tagged: true,
    before: [listed],
    after: [listed, detail],
    calls: [
      {
        command: "CreateRole",
        input: ({ RoleName, RolePath, PermissionsBoundary, TrustedServices, Description, Tags }) => ({
          RoleName,
          Path: RolePath,
          PermissionsBoundary,
          AssumeRolePolicyDocument: JSON.stringify(trustPolicy(TrustedServices)),
          Description,
          Tags: tagList(Tags),
        }),
        already: ["EntityAlreadyExists", "EntityAlreadyExistsException"],
      },
    ],
    promises: ({ TrustedServices, PermissionsBoundary, Tags }) => ({
      ListRoles: { AssumeRolePolicyDocument: trustPolicy(TrustedServices) },
      GetRole: { "PermissionsBoundary.PermissionsBoundaryArn": PermissionsBoundary, Tags },
    }),
    inverse: ({ RoleName, RolePath }) => ({ operation: "DeleteRole", input: { RoleName, RolePath } }),
    reversible: "yes",
    idempotency: { kind: "name", field: "RoleName" },
  }),
  DeleteRole: defineWrite({
    summary: "Deletes a role below the settings' path; AWS refuses one that still has policies or an instance profile.",
    entity: "role",
    class: "destructive",
    permissions: [onRole("iam:DeleteRole")],
    input: z.strictObject(role),
    limited: limitedRole,
    arn: ROLE,
    before: [listed, { ...detail, context: true }],
    calls: [{ command: "DeleteRole", input: ({ RoleName }) => ({ RoleName }), already: GONE }],
    promises: () => ({ ListRoles: null }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the role: one of the same name is another to every policy that named it"],
    idempotency: { kind: "natural" },
    seconds: 5,
  }),
  AttachRolePolicy: defineWrite({
    ...ofPolicy,
    summary: "Attaches a managed policy of the settings' list to a role below their path.",
    permissions: [onPolicy("iam:AttachRolePolicy")],
    limited: limitedPolicy,
    references: ["RoleName"],
    calls: [{ command: "AttachRolePolicy", input: calledWith }],
    promises: ({ PolicyArn }) => ({ ListAttachedRolePolicies: { PolicyArn } }),
    inverse: ({ RoleName, RolePath, PolicyArn }) => ({ operation: "DetachRolePolicy", input: { RoleName, RolePath, PolicyArn } }),
    reversible: "yes",
    idempotency: { kind: "natural" },
  }),
  DetachRolePolicy: defineWrite({
    ...ofPolicy,
    summary: "Detaches a managed policy of the settings' list from a role below their path.",
    permissions: [onPolicy("iam:DetachRolePolicy")],
    limited: limitedPolicy,
    references: ["RoleName"],
    calls: [{ command: "DetachRolePolicy", input: calledWith, already: GONE }],
    promises: () => ({ ListAttachedRolePolicies: null }),
    inverse: ({ RoleName, RolePath, PolicyArn }, before) =>
      firstRow(before, "ListAttachedRolePolicies").PolicyArn === undefined ? null : { operation: "AttachRolePolicy", input: { RoleName, RolePath, PolicyArn } },
    reversible: "yes",
    idempotency: { kind: "natural" },
  }),
  TagRole: defineWrite({
    ...ofTags,
    summary: "Adds tags to a role below the settings' path, or gives them other values.",
    permissions: [onRole("iam:TagRole")],
    input: z.strictObject({ ...role, Tags: someTags }),
    calls: [tagRole],
    promises: ({ Tags }) => ({ GetRole: { Tags } }),
    inverse: (given, before) => back(given, tagsBefore(before), keysOf(given.Tags)),
  }),
  UntagRole: defineWrite({
    ...ofTags,
    summary: "Takes tags away from a role below the settings' path, by their keys.",
    permissions: [onRole("iam:UntagRole")],
    input: z.strictObject({ ...role, TagKeys }),
    calls: [untagRole],
    promises: ({ TagKeys }) => ({ GetRole: { Tags: noTags(TagKeys) } }),
    inverse: (given, before) => {
      const was = tagsBefore(before);
      const touched = (given.TagKeys as string[]).filter((one) => was[one] !== undefined);
      return touched.length === 0 ? null : back(given, was, touched);
    },
  }),
  RestoreRoleTags: defineWrite({
    ...ofTags,
    summary: "Sets a role's tags back to what they were.",
    inverseOnly: true,
    permissions: [onRole("iam:TagRole"), onRole("iam:UntagRole")],
    input: z.strictObject({ ...role, ...restoredTags }),
    calls: [
      { ...tagRole, when: ({ Tags }) => keysOf(Tags).length > 0 },
      { ...untagRole, when: ({ TagKeys }) => (TagKeys as string[]).length > 0 },
    ],
    promises: ({ Tags, TagKeys }) => ({ GetRole: { Tags: { ...(Tags as object), ...noTags(TagKeys) } } }),
    inverse: (given, before) => back(given, tagsBefore(before), [...keysOf(given.Tags), ...(given.TagKeys as string[])]),
  }),
  UpdateAccessKey: defineWrite({
    ...ofKey,
    summary:
      "Makes a user's access key inactive: it stays, but nothing can use it. UserPath is what stands between user/ and the name in the ARN: empty for most.",
    calls: [putsStatus("Inactive")],
    promises: () => ({ ListAccessKeys: { Status: "Inactive" } }),
    inverse: (given, before) => (statusBefore(before) === "Active" ? { operation: "ActivateAccessKey", input: keyInput(given) } : null),
  }),
  ActivateAccessKey: defineWrite({
    ...ofKey,
    summary: "Makes an access key active again that was active before.",
    inverseOnly: true,
    calls: [putsStatus("Active")],
    promises: () => ({ ListAccessKeys: { Status: "Active" } }),
    inverse: (given, before) => (statusBefore(before) === "Active" ? null : { operation: "UpdateAccessKey", input: keyInput(given) }),
  }),
} as const;
