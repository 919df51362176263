/** One step, applied: ledger, switches, session, state before, pre-flight, started, the calls, read back, done (DESIGN, step 7). */
import type { StepInput } from "../../config/catalog/write.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import { illegalInput, type Known } from "./accept.ts";
import { conclude } from "./conclude.ts";
import { askOnce, driftOf } from "./look-once.ts";
import type { Told } from "./outcome.ts";
import { perform } from "./perform.ts";
import type { Expected } from "./read-back.ts";
import { alreadyTold, firstItem, settle } from "./records.ts";
import { recover } from "./recover.ts";
import { fillReferences } from "./references.ts";
import type { Run } from "./run.ts";
import type { Need, Session } from "./sessions.ts";
import { haltedOrStopped } from "./switches.ts";

/** How often a step may turn out to be another worker's meanwhile. */
const MOST_REREADS = 6;

/** @param later the call's steps after it, for the session and the pre-flight. */
export async function applyStep(known: Known, later: readonly Known[], run: Run): Promise<Told> {
  const { ledger } = run.boundaries;
  const { call } = run.job;
  for (let read = 0; read < MOST_REREADS; read++) {
    const item = await ledger.get(call.requestId, call.phase, known.step.id);
    const told = (item && alreadyTold(item)) ?? (await attempt(known, later, item, run));
    if (told === "reread") continue;
    if (told.outcome === "done" || told.outcome === "already_done") run.made.set(known.step.id, told.output ?? {});
    return told;
  }
  throw new Error(`${call.requestId} ${known.step.id} is worked on by too many at a time; the ledger has what was done`);
}

async function attempt(known: Known, later: readonly Known[], item: LedgerItem | null, run: Run): Promise<Told | "reread"> {
  const { step, write } = known;
  const stopped = item ? null : await haltedOrStopped(run.boundaries.switches, run.job.call.requestId);
  if (stopped) return stopped;
  const filled = filledInput(known, run);
  if ("outcome" in filled) return item ? begun(filled) : filled;
  const session = await sessionFor(known, filled.given, later, run);
  if ("outcome" in session) return item ? begun(session) : session;
  const expected: Expected = { write, given: filled.given, output: item?.output ?? {}, promised: filled.promised, place: step };
  return item ? again({ known, later, expected, session, run }, item) : begin({ known, later, expected, session, run });
}

interface Turn {
  readonly known: Known;
  readonly later: readonly Known[];
  readonly expected: Expected;
  readonly session: Session;
  readonly run: Run;
}

async function begin({ known, later, expected, session, run }: Turn): Promise<Told | "reread"> {
  // The model takes its time, so what it saw is looked at again.
  const told = (await driftOf(known, session)) ?? (run.wasAsked ? null : ((await askOnce(known, later, session, run)) ?? (await driftOf(known, session))));
  // Another worker of this very step makes the same difference.
  if (told) return told.outcome === "drifted" && (await isBegun(known, run)) ? "reread" : told;
  const opened = { ...firstItem(known, expected.given, "started", run), principal: session.principal };
  if (!(await run.boundaries.ledger.put(opened, null))) return "reread";
  return perform(known, expected, { item: opened, clean: true }, session, run);
}

async function isBegun({ step }: Known, { boundaries, job }: Run): Promise<boolean> {
  return (await boundaries.ledger.get(job.call.requestId, job.call.phase, step.id)) !== null;
}

/** An earlier attempt began. What is only read and noted needs no switch; what would be written does. */
async function again({ known, later, expected, session, run }: Turn, item: LedgerItem): Promise<Told | "reread"> {
  const recovered = await recover(known, expected, item, session, run);
  if (recovered.next === "reread") return "reread";
  if (recovered.next === "told") return { principal: session.principal, ...recovered.told };
  if (recovered.next === "verify") return conclude(known, { ...expected, output: recovered.output }, item, item.calls, session, run);
  const { clean } = recovered;
  const blocked = await haltedOrStopped(run.boundaries.switches, run.job.call.requestId);
  const told = blocked ?? (run.wasAsked ? null : await askOnce(known, later, session, run));
  if (told) {
    if (!clean) return begun(told);
    await settle(item, { status: "failed" }, run);
    return told;
  }
  const opened = await settle(item, { status: "started", principal: session.principal }, run);
  return opened.attempt === run.attempt ? perform(known, expected, { item: opened, clean }, session, run) : "reread";
}

/** What ends a step that an earlier attempt began says nothing of what that one did. */
function begun(told: Told): Told {
  const message = `${told.message} An earlier attempt began the step and may have taken effect.`;
  return told.outcome === "halted" || told.outcome === "stopped" ? { ...told, message } : { ...told, outcome: "indeterminate", message };
}

function filledInput({ step, write }: Known, { made }: Run): { given: StepInput; promised: Expected["promised"] } | Told {
  const { value: given, missing } = fillReferences(step.input, made);
  const failed = (code: string, message: string): Told => ({ outcome: "failed", code, message });
  if (missing.length > 0) return failed("reference_unresolved", `${missing.join(", ")}: no step that is done made it. Nothing of ${step.id} was done.`);
  const illegal = illegalInput(given, write);
  if (illegal) return failed("reference_illegal", `What an earlier step made is no legal input: ${illegal}. Nothing of ${step.id} was done.`);
  return { given, promised: fillReferences(step.promised, made).value };
}

/** Shared with the later steps that need nothing of what is not made yet. */
async function sessionFor(known: Known, given: StepInput, later: readonly Known[], run: Run): Promise<Session | Told> {
  const need = ({ step, write }: Known, input: StepInput): Need => ({
    stepId: step.id,
    needs: { write, input, account: step.account, region: step.region, requestId: run.job.call.requestId },
  });
  const others = later.flatMap((one) => {
    const { value, missing } = fillReferences(one.step.input, run.made);
    return missing.length > 0 ? [] : [need(one, value)];
  });
  return run.sessions.forFirst([need(known, given), ...others]);
}
