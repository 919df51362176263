/** A step whose calls ended early: what was done of it is taken back where the catalog says how, and the ledger says what is left. */
import { failureOf } from "../discovery/failure.ts";
import type { FailureReport } from "../shared/contracts.ts";
import { digest } from "../shared/digest.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import { isAsMade } from "./as-made.ts";
import { isNamed, type Sent } from "./calls.ts";
import { conclude } from "./conclude.ts";
import { refused, type Told } from "./outcome.ts";
import { type Expected, look } from "./read-back.ts";
import { settle } from "./records.ts";
import { callContext, type Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { readBefore } from "./state.ts";
import { halted } from "./switches.ts";

export interface Failing {
  readonly known: Known;
  readonly expected: Expected;
  readonly item: LedgerItem;
  /** Nothing of an earlier attempt was there when this one began. */
  readonly clean: boolean;
  readonly session: Session;
  readonly run: Run;
}

export async function failedAt(sent: Sent, failing: Failing): Promise<Told | "reread"> {
  const { known, item, clean, session, run } = failing;
  const { principal } = session;
  const { step, write } = known;
  if (sent.outcome === "blocked") {
    const told: Told = sent.told ?? { outcome: "halted", code: "halted", message: "" };
    const isUntouched = clean && sent.done.length === 0;
    if (isUntouched) await settle(item, { status: "failed" }, run);
    return {
      ...told,
      principal,
      message: isUntouched ? told.message : `${told.message} Of ${step.id}, ${sent.done.join(", ") || "an earlier attempt's calls"} may be done.`,
    };
  }
  const command = sent.command ?? step.operation;
  const failure = failureOf(sent.error, {
    ...{ operation: command, account: step.account, region: step.region, role: session.role, resource: step.resource },
    permissions: write.permissions.map(({ action }) => ({ action, resource: "*", why: "" })),
  });
  if (sent.outcome === "refused" && clean && sent.done.length === 0) {
    await settle(item, { status: "failed" }, run);
    return { ...refused(sent.error, failure, `AWS refused ${command} (${failure.errorCode}); nothing of ${step.id} was done.`), principal };
  }
  return write.idempotency.kind === "none" ? unknown(failing, failure, write.idempotency.lookAt) : withdrawn(sent, failing, failure, command);
}

async function withdrawn(sent: Sent, failing: Failing, failure: FailureReport, command: string): Promise<Told | "reread"> {
  const { known, item, session, run } = failing;
  const { step, write } = known;
  const { principal } = session;
  const expected = { ...failing.expected, output: sent.output };
  const found = await look(expected, session);
  if (found.holds) return conclude(known, { ...expected, output: found.output }, item, sent.done, session, run);
  if (found.state === null && found.failure === null)
    return unknown(failing, failure, `Look for a resource of this type with the tag CoworkerRequest = ${run.job.call.requestId}.`);

  const isOurs = sent.done.length > 0 || !isNamed(write, expected.given) || !found.state || isAsMade(write, expected.promised, found.state);
  const { errors, told } = isOurs ? await takeBack(sent, failing) : { errors: ["nothing was taken back, for somebody may have made it"], told: undefined };
  const before = await readBefore(write, step.input, step, session);
  if (before.outcome === "read" && digest(before.state) === step.before.digest) {
    await settle(item, { status: "failed" }, run);
    return { ...refused(sent.error, failure, `${command} failed (${failure.errorCode}); nothing of ${step.id} is left.`), principal };
  }
  // The state as it is now: an undo starts from it.
  const left = await look(expected, session);
  const after = left.state === null || !isOurs ? null : { digest: digest(left.state), image: structuredClone(left.state) as LedgerItem["before"]["image"] };
  await settle(item, { status: "indeterminate", after, calls: [...sent.done], output: { ...left.output }, principal }, run);
  const what = [`${command} failed (${failure.errorCode})`, `${sent.done.join(", ") || "nothing"} of ${step.id} is known to be done`, ...errors].join("; ");
  return {
    // Not `denied`: that says of a step that nothing of it is there.
    ...(told ??
      (sent.outcome === "lost" ? { outcome: "indeterminate", code: "answer_lost" } : { outcome: "failed", code: refused(sent.error, failure, "").code })),
    message: `${what}. ${step.resource} is not as before: look at it.`,
    principal,
    differences: left.differences,
    failure,
  };
}

async function unknown({ known, item, session, run }: Failing, failure: FailureReport, lookAt: string): Promise<Told> {
  await settle(item, { status: "indeterminate", principal: session.principal }, run);
  return {
    outcome: "indeterminate",
    code: "answer_lost",
    message: `AWS's answer to ${known.step.operation} was lost, and whether it took effect can't be known. It is not tried again. ${lookAt}`,
    principal: session.principal,
    failure,
  };
}

/** Each of them is a write, and halt stops it too. */
async function takeBack(sent: Sent, { known, expected, session, run }: Failing): Promise<{ errors: string[]; told?: Told }> {
  const { step, write } = known;
  const isBegun = sent.done.length > 0 || sent.outcome === "lost";
  const errors: string[] = [];
  for (const { command, input, when, already = [] } of isBegun ? (write.compensate ?? []) : []) {
    if (when?.(expected.given) === false) continue;
    const told = await halted(run.boundaries.switches);
    if (told) return { errors: [`halted before ${command} could take it back`], told };
    try {
      await session.writes.send(command, input(expected.given, callContext(run.job.call, step.id, true)));
    } catch (error) {
      const name = error instanceof Error ? error.name : "UnknownError";
      if (!already.includes(name)) errors.push(`${command}, which takes it back, failed (${name})`);
    }
  }
  return { errors };
}
