import { describe, expect, it } from "vitest";
import type { MutationCrash, MutationResult, StepOutcomeKind } from "../../../functions/shared/contracts.ts";
import { standings } from "../../../functions/shared/effects.ts";

const said = (mode: "apply" | "undo", outcome: StepOutcomeKind, stepId = "s1"): MutationResult => ({
  callId: "c",
  worker: "mutation-s3",
  phase: 1,
  mode,
  status: "done",
  outcomes: [
    { stepId, outcome, code: "", message: "", resource: "", principal: "", differences: [], output: {}, failure: null, at: "2026-11-25T12:00:00.000Z" },
  ],
  resolutions: [],
  usage: [],
  redactions: 0,
  durationMs: 0,
});
const crashed = (mode: "apply" | "undo"): MutationCrash => ({ callId: "c", worker: "w", phase: 1, mode, stepIds: ["s1"], crashed: { error: "e", cause: "c" } });
const left = (...all: (MutationResult | MutationCrash)[]) => standings(all).get("s1");

describe("what is left of a step", () => {
  it.each([
    ["done", "done"],
    ["already_done", "done"],
    ["unverified", "done"],
    ["indeterminate", "unknown"],
    ["denied", "none"],
    ["drifted", "none"],
    ["halted", "none"],
    ["not_run", "none"],
  ] as const)("after it was %s: %s", (outcome, standing) => expect(left(said("apply", outcome))).toBe(standing));

  it.each([
    ["undone", "undone"],
    ["nothing_to_undo", "none"],
    ["undo_failed", "done"],
    ["undo_drifted", "done"],
    ["not_undoable", "done"],
    ["halted", "done"],
    ["not_run", "done"],
  ] as const)("after it was done and then %s: %s", (outcome, standing) => expect(left(said("apply", "done"), said("undo", outcome))).toBe(standing));

  it("is not known after a crash, of either kind, until something is said of it", () => {
    expect(left(crashed("apply"))).toBe("unknown");
    expect(left(crashed("apply"), said("undo", "nothing_to_undo"))).toBe("none");
    expect(left(said("apply", "done"), crashed("undo"))).toBe("unknown");
  });

  it("is nothing for a step that nobody spoke of", () => expect(left(said("apply", "done", "s2"))).toBeUndefined());
});
