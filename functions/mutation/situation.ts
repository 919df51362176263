/** How things stand where a step is to be taken back: the change still there, gone already, or no longer what the ledger left. */
import { isSame } from "../../config/catalog/same.ts";
import { beforeReads } from "../../config/catalog/state.ts";
import type { State, StepInput, WriteDefinition } from "../../config/catalog/write.ts";
import { digest } from "../shared/digest.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import { hasOutputs } from "./calls.ts";
import type { Told } from "./outcome.ts";
import { type Expected, look } from "./read-back.ts";
import { isOnTheWay } from "./recover.ts";
import { fillReferences } from "./references.ts";
import type { Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { differences, isDenied, readable, readState } from "./state.ts";

export interface InverseWrite {
  readonly operation: string;
  readonly write: WriteDefinition;
  readonly input: StepInput;
}

export type Situation =
  /** The change is there. `output`: what it made; `still`: exactly as the change left it. */
  | { readonly is: "changed" | "undoing"; readonly output: Readonly<Record<string, string>>; readonly state: State; readonly still: boolean }
  | { readonly is: "as_before" };

export async function situation(known: Known, item: LedgerItem, session: Session, run: Run): Promise<Situation | Told> {
  const { step, write } = known;
  const expected: Expected = { write, given: item.input, output: item.output, promised: fillReferences(step.promised, run.made).value, place: step };
  const before = await restored(known, item, session);
  if ("outcome" in before) return before;
  const now = await look(expected, session);
  if (now.failure) return unread(now.failure, step.resource);
  const { state, output } = now;
  if (state === null || (write.idempotency.kind === "none" && !hasOutputs(write, item.output))) return outcomeUnknown(step.operation, run);
  const still = item.after !== null && digest(state) === item.after.digest;
  if (still) return { is: "changed", output, state, still };
  if (before.isBefore) return { is: "as_before" };
  if (item.status === "undoing" || item.status === "undo_indeterminate") return { is: "undoing", output, state, still };
  const isOpen = item.status === "started" || item.status === "indeterminate";
  // What the ledger notes as made is the step's, and so is a state on the way from before to promised.
  const isPart = item.calls.length > 0 || (write.idempotency.kind === "natural" && isOnTheWay(item.before.image, expected.promised, state));
  if (isOpen && (now.holds || (item.after === null && isPart))) return { is: "changed", output, state, still };
  return {
    ...{ outcome: "undo_drifted", code: item.after ? "drifted_since" : "outcome_unknown" },
    message: item.after
      ? `${step.resource} changed again since: it is not as the change left it. The undo stopped; decide what it should be.`
      : `An attempt began; ${step.resource} is neither as before nor as promised. The undo stopped; decide what it should be.`,
    differences: item.after ? differences(item.after.image, state) : now.differences,
  };
}

export function outcomeUnknown(operation: string, { job }: Run): Told {
  const lookFor = `Look for a resource with the tag CoworkerRequest = ${job.call.requestId}, and remove it by hand.`;
  return { outcome: "undo_failed", code: "outcome_unknown", message: `Whether ${operation} took effect is not known, nor what it made. ${lookFor}` };
}

/** Whether what the step changes is as it was before it; what it only rests on does not count. */
export async function restored(
  { step, write }: Known,
  item: LedgerItem,
  session: Session,
): Promise<{ readonly isBefore: boolean; readonly isKnown: boolean; readonly found: State } | Told> {
  const own = readable(beforeReads(write, item.input), item.input, step).filter(({ context }) => !context);
  const live = await readState(own, item.input, step, session);
  if (live.outcome === "unread") return unread(live.failure, step.resource);
  const isBefore = own.length > 0 && own.every(({ operation }) => isSame(item.before.image[operation] ?? [], live.state[operation] ?? []));
  return { isBefore, isKnown: own.length > 0, found: live.state };
}

function unread(failure: NonNullable<Told["failure"]>, resource: string): Told {
  const why = isDenied(failure) ? "AWS refused the read" : "the read failed";
  return { outcome: "undo_failed", code: "state_unread", message: `The state of ${resource} could not be read (${why}), so nothing was taken back.`, failure };
}
