/** Which resource it is: the one the catalog's ARN gives for the input, in the account and region the step names, and not the system's own. */
import { filled } from "../../../../config/catalog/state.ts";
import { isReference, type LimitingSetting } from "../../../../config/catalog/write.ts";
import type { Deployment } from "../../../../config/deployment.ts";
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { Settings } from "../../../../config/settings.ts";
import type { JudgedStep } from "../step.ts";

export function targetFacts(step: JudgedStep, { deployment }: Settings): PolicyContext["target"] {
  const [, , , region = "", account = "", ...name] = step.resource.split(":");
  return {
    wildcard: /[*?]/.test(step.resource) && !isOpen(step),
    elsewhere:
      (account !== "" && account !== step.account) || (region !== "" && region !== step.region) || step.resource !== filled(step.write.arn, step.input, step),
    own: owns(name.join(":"), deployment) || namedRoles(step).some((role) => owns(role, deployment)),
  };
}

/** Law 7: what does not exist yet goes by its type's pattern, and what an earlier step makes by a reference. */
function isOpen({ creates, write, input }: JudgedStep): boolean {
  return creates || Object.entries(input).some(([field, value]) => isReference(value) && write.arn.includes(`\${${field}}`));
}

const NAMING: readonly LimitingSetting[] = ["passableRoles", "attachablePolicies", "detachablePolicies"];

/** Roles that are passed, and policies that are attached or detached. */
function namedRoles({ write, input }: JudgedStep): string[] {
  const fields = Object.entries(write.limited ?? {}).filter(([, setting]) => NAMING.includes(setting));
  return fields.flatMap(([field]) => (typeof input[field] === "string" ? [input[field]] : []));
}

/** Functions, buckets, roles, policies and tables go by the prefix or the path. Names are compared without case: IAM's are unique without it. */
function owns(name: string, { prefix, path }: Deployment): boolean {
  const lower = name.toLowerCase();
  const last = lower.split(/[/:]/).findLast((part) => part !== "") ?? "";
  return last.startsWith(`${prefix}-`) || `/${lower}`.includes(path.toLowerCase());
}
