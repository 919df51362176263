/** A step that an earlier attempt began and never closed: what the live state and the ledger's notes allow now. */
import { isSame } from "../../config/catalog/same.ts";
import type { Promised, State } from "../../config/catalog/write.ts";
import { digest } from "../shared/digest.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import { isAsMade } from "./as-made.ts";
import { callsOf, hasOutputs, isNamed } from "./calls.ts";
import type { Told } from "./outcome.ts";
import { type Expected, isSettling, look } from "./read-back.ts";
import { settle } from "./records.ts";
import type { Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { differences, readBefore } from "./state.ts";

export type Recovered =
  /** The calls are done, or the state says so: read it back and close the step. */
  | { readonly next: "verify"; readonly output: Readonly<Record<string, string>> }
  /** What is left of the calls may be sent: a repetition has no second effect. `clean`: nothing of an earlier attempt is there. */
  | { readonly next: "again"; readonly clean: boolean }
  /** The item changed: begin anew with what it says now. */
  | { readonly next: "reread" }
  | { readonly next: "told"; readonly told: Told };

/** How long the worker that began it is waited for, where a second call could be a second effect. */
const OWNER_MS = 30_000;
const PAUSE_MS = 2_000;

export async function recover({ step, write }: Known, expected: Expected, item: LedgerItem, session: Session, run: Run): Promise<Recovered> {
  const isSent = item.calls.length >= callsOf(write, expected.given).length;
  if (isSent && hasOutputs(write, item.output)) return { next: "verify", output: item.output };
  if (write.idempotency.kind === "none") return waitForOwner(item, write.idempotency.lookAt, run);
  const found = await look(expected, session);
  if (found.holds) return { next: "verify", output: found.output };
  const before = await readBefore(write, step.input, step, session);
  const failure = found.failure ?? (before.outcome === "unread" ? before.failure : null);
  if (failure || before.outcome === "unread")
    return told({
      outcome: "indeterminate",
      code: "recovery_unread",
      message: `An earlier attempt began and ${step.resource} can't be read now; nothing was done.`,
      ...(failure ? { failure } : {}),
    });
  const isBefore = digest(before.state) === step.before.digest;
  if (isBefore) return { next: "again", clean: found.state !== null };
  const isNaming = item.calls.length === 0 && isNamed(write, expected.given);
  if (isNaming && found.state && !isAsMade(write, expected.promised, found.state)) return closed({ step, write }, before.state, item, run);
  // The token or the name is the same as the first time: AWS makes no second one.
  if (write.idempotency.kind !== "natural" || item.calls.length > 0) return { next: "again", clean: false };
  if (isSettling(write, found.state)) return { next: "verify", output: found.output };
  if (found.state && isOnTheWay(step.before.image, expected.promised, found.state)) return { next: "again", clean: false };
  return closed({ step, write }, before.state, item, run);
}

async function closed({ step }: Known, now: State, item: LedgerItem, run: Run): Promise<Recovered> {
  const settled = await settle(item, { status: "indeterminate" }, run);
  if (settled.status !== "indeterminate") return { next: "reread" };
  return told({
    outcome: "indeterminate",
    code: "drifted_after_crash",
    message: `An earlier attempt began; ${step.resource} is neither as before nor as promised now. Nothing more was done: look at it.`,
    differences: differences(step.before.image, now),
  });
}

const told = (what: Told): Recovered => ({ next: "told", told: what });

async function waitForOwner(item: LedgerItem, lookAt: string, run: Run): Promise<Recovered> {
  const { ledger, wait } = run.boundaries;
  for (let waited = 0; waited < OWNER_MS && run.remaining() > PAUSE_MS; waited += PAUSE_MS) {
    await wait(PAUSE_MS);
    const now = await ledger.get(item.pk, item.phase, item.stepId);
    if (now?.version !== item.version) return { next: "reread" };
  }
  const closed = await settle(item, { status: "indeterminate" }, run);
  if (closed.status !== "indeterminate") return { next: "reread" };
  return told({
    outcome: "indeterminate",
    code: "outcome_unknown",
    message: `An earlier attempt began and its answer is not known. AWS offers nothing to repeat it safely, so it is not tried again. ${lookAt}`,
  });
}

/** Each value is still the one before or already the promised one: a write of several calls that was cut. */
export function isOnTheWay(before: State, promised: Promised, found: State): boolean {
  return Object.entries(found).every(([operation, rows]) => {
    const [was, is] = [before[operation] ?? [], rows];
    const columns = promised[operation];
    if (columns === undefined || columns === null || was.length !== 1 || is.length !== 1) return isSame(was, is);
    return isBetween(was[0], columns, is[0]);
  });
}

function isBetween(before: unknown, promised: unknown, found: unknown): boolean {
  if (isSame(before, found)) return true;
  if (isFields(promised) && isFields(found)) {
    const was = isFields(before) ? before : {};
    return [...new Set([...Object.keys(was), ...Object.keys(found)])].every((key) => isBetween(was[key] ?? null, promised[key], found[key] ?? null));
  }
  return promised !== undefined && isSame(promised, found);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
