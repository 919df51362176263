import { expect, it } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { tell } from "./tell.ts";

const QUESTION = "Which buckets are public?";
const accounts = [SANDBOX];

it("a budget below the first call's worst case makes no model call at all", async () => {
  const told = await tell(QUESTION, { accounts, budgetUsd: 0.001 });
  expect(told.view).toMatchObject({ state: "failed", code: "budget_exhausted", costUsd: 0 });
  expect(told.models).toEqual([]);
  expect(told.ran.filter((name) => name.startsWith("discovery-"))).toEqual([]);
  expect(told.execution).toBe("FAILED");
  expect(told.report.message).toContain("higher budgetUsd");
});

it("a budget for the first round only ends before the second call, with what was read listed", async () => {
  const worst = worstCase((await tell(QUESTION, { accounts, budgetUsd: 0.001 })).report.message);
  // A cent above: the first call's real cost is more than that, so the second can't be afforded.
  const told = await tell(QUESTION, { accounts, budgetUsd: worst + 0.01 });
  expect(told.view).toMatchObject({ state: "failed", code: "budget_exhausted" });
  expect(told.models).toHaveLength(1);
  expect(told.report.evidence.length).toBeGreaterThan(0);
  expect(told.report.evidence.every(({ account, sha256 }) => account === SANDBOX && sha256.length === 64)).toBe(true);
  expect(told.view.costUsd).toBeGreaterThan(0);
  expect(told.view.costUsd).toBeLessThan(worst + 0.01);
  expect(told.execution).toBe("FAILED");
});

/** As the product itself says it: "could cost up to $0.5321". */
function worstCase(message: string): number {
  const usd = Number(/could cost up to \$(\d+\.\d+)/.exec(message)?.[1]);
  expect(usd).toBeGreaterThan(0);
  return usd;
}
