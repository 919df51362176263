import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitMutation, keptOf, shareOf } from "../../../functions/record/kept.ts";
import { BOUNDS, type MutationCall, type MutationResult, mutationResult, type StepOutcome } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { samplePlan } from "../shared/plan-sample.ts";

const PLAN = samplePlan();
const CALL: MutationCall = {
  requestId: PLAN.requestId,
  callId: "p1m1",
  worker: "mutation-s3",
  service: "s3",
  account: "666666666666",
  region: "eu-west-1",
  phase: 1,
  mode: "apply",
  stepIds: ["s1"],
};
const outcome = (stepId: string, changes: Partial<StepOutcome> = {}): StepOutcome => ({
  stepId,
  outcome: "done",
  code: "done",
  message: "It is done.",
  resource: "arn:aws:s3:::acme-logs",
  principal: "arn:aws:sts::666666666666:assumed-role/aws-coworker-mutation-s3/req-0f",
  differences: [],
  output: {},
  failure: null,
  at: "2026-11-25T12:00:00.000Z",
  ...changes,
});
const result = (outcomes: StepOutcome[], changes: Partial<MutationResult> = {}): MutationResult => ({
  callId: "p1m1",
  worker: "mutation-s3",
  phase: 1,
  mode: "apply",
  status: "done",
  outcomes,
  resolutions: [],
  usage: [],
  redactions: 0,
  durationMs: 1,
  ...changes,
});
const usage = (by: string, usd: number) => ({
  ...{ by, model: "m", inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, usd, calls: 1, estimated: false },
});

describe("what of a worker's result travels on", () => {
  it("is all of it where there is room, but for the usage, which is added to the request's", () => {
    const kept = keptOf("Mutate", {
      call: CALL,
      mutations: [result([outcome("s1", { message: "told in full" })], { usage: [usage("mutation-s3", 0.02)] })],
      plan: PLAN,
      usage: [usage("orchestrator", 0.1), usage("mutation-s3", 0.01)],
    });
    expect(kept.kept).toEqual(result([outcome("s1", { message: "told in full" })]));
    expect(kept.usage?.map(({ by, usd, calls }) => [by, Number(usd.toFixed(2)), calls])).toEqual([
      ["orchestrator", 0.1, 1],
      ["mutation-s3", 0.03, 2],
    ]);
  });

  it("gives half of the bytes to what is applied and half to what is undone, by steps", () => {
    expect(shareOf({ stepIds: ["s1"] }, PLAN)).toBe(BOUNDS.outcomes / 4);
    expect(shareOf({ stepIds: ["s1", "s2"] }, PLAN)).toBe(BOUNDS.outcomes / 2);
  });

  it("keeps each step's outcome, whatever has to go; of all it could say, the least first", () => {
    const wordy = result([
      outcome("s1", { differences: [{ field: "f", before: "x".repeat(500), after: null }] }),
      outcome("s2", { outcome: "denied", message: "n".repeat(500) }),
    ]);
    const shown = (bytes: number) => fitMutation(wordy, bytes) as MutationResult;
    expect(shown(10_000)).toEqual(wordy);
    expect(shown(1500).outcomes.map(({ differences, message }) => [differences.length, message.length])).toEqual([
      [0, 11],
      [0, 500],
    ]);
    expect(shown(900).outcomes.map(({ message }) => message.length)).toEqual([0, 120]);
    expect(shown(1).outcomes.map(({ stepId, outcome: kind, resource }) => [stepId, kind, resource])).toEqual([
      ["s1", "done", ""],
      ["s2", "denied", ""],
    ]);
  });

  it("stays a result of the contract and inside its share, for plans as large as a plan can be", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 66 }), fc.integer({ min: 0, max: 600 }), fc.boolean(), (steps, length, fails) => {
        const stepIds = Array.from({ length: steps }, (_, index) => `s${index + 1}`);
        const told = result(
          stepIds.map((id) => outcome(id, { message: "é".repeat(length), outcome: fails ? "denied" : "done" })),
          { resolutions: [{ account: "666666666666", worker: "mutation-s3", scopedRole: "r".repeat(60), exists: "yes", using: "u".repeat(120) }] },
        );
        const plan = samplePlan({ phases: [{ ...PLAN.phases[0]!, steps: stepIds.map((id) => ({ ...PLAN.phases[0]!.steps[0]!, id })) }] });
        const kept = mutationResult.parse(keptOf("RollBack", { call: { ...CALL, stepIds: stepIds.slice(0, 50) }, mutations: [told], plan, usage: [] }).kept);
        expect(kept.outcomes.map(({ stepId }) => stepId)).toEqual(stepIds);
        if (steps <= 50) expect(jsonBytes(kept)).toBeLessThanOrEqual(BOUNDS.outcomes / 2);
      }),
      { numRuns: 60 },
    );
  });

  it("is a crash where the worker kept no contract: what it did is not known", () => {
    const kept = keptOf("Mutate", { call: CALL, mutations: [{ status: "done" }], plan: PLAN, usage: [] });
    expect(kept).toMatchObject({ kept: { callId: "p1m1", stepIds: ["s1"], crashed: { error: "unreadable_result" } }, usage: [] });
  });
});

describe("what of other results travels on", () => {
  const row = (stepId: string, match: boolean) => ({ stepId, resource: "r".repeat(200), field: "f", before: null, after: 1, found: match ? 1 : 2, match });

  it("a verification: what is wrong before what is well, inside its bound", () => {
    const rows = [...Array.from({ length: 90 }, (_, index) => row(`s${index + 1}`, true)), row("s99", false)];
    const { kept } = keptOf("Verify", { outcome: "mismatch", rows }) as { kept: { outcome: string; rows: { stepId: string }[] } };
    expect(kept.rows[0]?.stepId).toBe("s99");
    expect(kept.rows.length).toBeLessThan(rows.length);
    expect(jsonBytes(kept)).toBeLessThanOrEqual(BOUNDS.verification);
  });

  it("a verification that can't be read is none: unreadable, never verified", () => {
    expect(keptOf("Verify", { outcome: "fine" })).toEqual({ kept: { outcome: "unreadable", rows: [] } });
  });

  it("an artifact with its files, nothing for one that can't be read, and nothing of other states", () => {
    const artifact = { files: [{ path: "a", key: "k", sha256: "0".repeat(64), bytes: 1 }], releasable: true, blockers: [], branch: "b", summary: "s" };
    expect(keptOf("Artifact", artifact)).toEqual({ kept: artifact });
    expect(keptOf("Artifact", {})).toEqual({ kept: null });
    expect(keptOf("Halt", { outcome: "go", by: "", reason: "" })).toEqual({});
  });
});
