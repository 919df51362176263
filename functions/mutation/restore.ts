/** The inverse, done: undoing, its calls, read back, compared with the state before the change, undone. */
import type { State } from "../../config/catalog/write.ts";
import { failureOf } from "../discovery/failure.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import { type Sent, sendCalls } from "./calls.ts";
import { refused, type Told } from "./outcome.ts";
import { type Expected, isSettling, look, readBack } from "./read-back.ts";
import { settle } from "./records.ts";
import { isOnTheWay } from "./recover.ts";
import { callContext, type Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { type InverseWrite, restored, type Situation } from "./situation.ts";
import { differences, readBefore } from "./state.ts";
import { halted } from "./switches.ts";

export interface Restoring {
  readonly known: Known;
  readonly item: LedgerItem;
  readonly inverse: InverseWrite;
  readonly session: Session;
  readonly found: Exclude<Situation, { readonly is: "as_before" }>;
  readonly run: Run;
}

/** Milliseconds until the state before is looked for again. */
const PAUSES = [1_000, 2_000, 4_000] as const;

export async function restore(restoring: Restoring): Promise<Told | "reread"> {
  const { known, item, inverse, session, found, run } = restoring;
  const { principal } = session;
  const before = await readBefore(inverse.write, inverse.input, known.step, session);
  if (before.outcome === "unread")
    return {
      outcome: "undo_failed",
      code: "state_unread",
      message: `The state of ${known.step.resource} could not be read; nothing was taken back.`,
      principal,
      failure: before.failure,
    };
  const promised = inverse.write.promises(inverse.input, before.state);
  const expected: Expected = { write: inverse.write, given: inverse.input, output: {}, promised, place: known.step };
  if (found.is === "undoing") {
    const now = await look(expected, session);
    if (now.holds) return finish(restoring, item);
    const told = resumable(restoring, now.state);
    if (told) return { principal, ...told };
  }
  const opened = await settle(item, { status: "undoing", output: { ...found.output } }, run);
  if (opened.attempt !== run.attempt) return "reread";
  const sent = await sendCalls({
    ...{ write: inverse.write, given: inverse.input, session, done: [], output: {} },
    context: callContext(run.job.call, known.step.id, true),
    blocked: () => halted(run.boundaries.switches),
    // No inverse makes something by name in several calls.
    isOurs: async () => false,
    // An inverse is repeated whole: the state says whether it is needed.
    note: async () => true,
  });
  if (sent.outcome === "sent") return concludeUndo(restoring, expected, opened);
  return endedEarly(sent, restoring, expected, opened);
}

/** An undo that was cut goes on only where its own effect explains the state. */
function resumable({ known, item, inverse, found }: Restoring, state: State | null): Told | null {
  if (inverse.write.idempotency.kind === "none")
    return {
      outcome: "undo_failed",
      code: "outcome_unknown",
      message: `Whether ${inverse.operation} took effect is not known. ${inverse.write.idempotency.lookAt}`,
    };
  const before = Object.fromEntries(Object.entries(item.before.image).map(([operation, [row]]) => [operation, row ?? null]));
  const isOnItsWay = item.after !== null && isOnTheWay(item.after.image, before, found.state);
  if (found.still || isOnItsWay || isSettling(inverse.write, state)) return null;
  return {
    ...{ outcome: "undo_drifted", code: "drifted_since" },
    message: `${known.step.resource} changed while it was being taken back. The undo stopped; decide what it should be.`,
    differences: item.after ? differences(item.after.image, found.state) : [],
  };
}

async function endedEarly(sent: Sent, restoring: Restoring, expected: Expected, opened: LedgerItem): Promise<Told | "reread"> {
  const { known, item, inverse, session, found, run } = restoring;
  const { principal } = session;
  if (sent.outcome === "blocked" && sent.told) return { ...sent.told, principal };
  const { step } = known;
  const failure = failureOf(sent.error, {
    ...{ operation: sent.command ?? inverse.operation, account: step.account, region: step.region, role: session.role, resource: step.resource },
    permissions: inverse.write.permissions.map(({ action }) => ({ action, resource: "*", why: "" })),
  });
  const { code } = refused(sent.error, failure, "");
  const now = await look(expected, session);
  if (now.holds) return finish(restoring, opened);
  // Known not to be there: as it was, for another try.
  const isUntouched = sent.outcome === "refused" && sent.done.length === 0 && found.is === "changed";
  await settle(opened, { status: isUntouched ? item.status : "undo_indeterminate" }, run);
  const left = isUntouched ? "the change stays in place" : `${sent.done.join(", ") || "nothing"} of it is known to be done`;
  return {
    ...{ outcome: "undo_failed", code, principal, failure, differences: now.differences },
    message: `${sent.command ?? inverse.operation} failed, which takes ${step.id} back: ${left}. Look at ${step.resource}.`,
  };
}

async function concludeUndo(restoring: Restoring, expected: Expected, opened: LedgerItem): Promise<Told | "reread"> {
  const { known, session, run } = restoring;
  const now = await readBack(expected, session, { wait: run.boundaries.wait, remaining: run.remaining });
  if (now.holds) return finish(restoring, opened);
  await settle(opened, { status: "undo_indeterminate" }, run);
  return {
    ...{ outcome: "undo_failed", code: now.failure ? "read_back_failed" : "not_as_promised", principal: session.principal, differences: now.differences },
    message: `The calls that take ${known.step.id} back were made, but ${known.step.resource} is not as before when read back.`,
    ...(now.failure ? { failure: now.failure } : {}),
  };
}

/** What the plan called restorable has to be as before; of what it did not, the differences are told. */
async function finish({ known, item, inverse, session, run }: Restoring, opened: LedgerItem): Promise<Told | "reread"> {
  const { step } = known;
  const { principal } = session;
  let now = await restored(known, item, session);
  for (const pause of PAUSES) {
    if ("outcome" in now || now.isBefore || !now.isKnown || run.remaining() < pause) break;
    await run.boundaries.wait(pause);
    now = await restored(known, item, session);
  }
  if ("outcome" in now) return { principal, ...now };
  const { found } = now;
  const was = Object.fromEntries(Object.keys(found).map((operation) => [operation, item.before.image[operation] ?? []]));
  const stays = differences(was, found);
  const isRestored = now.isBefore || !now.isKnown || step.reversible !== "yes";
  const closed = await settle(opened, { status: isRestored ? "undone" : "undo_indeterminate" }, run);
  if (closed.attempt !== run.attempt) return "reread";
  if (!isRestored)
    return {
      ...{ outcome: "undo_failed", code: "not_restored", principal, differences: stays },
      message: `${inverse.operation} was done, but ${step.resource} is not as it was before the change.`,
    };
  const message = now.isBefore
    ? "Taken back: it is as it was before the change."
    : `Taken back; what stays changed: ${step.notRestorable.join("; ") || "nothing known"}.`;
  return { outcome: "undone", code: "undone", message, principal, differences: stays };
}
