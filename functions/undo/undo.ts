/**
 * Undo: the inverse of what a finished request did, from its ledger and nothing else. Examined and approved like any other
 * proposal; whose request it was and whether it has ended is the API's to check.
 */
import * as z from "zod";
import { BOUNDS, requestDocument, type UndoResult } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { firstIssue } from "../shared/issue.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { ReadLedger } from "./ledger.ts";
import { type Sorted, sorted } from "./sort.ts";

export interface UndoDependencies {
  readonly ledger: ReadLedger;
}

const undoInput = z.strictObject({ request: requestDocument.extend({ undoOf: requestDocument.shape.undoOf.unwrap() }) });
/** Characters of a summary and of a reason; proposal.summary holds 4,000. */
const MOST = 3_900;

export function makeHandler({ ledger }: UndoDependencies): (event: unknown) => Promise<UndoResult> {
  return async function undo(event) {
    const parsed = undoInput.safeParse(event);
    if (!parsed.success) throw new Error(`undo: ${firstIssue(parsed.error)}`);
    const { undoOf } = parsed.data.request;
    const items = await ledger(undoOf);
    const steps = sorted(items);
    if (steps.undoable.length === 0) return refusal(undoOf, items, steps);

    const summary = summaryOf(undoOf, steps);
    const result: UndoResult = {
      outcome: "proposed",
      code: "undo_proposed",
      reason: summary,
      proposal: { kind: "propose", summary, steps: steps.undoable.map(({ proposed }) => proposed) },
      ground: { undoOf, steps: steps.undoable.map(({ ground }) => ground) },
    };
    const bytes = jsonBytes(result);
    if (bytes <= BOUNDS.plan) return result;
    return refused(
      "undo_too_large",
      `What ${undoOf} left has ${bytes} bytes; an undo carries at most ${BOUNDS.plan}. Take its changes back by smaller requests.`,
    );
  };
}

function summaryOf(undoOf: string, { undoable, left }: Sorted): string {
  const count = undoable.length === 1 ? "1 change" : `${undoable.length} changes`;
  return cut(
    [`Undo of ${undoOf}: takes back ${count}, last first.`, ...(left.length > 0 ? ["Not taken back:", ...left.map((one) => `- ${one}`)] : [])].join("\n"),
  );
}

function refusal(undoOf: string, items: readonly LedgerItem[], { left }: Sorted): UndoResult {
  if (items.length === 0) return refused("nothing_recorded", `${undoOf} recorded no change: it made none, or its record has expired.`);
  if (left.length > 0) return refused("not_reversible", cut([`Nothing that ${undoOf} did can be taken back:`, ...left.map((one) => `- ${one}`)].join("\n")));
  return items.some(({ status }) => status === "undone")
    ? refused("already_undone", `What ${undoOf} did has been taken back already.`)
    : refused("nothing_done", `No step of ${undoOf} took effect, so there is nothing to take back.`);
}

function refused(code: string, reason: string): UndoResult {
  return { outcome: "refused", code, reason, proposal: null, ground: null };
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, text.lastIndexOf("\n", MOST))}\n- and more`;
}
