/** Which steps of a ledger can be taken back, in which order, and which can't, and why. Pure. */
import { type ProposedStep, proposedStep, type UndoGround } from "../shared/contracts.ts";
import type { LedgerItem } from "../shared/ledger.ts";

export interface Undoable {
  readonly proposed: ProposedStep;
  readonly ground: UndoGround["steps"][number];
}

export interface Sorted {
  readonly undoable: readonly Undoable[];
  /** One sentence each: what is not taken back, or not wholly. */
  readonly left: readonly string[];
}

/** Last first (S02): by phase, by when it ended, and by its place in the plan where that is equal. */
export function lastFirst(items: readonly LedgerItem[]): LedgerItem[] {
  const place = ({ stepId }: LedgerItem) => Number(stepId.slice(1));
  return [...items].sort((a, b) => b.phase - a.phase || (b.endedAt ?? "").localeCompare(a.endedAt ?? "") || place(b) - place(a));
}

export function sorted(items: readonly LedgerItem[]): Sorted {
  const undoable: Undoable[] = [];
  const left: string[] = [];
  for (const item of lastFirst(items)) {
    const found = inverseOf(item, `s${undoable.length + 1}`);
    if (typeof found === "string") left.push(`${named(item)}: ${found}`);
    else if (found) {
      undoable.push(found);
      left.push(...item.notRestorable.map((what) => `${named(item)}: stays changed: ${what}`));
    }
  }
  return { undoable, left };
}

/** Undefined: there is nothing to take back; a text: it can't be, and why. */
function inverseOf(item: LedgerItem, id: string): Undoable | string | undefined {
  if (item.status === "failed" || item.status === "undone") return undefined;
  if (item.status !== "done") return `its effect is not certain (${item.status}); look at ${item.resource}`;
  if (!item.inverse) return "it can't be undone";
  if (!item.after) return "the state it left was not recorded, so a later change could not be told from it";
  const proposed = proposedStep.safeParse({
    id,
    service: item.service,
    account: item.account,
    region: item.region,
    operation: item.inverse.operation,
    input: item.inverse.input,
    reason: `Takes back ${item.stepId} of ${item.pk}: ${item.operation}.`,
  });
  if (!proposed.success) return "its inverse is larger than a step may be";
  return { proposed: proposed.data, ground: { stepId: id, afterDigest: item.after.digest, after: item.after.image } };
}

function named({ stepId, operation, resource }: LedgerItem): string {
  return `${stepId} ${operation} on ${resource}`;
}
