import type { UndoResult } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { failed } from "./told.ts";

/** A proposal by code, from the ledger. */
export function undoEvents({ outcome, code, reason, proposal }: UndoResult): EventDraft[] {
  if (outcome === "refused" || proposal === null) return [failed("undo", code, reason)];
  return [{ type: "message", payload: { kind: "propose", content: proposal.summary, delta: false } }];
}
