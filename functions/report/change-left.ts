/** What is left of a change when it ends before its time, in words. Pure. */
import type { Status } from "../shared/contracts.ts";
import type { ChangeReport } from "./change-document.ts";

export function touched({ steps }: ChangeReport): boolean {
  return steps.some(({ standing }) => standing !== "none");
}

/** What was done and what was not (law 10). */
export function leftOf(change: ChangeReport): string {
  const { steps, counts } = change;
  if (!touched(change)) return "Nothing was changed.";
  const unknown = steps.filter(({ standing }) => standing === "unknown").map(({ stepId }) => stepId);
  const notDone = steps.filter(({ standing }) => standing === "none").map(({ stepId }) => stepId);
  return [
    `${counts.steps.completed} of ${counts.steps.total} steps are done and stay done.`,
    ...(counts.steps.undone > 0 ? [`${counts.steps.undone} were taken back.`] : []),
    ...(unknown.length > 0 ? [`Whether ${unknown.join(", ")} took effect is not known.`] : []),
    ...(notDone.length > 0 ? [`Not done: ${notDone.join(", ")}.`] : []),
  ].join(" ");
}

/** What a crash of the machine's path means where something was done already; null: nothing was. */
export function crashedStatus(change: ChangeReport): { readonly status: Status; readonly message: string } | null {
  if (change.steps.length === 0) return null;
  const { steps, counts } = change;
  const all = counts.steps.completed === counts.steps.total;
  const status = !touched(change) ? "failed" : all ? "unverified" : steps.some(({ undo }) => undo !== null) ? "partial_rollback" : "failed";
  return { status, message: leftOf(change) };
}
