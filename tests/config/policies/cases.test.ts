import { describe, expect, test } from "vitest";
import { actionId, catalogWrites } from "../../../config/policies/schema.ts";
import { engineOf, policyEngine } from "../../../functions/guardrail/policy/engine.ts";
import { parsePolicies } from "../../../functions/guardrail/policy/policies.ts";
import { readPolicyTexts } from "../../../functions/guardrail/policy/texts.ts";
import { judged, readCases } from "./cases.ts";

const texts = readPolicyTexts();
const policies = parsePolicies(texts.policies);
const engine = policyEngine(texts);
const files = readCases();
const expected = ({ decision, reason }: { decision: string; reason: readonly string[] }) => ({ decision, reason: [...reason].sort() });
const fileOf = (id: string) => policies.find((policy) => policy.id === id)?.file;

describe.each(files)("$folder/$name", ({ folder, cases }) => {
  test.each(cases)("$name", (one) => expect(judged(engine, one)).toEqual(expected(one)));

  test("lies in the right folder", () => {
    const decisions = new Set(cases.map(({ decision }) => decision));
    const denying = new Set(cases.flatMap(({ decision, reason }) => (decision === "deny" ? reason.map(fileOf) : [])));
    if (folder === "ALLOW") expect([...decisions]).toEqual(["allow"]);
    if (folder === "DENY") expect([[...decisions], denying.has("approve")]).toEqual([["deny"], false]);
    // What lacks an approval is shown with the one that suffices.
    if (folder === "APPROVE") expect([[...decisions].sort(), [...denying]]).toEqual([["allow", "deny"], ["approve"]]);
  });
});

test.each(policies)("without $id some case is judged otherwise", ({ id }) => {
  const without = engineOf(
    policies.filter((policy) => policy.id !== id),
    texts.schema,
  );
  const changed = files.flatMap(({ cases }) => cases.filter((one) => JSON.stringify(judged(without, one)) !== JSON.stringify(expected(one))));
  expect(changed).not.toEqual([]);
});

test("every operation of the catalog has a case that allows it", () => {
  const allowed = new Set(files.flatMap(({ cases }) => cases.flatMap(({ decision, request }) => (decision === "allow" ? [request.action] : []))));
  const missing = catalogWrites().flatMap(({ service, operation }) => {
    const action = `Action::"${actionId(service, operation)}"`;
    return allowed.has(action) ? [] : [action];
  });
  expect(missing).toEqual([]);
});
