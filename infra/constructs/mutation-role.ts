/** What a mutation role may do in an account: hub and members alike, and where it exists at all. */
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { mutationStatements } from "../../config/catalog/mutation-permissions.ts";
import type { MutableService } from "../../config/catalog/services.ts";
import type { Settings } from "../../config/settings.ts";
import type { Statement } from "./statement.ts";

/** Exactly the catalog's writes and the reads that show them (law 4), and the denies; empty where the service may not be changed. */
export function changeStatements(scope: Construct, service: MutableService, settings: Settings): Statement[] {
  return mutationStatements(service, settings, { account: Stack.of(scope).account }).map(({ Sid, Effect, Action, Resource, Condition, why }) => ({
    sid: Sid,
    effect: Effect,
    actions: Action,
    resources: Resource,
    ...(Condition ? { conditions: mutable(Condition) } : {}),
    why: why ?? "Every resource of this kind in the account; each session is narrowed to those of the approved steps.",
  }));
}

/** Accounts where scopes.ts lets the service be changed; settings.ts has refused those whose environment allows no direct change. */
export function accountsInScope({ scopes }: Pick<Settings, "scopes">, service: MutableService): string[] {
  return [...new Set(scopes.filter(({ services }) => services.includes(service)).map(({ account }) => account))].sort();
}

type Conditions = NonNullable<Statement["conditions"]>;

function mutable(condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>): Conditions {
  const values = (given: string | readonly string[]) => (typeof given === "string" ? given : [...given]);
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [operator, Object.fromEntries(Object.entries(keys).map(([key, given]) => [key, values(given)]))]),
  );
}
