/**
 * IAM's decision on one call, after the IAM User Guide's "Policy evaluation logic": an explicit deny
 * anywhere wins; else the identity policies must allow, and so must the permissions boundary and the
 * session policy where there are any. Resource policies are evaluated only as a role's trust.
 */
import { type Context, conditionsHold } from "./conditions.ts";
import { likeAction, likeArn } from "./patterns.ts";
import type { Policy, PolicyStatement } from "./policy.ts";

export interface Call {
  readonly action: string;
  /** `*` for an action without resource-level permissions. */
  readonly resource: string;
  readonly context?: Context;
}

export interface Held {
  readonly identity: readonly Policy[];
  readonly boundary?: Policy;
  readonly session?: Policy;
}

export type Decision = "allowed" | "explicit-deny" | "not-allowed" | "cut-by-boundary" | "cut-by-session";

export function decide({ identity, boundary, session }: Held, call: Call): Decision {
  const every = [...identity, ...(boundary ? [boundary] : []), ...(session ? [session] : [])];
  if (says(every, "Deny", call)) return "explicit-deny";
  if (!says(identity, "Allow", call)) return "not-allowed";
  if (boundary && !says([boundary], "Allow", call)) return "cut-by-boundary";
  if (session && !says([session], "Allow", call)) return "cut-by-session";
  return "allowed";
}

export function isAllowed(held: Held, call: Call): boolean {
  return decide(held, call) === "allowed";
}

/** Who asks for a role, and with what. */
export interface Caller {
  /** A role's ARN, `<service>.amazonaws.com`, or a session's ARN. */
  readonly principal: string;
  /** sts:AssumeRole unless said otherwise. */
  readonly action?: string;
  readonly context?: Context;
}

/** Whether the role's trust lets the caller in. A principal of another account also needs its own policy to allow it. */
export function trusts(trust: Policy, { principal, action = "sts:AssumeRole", context = {} }: Caller): boolean {
  const full = principal.startsWith("arn:") ? { "aws:PrincipalArn": principal, ...context } : context;
  const about = (effect: PolicyStatement["Effect"]) =>
    trust.Statement.some((one) => one.Effect === effect && namesAction(one, action) && namesPrincipal(one, principal) && conditionsHold(one.Condition, full));
  return !about("Deny") && about("Allow");
}

function says(policies: readonly Policy[], effect: PolicyStatement["Effect"], { action, resource, context = {} }: Call): boolean {
  return policies.some(({ Statement }) =>
    Statement.some((one) => one.Effect === effect && namesAction(one, action) && namesResource(one, resource) && conditionsHold(one.Condition, context)),
  );
}

export function namesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  return Action ? Action.some((pattern) => likeAction(pattern, action)) : !NotAction?.some((pattern) => likeAction(pattern, action));
}

function namesResource({ Resource, NotResource, Sid }: PolicyStatement, resource: string): boolean {
  if (Resource) return Resource.some((pattern) => likeArn(pattern, resource));
  if (NotResource) return !NotResource.some((pattern) => likeArn(pattern, resource));
  throw new Error(`statement ${Sid ?? "without Sid"} names no resource: it is a trust, not an identity policy`);
}

/** An account as principal (its id or its root) stands for everyone in it. */
function namesPrincipal({ Principal, Sid }: PolicyStatement, caller: string): boolean {
  if (!Principal) throw new Error(`statement ${Sid ?? "without Sid"} names no principal: it is no trust`);
  if (!caller.startsWith("arn:")) return Principal.Service?.includes(caller) ?? false;
  const account = caller.split(":")[4] ?? "";
  return Principal.AWS?.some((named) => named === "*" || named === account || named === caller || named === `arn:aws:iam::${account}:root`) ?? false;
}
