/** Everything the workers did, whether it was folded into history or the request ended before that. */
import type { RefusedTask, ReportInput, WorkerCrash, WorkerResult } from "../shared/contracts.ts";

export interface Work {
  readonly results: readonly WorkerResult[];
  readonly crashes: readonly WorkerCrash[];
  readonly refused: readonly RefusedTask[];
  /** Rows of the last round that were cut only after the planner had seen them, by evidence id. */
  readonly seen: Readonly<Record<string, number>>;
  /** Usage and redactions that the input's own list does not have yet. */
  readonly unfolded: readonly WorkerResult[];
}

export function workOf({ history, latest }: Pick<ReportInput, "history" | "latest">): Work {
  const folded = history.flatMap(({ results }) => results);
  const known = new Set(folded.map(({ callId }) => callId));
  const late = (latest?.results ?? []).filter(({ callId }) => !known.has(callId));
  const unfolded = late.filter((one): one is WorkerResult => !("crashed" in one));
  const alreadyTold = latest !== null && latest.results.length > 0 && late.length === 0;
  return {
    results: [...folded, ...unfolded],
    crashes: late.filter((one): one is WorkerCrash => "crashed" in one),
    refused: [...history.flatMap(({ refused }) => refused), ...(alreadyTold ? [] : (latest?.refused ?? []))],
    seen: unfolded.length > 0 ? {} : (history.at(-1)?.cut ?? {}),
    unfolded,
  };
}
