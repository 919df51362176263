/** One step, applied: ledger, switches, session, state before, pre-flight, started, the calls, read back, done (DESIGN, step 7). */
import type { StepInput } from "../../config/catalog/write.ts";
import { digest } from "../shared/digest.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import { illegalInput, type Known } from "./accept.ts";
import { type Sent, sendCalls } from "./calls.ts";
import { conclude } from "./conclude.ts";
import { failedAt } from "./failed.ts";
import type { Told } from "./outcome.ts";
import { preflight, type ShownStep } from "./preflight.ts";
import type { Expected } from "./read-back.ts";
import { alreadyTold, firstItem, settle } from "./records.ts";
import { recover } from "./recover.ts";
import { fillReferences } from "./references.ts";
import { callContext, type Run } from "./run.ts";
import type { Need, Session } from "./sessions.ts";
import { differences, isDenied, readBefore } from "./state.ts";
import { halted, haltedOrStopped } from "./switches.ts";

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
  const { switches, ledger } = run.boundaries;
  const stopped = await haltedOrStopped(switches, run.job.call.requestId);
  if (stopped) return stopped;
  const filled = filledInput(known, run);
  if ("outcome" in filled) return filled;
  const session = await sessionFor(known, filled.given, later, run);
  if ("outcome" in session) return session;
  const expected: Expected = { write, given: filled.given, output: item?.output ?? {}, promised: filled.promised, place: step };

  let clean = true;
  if (item) {
    const recovered = await recover(known, expected, item, session, run);
    if (recovered.next === "reread") return "reread";
    if (recovered.next === "told") return { principal: session.principal, ...recovered.told };
    if (recovered.next === "verify") return conclude(known, { ...expected, output: recovered.output }, item, item.calls, session, run);
    clean = recovered.clean;
  } else {
    const drifted = await driftOf(known, session);
    if (drifted) return drifted;
  }
  if (!run.wasAsked) {
    const told = await askOnce(known, later, session, run);
    if (told) return told;
    // The model took its time.
    const drifted = item ? null : await driftOf(known, session);
    if (drifted) return drifted;
  }

  const opened = item
    ? await settle(item, { status: "started", principal: session.principal }, run)
    : { ...firstItem(known, filled.given, "started", run), principal: session.principal };
  if (item ? opened.attempt !== run.attempt : !(await ledger.put(opened, null))) return "reread";
  return perform(known, expected, { item: opened, clean }, session, run);
}

async function perform(
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
    note: async (calls, output) => {
      current = await settle(current, { status: "started", calls: [...calls], output: { ...output } }, run);
      return current.attempt === run.attempt;
    },
  });
  if (sent.outcome === "overtaken") return "reread";
  if (sent.outcome === "sent") return conclude(known, { ...expected, output: sent.output }, current, sent.done, session, run);
  return failedAt(sent, { known, expected, item: current, clean, session, run });
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

async function driftOf({ step, write }: Known, session: Session): Promise<Told | null> {
  const live = await readBefore(write, step.input, step, session);
  const { principal } = session;
  if (live.outcome === "unread")
    return {
      ...{ outcome: isDenied(live.failure) ? "denied" : "failed", code: "before_unread", principal, failure: live.failure },
      message: `The state of ${step.resource} could not be read, so nothing was done.`,
    };
  if (digest(live.state) === step.before.digest) return null;
  return {
    ...{ outcome: "drifted", code: "drifted", principal, differences: differences(step.before.image, live.state) },
    message: `${step.resource} is not as it was shown and approved; nothing was done. Ask for a new plan.`,
  };
}

/** Every step that can be read is looked at before the first effect: better no change than half of one. */
async function askOnce(known: Known, later: readonly Known[], session: Session, run: Run): Promise<Told | null> {
  const { ledger } = run.boundaries;
  const shown: ShownStep[] = [];
  for (const one of [known, ...later]) {
    const { step, write } = one;
    const isNew = one === known || (await ledger.get(run.job.call.requestId, run.job.call.phase, step.id)) === null;
    if (!isNew) continue;
    const own = one === known ? session : run.sessions.openFor(step.id);
    const live = own ? await readBefore(write, step.input, step, own) : null;
    if (one !== known && live?.outcome === "read" && digest(live.state) !== step.before.digest)
      return {
        ...{ outcome: "drifted", code: "later_step_drifted", principal: session.principal },
        differences: differences(step.before.image, live.state).map((difference) => ({ ...difference, field: `${step.id} ${difference.field}` })),
        message: `${step.id}, later in this call, is not as it was shown and approved: ${step.resource}. Nothing was done. Ask for a new plan.`,
      };
    shown.push({ step, live: live?.outcome === "read" ? live.state : null });
  }
  const told = await preflight(shown, run);
  run.wasAsked = told === null;
  return told === null ? null : { principal: session.principal, ...told };
}
