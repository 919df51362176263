/** Every role of an assembly with all that gives it permissions, wherever it is written. */
import { z } from "zod";
import type { Held } from "../iam/evaluate.ts";
import { type Policy, policySchema } from "../iam/policy.ts";
import type { Synthesized } from "./synthesize.ts";
import { type Resource, resourcesOf, type Template } from "./template.ts";

const roleSchema = z.object({
  RoleName: z.string(),
  Path: z.string(),
  PermissionsBoundary: z.string().default("none"),
  AssumeRolePolicyDocument: policySchema,
  Policies: z.array(z.object({ PolicyDocument: policySchema })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});
const policyResourceSchema = z.object({ PolicyDocument: policySchema, Roles: z.array(z.string()).default([]) });
const managedSchema = z.object({ ManagedPolicyName: z.string(), Path: z.string(), PolicyDocument: policySchema });

export interface Role {
  /** Without the prefix. */
  readonly name: string;
  readonly fullName: string;
  readonly path: string;
  readonly arn: string;
  readonly template: Template;
  readonly trust: Policy;
  readonly boundaryArn: string;
  readonly held: Held;
  /** Policies that are not the template's own. */
  readonly foreignPolicies: readonly string[];
  readonly inlinePolicies: number;
}

export function rolesOf({ templates, settings }: Synthesized): Role[] {
  return resourcesOf(templates, "AWS::IAM::Role").map((resource) => {
    const { template } = resource;
    const { RoleName, Path, PermissionsBoundary, AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = roleSchema.parse(resource.properties);
    const boundary = managedPolicies(templates).find((policy) => policy.arn === PermissionsBoundary)?.document;
    const inline = [
      ...Policies.map(({ PolicyDocument }) => PolicyDocument),
      ...attached(templates, resource, RoleName, ["AWS::IAM::Policy", "AWS::IAM::RolePolicy"]),
    ];
    return {
      name: RoleName.slice(settings.deployment.prefix.length + 1),
      fullName: RoleName,
      path: Path,
      arn: `arn:aws:iam::${template.account}:role${Path}${RoleName}`,
      template,
      trust: AssumeRolePolicyDocument,
      boundaryArn: PermissionsBoundary,
      held: { identity: [...attached(templates, resource, RoleName, ["AWS::IAM::ManagedPolicy"]), ...inline], ...(boundary ? { boundary } : {}) },
      foreignPolicies: ManagedPolicyArns,
      inlinePolicies: inline.length,
    };
  });
}

export function findRole(assembly: Synthesized, name: string, place: Template["place"] = "hub"): Role {
  const role = rolesOf(assembly).find((one) => one.name === name && one.template.place === place);
  if (!role) throw new Error(`${assembly.name} has no role ${name} in its ${place}`);
  return role;
}

export function managedPolicies(
  templates: readonly Template[],
): { readonly arn: string; readonly document: Policy; readonly template: Template; readonly resource: Resource }[] {
  return resourcesOf(templates, "AWS::IAM::ManagedPolicy").map((resource) => {
    const { ManagedPolicyName, Path, PolicyDocument } = managedSchema.parse(resource.properties);
    return {
      arn: `arn:aws:iam::${resource.template.account}:policy${Path}${ManagedPolicyName}`,
      document: PolicyDocument,
      template: resource.template,
      resource,
    };
  });
}

/** Policies that name the role by reference in its own template or by name in any of its account. */
function attached(templates: readonly Template[], role: Resource & { readonly template: Template }, roleName: string, types: readonly string[]): Policy[] {
  return types
    .flatMap((type) => resourcesOf(templates, type))
    .filter(({ template }) => template.account === role.template.account)
    .map(({ template, properties }) => ({ template, ...policyResourceSchema.parse(properties) }))
    .filter(({ template, Roles }) => (template === role.template && Roles.includes(role.id)) || Roles.includes(roleName))
    .map(({ PolicyDocument }) => PolicyDocument);
}
