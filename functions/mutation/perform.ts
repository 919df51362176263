/** The calls of a step that the ledger has as started, and what becomes of them. */
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import { isAsMade } from "./as-made.ts";
import { type Sent, sendCalls } from "./calls.ts";
import { conclude } from "./conclude.ts";
import { failedAt } from "./failed.ts";
import type { Told } from "./outcome.ts";
import { type Expected, look } from "./read-back.ts";
import { settle } from "./records.ts";
import { callContext, type Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { halted, haltedOrStopped } from "./switches.ts";

/** @param clean nothing of an earlier attempt is there. */
export async function perform(
  known: Known,
  expected: Expected,
  { item, clean }: { readonly item: LedgerItem; readonly clean: boolean },
  session: Session,
  run: Run,
): Promise<Told | "reread"> {
  const { switches } = run.boundaries;
  const { requestId } = run.job.call;
  let current = item;
  const sent: Sent = await sendCalls({
    write: known.write,
    given: expected.given,
    context: callContext(run.job.call, known.step.id),
    session,
    done: item.calls,
    output: item.output,
    // A stop lets a step that has begun come to its end; halt does not.
    blocked: () => (current === item && item.calls.length === 0 ? haltedOrStopped(switches, requestId) : halted(switches)),
    isOurs: async () => {
      const { state } = await look({ ...expected, output: item.output }, session);
      return state !== null && isAsMade(known.write, expected.promised, state);
    },
    note: async (calls, output) => {
      current = await settle(current, { status: "started", calls: [...calls], output: { ...output } }, run);
      return current.attempt === run.attempt;
    },
  });
  if (sent.outcome === "overtaken") return "reread";
  if (sent.outcome === "taken") return taken(known, current, session, run);
  if (sent.outcome === "sent") return conclude(known, { ...expected, output: sent.output }, current, sent.done, session, run);
  return failedAt(sent, { known, expected, item: current, clean, session, run });
}

/** Neither set up nor taken back: whose it is can't be known, and an undo finds no note that it is ours. */
async function taken({ step }: Known, item: LedgerItem, { principal }: Session, run: Run): Promise<Told | "reread"> {
  const settled = await settle(item, { status: "indeterminate", principal }, run);
  if (settled.status !== "indeterminate") return "reread";
  const who = "by an attempt whose answer was lost, or by somebody else";
  return {
    ...{ outcome: "indeterminate", code: "name_taken", principal },
    message: `${step.resource} is there since it was looked at: made ${who}. Nothing more was done: look at it, and remove or change it by hand.`,
  };
}
