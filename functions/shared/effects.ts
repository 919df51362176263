/** What is left of a change's steps, from what the workers said, in order. Pure. */
import type { MutationCrash, MutationResult, StepOutcomeKind } from "./contracts.ts";

/** `unknown`: a worker ended before it could say, or AWS gave no certainty. `undone`: it was there, and is taken back. */
export type Standing = "none" | "done" | "unknown" | "undone";

export const IS_WELL: ReadonlySet<StepOutcomeKind> = new Set(["done", "already_done", "undone", "nothing_to_undo"]);

const AFTER_APPLY: Partial<Record<StepOutcomeKind, Standing>> = {
  done: "done",
  already_done: "done",
  // Done, though what is read back is not what was promised.
  unverified: "done",
  indeterminate: "unknown",
  crashed: "unknown",
};
const AFTER_UNDO: Partial<Record<StepOutcomeKind, Standing>> = { undone: "undone", nothing_to_undo: "none", crashed: "unknown" };

/** By step id; a step that nothing was said of is not in it. */
export function standings(mutations: readonly (MutationResult | MutationCrash)[]): Map<string, Standing> {
  const all = new Map<string, Standing>();
  for (const one of mutations) {
    const next = one.mode === "apply" ? AFTER_APPLY : AFTER_UNDO;
    const told = "crashed" in one ? one.stepIds.map((stepId) => ({ stepId, outcome: "crashed" as const })) : one.outcomes;
    for (const { stepId, outcome } of told) all.set(stepId, next[outcome] ?? all.get(stepId) ?? "none");
  }
  return all;
}
