/** Writes of roles under one path, which carry one boundary. */
import * as z from "zod";
import { FULL_ACCESS_POLICIES } from "./full-access-policies.ts";
import { BOUNDARY, detail, limitedRole, onRole, policyArn, ROLE, role, sensitive } from "./iam-parts.ts";
import { firstRow, Tags, tagList } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type StepInput } from "./write.ts";

const GONE = ["NoSuchEntity", "NoSuchEntityException"] as const;

/** Of the list below the path: a role that is not there has no row, where GetRole fails. */
const listed: BeforeRead = {
  operation: "ListRoles",
  by: { PathPrefix: "RolePath" },
  match: { Arn: ROLE },
  columns: ["RoleName", "CreateDate", "AssumeRolePolicyDocument"],
};
const attached: BeforeRead = {
  operation: "ListAttachedRolePolicies",
  by: { RoleName: "RoleName" },
  match: { RoleName: "RoleName", PolicyArn: "PolicyArn" },
  columns: ["PolicyArn"],
};
/** I05: service principals only. */
function trustPolicy(services: unknown) {
  const [only, ...more] = services as string[];
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: more.length === 0 ? only : services }, Action: "sts:AssumeRole" }],
  };
}

/** Of CreateRole and of PutRolePermissionsBoundary the key is the boundary that the call sets. */
const bounded = { conditions: { StringEquals: { "iam:PermissionsBoundary": "${PermissionsBoundary}" } } } as const;
const limitedBoundary = { ...limitedRole, PermissionsBoundary: "roleBoundary" } as const;
const onPolicy = (action: string) => ({ ...onRole(action), conditions: { ArnEquals: { "iam:PolicyARN": "${PolicyArn}" } } }) as const;
const policyInput = z.strictObject({ ...role, PolicyArn: policyArn });
const ofPolicy = { ...sensitive, entity: "attached policy", input: policyInput, arn: ROLE, before: [attached, { ...detail, context: true }] } as const;
const calledWith = ({ RoleName, PolicyArn }: StepInput) => ({ RoleName, PolicyArn });

export const iamRoleWrites = {
  CreateRole: defineWrite({
    ...sensitive,
    summary: "Makes a role for EC2 or Lambda. RolePath and PermissionsBoundary are the ones of the settings; what it may do is attached separately.",
    entity: "role",
    permissions: [{ ...onRole("iam:CreateRole"), ...bounded }, onRole("iam:TagRole")],
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
    limited: limitedBoundary,
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
      GetRole: { [BOUNDARY]: PermissionsBoundary, Tags },
    }),
    inverse: ({ RoleName, RolePath }) => ({ operation: "DeleteRole", input: { RoleName, RolePath } }),
    reversible: "yes",
    idempotency: { kind: "name", field: "RoleName" },
  }),
  PutRolePermissionsBoundary: defineWrite({
    ...sensitive,
    summary: "Puts the settings' boundary on a role below their path that has none; nothing here takes it off again.",
    entity: "role",
    permissions: [{ ...onRole("iam:PutRolePermissionsBoundary"), ...bounded }],
    input: z.strictObject({ ...role, PermissionsBoundary: policyArn }),
    limited: limitedBoundary,
    arn: ROLE,
    before: [detail],
    precondition: (_, before) => {
      const has = firstRow(before, "GetRole")[BOUNDARY];
      return typeof has === "string"
        ? `the role has the boundary ${has}, and another could let it do more. Who owns the role changes it, or a new role is made with CreateRole.`
        : null;
    },
    calls: [{ command: "PutRolePermissionsBoundary", input: ({ RoleName, PermissionsBoundary }) => ({ RoleName, PermissionsBoundary }) }],
    promises: ({ PermissionsBoundary }) => ({ GetRole: { [BOUNDARY]: PermissionsBoundary } }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["that the role has no boundary: no role of this system may take one off (I09), since that widens what it may do"],
    idempotency: { kind: "natural" },
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
    limited: { ...limitedRole, PolicyArn: "attachablePolicies" },
    references: ["RoleName"],
    calls: [{ command: "AttachRolePolicy", input: calledWith }],
    promises: ({ PolicyArn }) => ({ ListAttachedRolePolicies: { PolicyArn } }),
    inverse: ({ RoleName, RolePath, PolicyArn }) => ({ operation: "DetachRolePolicy", input: { RoleName, RolePath, PolicyArn } }),
    reversible: "yes",
    idempotency: { kind: "natural" },
  }),
  DetachRolePolicy: defineWrite({
    ...ofPolicy,
    summary:
      "Detaches a managed policy from a role below the settings' path: one of their list, or one of AWS's full-access policies, which nothing here attaches again.",
    permissions: [onPolicy("iam:DetachRolePolicy")],
    limited: { ...limitedRole, PolicyArn: "detachablePolicies" },
    references: ["RoleName"],
    calls: [{ command: "DetachRolePolicy", input: calledWith, already: GONE }],
    promises: () => ({ ListAttachedRolePolicies: null }),
    inverse: ({ RoleName, RolePath, PolicyArn }, before) => {
      const isBack = firstRow(before, "ListAttachedRolePolicies").PolicyArn !== undefined && !FULL_ACCESS_POLICIES.includes(String(PolicyArn));
      return isBack ? { operation: "AttachRolePolicy", input: { RoleName, RolePath, PolicyArn } } : null;
    },
    reversible: "yes",
    idempotency: { kind: "natural" },
  }),
} as const;
