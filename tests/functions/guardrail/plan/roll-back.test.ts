import { describe, expect, it } from "vitest";
import { rollBack } from "../../../../functions/guardrail/plan/roll-back.ts";
import {
  type MutationCrash,
  type MutationResult,
  type Plan,
  STEP_OUTCOMES,
  type StepOutcome,
  type StepOutcomeKind,
} from "../../../../functions/shared/contracts.ts";
import { blockOf, bucketWorld, outcome, proposed, sealed, step } from "./set-up.ts";

const result = (callId: string, outcomes: StepOutcome[], more: Partial<MutationResult> = {}): MutationResult => ({
  callId,
  worker: "mutation-s3",
  phase: 1,
  mode: "apply",
  status: "failed",
  outcomes,
  resolutions: [],
  usage: [],
  redactions: 0,
  durationMs: 1,
  ...more,
});
const names = ["acme-1", "acme-2", "acme-3", "acme-4"];
const world = bucketWorld(...names.map((name, index) => ({ name, region: index < 2 ? "eu-west-1" : "us-east-1" })));
const { plan } = sealed(proposed(names.map((name, index) => blockOf(`s${index + 1}`, name))), world);
const undone = (results: (MutationResult | MutationCrash)[], of: Plan = plan) =>
  rollBack({ kind: "roll-back", plan: of, results }, 50).calls.map(({ callId, mode, region, stepIds }) => [callId, mode, region, stepIds]);

describe("a roll-back", () => {
  it("takes back what was begun, last first, a call a place (S02)", () => {
    const results = [
      result("p1m1", [outcome("s1", "done"), outcome("s2", "already_done")]),
      result("p1m2", [outcome("s3", "failed"), outcome("s4", "not_run")]),
    ];
    expect(undone(results)).toEqual([
      ["u1", "undo", "us-east-1", ["s3"]],
      ["u2", "undo", "eu-west-1", ["s2", "s1"]],
    ]);
  });

  it("of a crashed call asks the ledger about every step of it", () => {
    const crash: MutationCrash = { callId: "p1m2", worker: "mutation-s3", phase: 1, mode: "apply", stepIds: ["s3", "s4"], crashed: { error: "x", cause: "" } };
    expect(undone([result("p1m1", [outcome("s1", "done")]), crash])).toEqual([
      ["u1", "undo", "us-east-1", ["s4", "s3"]],
      ["u2", "undo", "eu-west-1", ["s1"]],
    ]);
  });

  it.each(STEP_OUTCOMES)("asks the ledger about whatever may have had an effect: %s", (kind) => {
    const without: readonly StepOutcomeKind[] = ["aborted", "halted", "stopped", "approval_invalid", "not_run"];
    expect(undone([result("p1m1", [outcome("s1", kind)])])).toHaveLength(without.includes(kind) ? 0 : 1);
  });

  it("takes nothing back twice, and no undo", () => {
    const twice = [
      result("p1m1", [outcome("s1", "done")]),
      result("p1m1", [outcome("s1", "failed")]),
      result("u1", [outcome("s2", "undone")], { mode: "undo" }),
    ];
    expect(undone(twice)).toEqual([["u1", "undo", "eu-west-1", ["s1"]]]);
    expect(undone([])).toEqual([]);
  });

  it("keeps phases apart: an approval is of one", () => {
    const two = sealed(proposed([blockOf("s1", "acme-1"), step("s2", "DeleteBucket", { Bucket: "acme-2" })]), world).plan;
    const results = [result("p1m1", [outcome("s1", "done")]), result("p2m1", [outcome("s2", "unverified")], { phase: 2 })];
    expect(rollBack({ kind: "roll-back", plan: two, results }, 50).calls.map(({ phase, stepIds }) => [phase, stepIds])).toEqual([
      [2, ["s2"]],
      [1, ["s1"]],
    ]);
  });
});
