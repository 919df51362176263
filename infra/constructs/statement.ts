/** A statement of one of our policies: `*` anywhere in it must say why, and cdk-nag is told there and nowhere else. */
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

export interface Statement {
  readonly sid: string;
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string | string[]>>;
  /** Why a resource has a `*`: kept beside the statement and in the template's cdk-nag metadata. */
  readonly why?: string;
}

/** @throws when a resource is wider than it says why, or an action is a wildcard. */
export function toPolicyStatement({ sid, effect = "Allow", actions, resources, conditions, why }: Statement): PolicyStatement {
  if (actions.some((action) => action.includes("*"))) throw new Error(`statement ${sid} has a wildcard action`);
  if (effect === "Allow" && resources.some((resource) => resource.includes("*")) && !why)
    throw new Error(`statement ${sid} has a * in a resource and does not say why`);
  return new PolicyStatement({
    sid,
    effect: Effect[effect === "Allow" ? "ALLOW" : "DENY"],
    actions: [...actions],
    resources: [...resources],
    ...(conditions ? { conditions } : {}),
  });
}
