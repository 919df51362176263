/** One step taken back: by the ledger, which knows what was really done, and only while the state is still the one it left. */
import { readPermissions } from "../../config/catalog/needs.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import { illegalInput, type Known } from "./accept.ts";
import { hasOutputs } from "./calls.ts";
import type { Told } from "./outcome.ts";
import { firstItem, settle } from "./records.ts";
import { fillReferences } from "./references.ts";
import { restore } from "./restore.ts";
import type { Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { type InverseWrite, outcomeUnknown, situation } from "./situation.ts";
import { halted } from "./switches.ts";

const MOST_REREADS = 6;

export async function undoStep(known: Known, run: Run): Promise<Told> {
  const { ledger, switches } = run.boundaries;
  const { requestId, phase } = run.job.call;
  for (let read = 0; read < MOST_REREADS; read++) {
    const item = await ledger.get(requestId, phase, known.step.id);
    // A worker that is late finds that the step is decided.
    if (!item && !(await ledger.put(firstItem(known, known.step.input, "failed", run), null))) continue;
    if (!item || item.status === "failed") return { outcome: "nothing_to_undo", code: "not_done", message: "Nothing of it was done." };
    const base = { resource: item.resource, principal: item.principal };
    if (item.status === "undone") return { ...base, outcome: "undone", code: "already_undone", message: "An earlier attempt took it back." };
    // Halt stops an undo too (law 10); a stop does not: taking back is what it leaves to do.
    const blocked = await halted(switches);
    if (blocked) return { ...base, ...blocked };
    const told = await attempt(known, item, run);
    if (told !== "reread") return { ...base, ...told };
  }
  throw new Error(`${requestId} ${known.step.id} is worked on by too many at a time; the ledger has what was done`);
}

async function attempt(known: Known, item: LedgerItem, run: Run): Promise<Told | "reread"> {
  const { step } = known;
  const inverse = inverseOf(known, item, run);
  if (inverse !== null && inverse !== "unfilled" && "outcome" in inverse) return inverse;
  const session = await sessionFor(known, inverse === "unfilled" ? null : inverse, run);
  if ("outcome" in session) return { ...session, outcome: "undo_failed" };
  const { principal } = session;
  const found = await situation(known, item, session, run);
  if ("outcome" in found) {
    // Nobody knows it better later: an apply that is late must not begin it anew.
    if (found.code === "outcome_unknown" && item.status === "started") await settle(item, { status: "indeterminate" }, run);
    return { principal, ...found };
  }
  if (found.is === "as_before") return closeAsBefore(item, run);
  if (inverse === null)
    return {
      ...{ outcome: "not_undoable", code: "irreversible", principal },
      message: `${step.operation} can't be taken back; it stays: ${step.notRestorable.join("; ") || step.resource}.`,
    };
  if (inverse !== "unfilled") return restore({ known, item, inverse, session, found, run });
  if (!hasOutputs(known.write, found.output)) return { ...outcomeUnknown(step.operation, run), principal };
  // The live state told what was made: with it the inverse, and the session for it, are whole.
  await settle(item, { status: item.status, output: { ...found.output } }, run);
  return "reread";
}

async function closeAsBefore(item: LedgerItem, run: Run): Promise<Told | "reread"> {
  const wasApplied = item.status !== "started" || item.calls.length > 0;
  const closed = await settle(item, { status: item.status === "started" ? "failed" : "undone" }, run);
  if (closed.attempt !== run.attempt) return "reread";
  return wasApplied
    ? { outcome: "undone", code: "as_before", message: "It is as it was before the change." }
    : { outcome: "nothing_to_undo", code: "as_before", message: "An attempt began, and nothing of it is there." };
}

/** Null: there is none. As the ledger has it; `unfilled`: what the step made, and so what to take back, is not known yet. */
function inverseOf({ step, write }: Known, item: LedgerItem, run: Run): InverseWrite | Told | "unfilled" | null {
  const { inverse } = item;
  if (!inverse || write.reversible === "no") return null;
  const writes = run.boundaries.mutation.definition.writes ?? {};
  const entry = Object.hasOwn(writes, inverse.operation) ? writes[inverse.operation] : undefined;
  const failed = (code: string, message: string): Told => ({ outcome: "undo_failed", code, message });
  if (!entry) return failed("inverse_unknown", `${inverse.operation}, the inverse of ${step.id}, is not in the catalog.`);
  const { value: input, missing } = fillReferences(inverse.input, new Map([...run.made, [step.id, item.output]]));
  if (missing.length > 0) return "unfilled";
  const illegal = illegalInput(input, entry);
  return illegal
    ? failed("inverse_illegal", `${inverse.operation}, the inverse of ${step.id}: ${illegal}`)
    : { operation: inverse.operation, write: entry, input };
}

/** May do the inverse and nothing of the step's own write, but for the reads that show its resource. */
function sessionFor({ step, write }: Known, inverse: InverseWrite | null, { boundaries, sessions, job }: Run): Promise<Session | Told> {
  const place = { account: step.account, region: step.region, requestId: job.call.requestId };
  const shown = [...write.before, ...(write.after ?? [])];
  if (inverse) {
    const before = [...inverse.write.before, ...shown] as const;
    return sessions.forFirst([{ stepId: step.id, needs: { write: { ...inverse.write, before }, input: inverse.input, ...place } }]);
  }
  const [first, ...others] = readPermissions(write, boundaries.mutation.definition.reads);
  if (!first) throw new Error(`${step.operation} has no read that shows its resource`);
  return sessions.forFirst([{ stepId: `${step.id} reads`, needs: { write: { ...write, permissions: [first, ...others] }, input: step.input, ...place } }]);
}
