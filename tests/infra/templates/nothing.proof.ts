import { describe, expect, test } from "vitest";
import { allowedActions, EVERY_ACTION, grantableActions } from "./actions.ts";
import { findRole } from "./roles.ts";
import { ALL } from "./synthesize.ts";

describe.each(ALL)("$name: who judges holds nothing at all (law 2)", (assembly) => {
  const accounts = [assembly.settings.deployment.hub.account, ...assembly.settings.accounts.map(({ id }) => id)];

  test.each(["guardrail", "admit"])("%s has no policy, and over every action of AWS nothing is allowed", (name) => {
    const { held, foreignPolicies } = findRole(assembly, name);
    expect(held.identity).toEqual([]);
    expect(foreignPolicies).toEqual([]);
    expect(EVERY_ACTION.length).toBeGreaterThan(20_000);
    expect(allowedActions(held, accounts)).toEqual([]);
    expect(grantableActions(held, accounts)).toEqual([]);
  });

  test("while a role beside them is allowed what it holds", () => {
    expect(allowedActions(findRole(assembly, "record").held, accounts)).toContain("dynamodb:PutItem");
  });
});
