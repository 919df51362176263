/** Which resource it is: one, in the account and region the step names, and not the system's own. */
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { Settings } from "../../../../config/settings.ts";
import type { JudgedStep } from "../step.ts";

export function targetFacts(step: JudgedStep, { deployment }: Settings): PolicyContext["target"] {
  const [, , , region = "", account = "", ...rest] = step.resource.split(":");
  const name = rest.join(":");
  return {
    // What does not exist yet is named by its type's pattern (law 7).
    wildcard: /[*?]/.test(step.resource) && !step.creates,
    elsewhere: !step.resource.startsWith("arn:") || (account !== "" && account !== step.account) || (region !== "" && region !== step.region),
    own: owns(name, deployment.prefix, deployment.path),
  };
}

/** Functions, buckets, roles, policies and tables go by the prefix or the path. Names are compared without case: AWS's are unique without it (IAM). */
function owns(name: string, prefix: string, path: string): boolean {
  const lower = name.toLowerCase();
  const last = lower.split(/[/:]/).findLast((part) => part !== "") ?? "";
  return last.startsWith(`${prefix}-`) || lower.includes(path.toLowerCase());
}
