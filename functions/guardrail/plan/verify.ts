/** States PlanVerify and Verify: everything changed is read again by discovery, and compared with what was promised (S07). Pure. */
import type * as z from "zod";
import { afterReads, keeps, readInput, stateOf } from "../../../config/catalog/state.ts";
import { isReference, type Promised, type State, type StepInput } from "../../../config/catalog/write.ts";
import type { Limits } from "../../../config/limits.ts";
import {
  BOUNDS,
  type PlanStep,
  type planVerifyInput,
  type planVerifyResult,
  type StepOutcome,
  type Verification,
  type verifyInput,
} from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import { writeOf } from "./batches.ts";
import { callsFor } from "./calls.ts";
import { gapMessage, isGap, type Snapshot, snapshotOf } from "./snapshot.ts";
import { told } from "./told.ts";
import { spotOf, type WantedRead } from "./wanted.ts";

type Row = Verification["rows"][number];
type Ended = Pick<z.infer<typeof planVerifyInput>, "plan" | "outcomes">;

/** A step whose effect is there, by its worker. */
interface Done {
  readonly step: PlanStep;
  /** With references filled, and what was made beside it. */
  readonly given: StepInput;
  readonly resource: string;
}

export function planVerify(ended: Ended, limits: Limits): z.infer<typeof planVerifyResult> {
  return { calls: verifyCalls(doneIn(ended), ended, limits) };
}

export function verify({ plan, outcomes, results }: z.infer<typeof verifyInput>, limits: Limits): Verification {
  const done = doneIn({ plan, outcomes });
  const snapshot = snapshotOf(verifyCalls(done, { plan }, limits), results);
  const judged = done.map((one) => compared(one, snapshot));
  const rows = judged.flatMap((one) => one.rows);
  const outcome = rows.some(({ match, found }) => !match && found !== UNREAD) ? "mismatch" : judged.some(({ read }) => !read) ? "unreadable" : "verified";
  return { outcome, rows: bounded(rows) };
}

function verifyCalls(done: readonly Done[], { plan }: Pick<Ended, "plan">, limits: Limits) {
  const reads = done.flatMap(({ step, given }) =>
    afterReads(writeOf(step), given).flatMap((read): WantedRead[] => {
      const input = readInput(read, given, step);
      return input === null ? [] : [{ ...spotOf(step), operation: read.operation, input }];
    }),
  );
  return callsFor(reads, { requestId: plan.requestId, prefix: "v1", limits });
}

const DONE: ReadonlySet<StepOutcome["outcome"]> = new Set(["done", "already_done", "unverified"]);
/** Its roll-back was tried, so what was promised is promised no more. */
const UNDOING: ReadonlySet<StepOutcome["outcome"]> = new Set(["undone", "undo_failed", "undo_drifted", "not_undoable"]);

function doneIn({ plan, outcomes }: Ended): Done[] {
  const outputs = new Map(outcomes.filter(({ outcome }) => DONE.has(outcome)).map(({ stepId, output }) => [stepId, output]));
  return plan.phases
    .flatMap(({ steps }) => steps)
    .flatMap((step): Done[] => {
      const own = outcomes.filter(({ stepId }) => stepId === step.id);
      const last = own.findLast(({ outcome }) => DONE.has(outcome));
      if (!last || own.some(({ outcome }) => UNDOING.has(outcome))) return [];
      return [{ step, given: { ...(filledWith(step.input, outputs) as StepInput), ...last.output }, resource: last.resource || step.resource }];
    });
}

/** Promised and input name what earlier steps made by reference. */
function filledWith(value: unknown, outputs: ReadonlyMap<string, Readonly<Record<string, string>>>): unknown {
  if (isReference(value)) {
    const [step = "", name = ""] = value.$ref.split(".");
    return outputs.get(step)?.[name] ?? value;
  }
  if (Array.isArray(value)) return value.map((one) => filledWith(one, outputs));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledWith(inner, outputs)]));
}

/** In a row's `found`. */
const UNREAD = "could not be read";

function compared({ step, given, resource }: Done, snapshot: Snapshot): { readonly read: boolean; readonly rows: Row[] } {
  const write = writeOf(step);
  const reads = afterReads(write, given);
  const tables = [...new Set(reads.map(({ operation }) => operation))].map((operation) => snapshot.rows(spotOf(step), operation));
  const gap = tables.find((table) => isGap(table));
  if (gap && isGap(gap))
    return { read: false, rows: [{ stepId: step.id, resource, field: told(gapMessage(gap), 300), before: null, after: null, found: UNREAD, match: false }] };
  const state = stateOf(
    reads,
    tables.flatMap((table) => (isGap(table) ? [] : [table])),
    given,
  );
  // Sealed, so what the catalog promises today of a reference is of no account: only its values are filled.
  const promised = write.promises(given, step.before.image);
  const rows = rowsOf(step, resource, merged(step.promised, promised), state);
  if (!write.done) return { read: true, rows };
  const effect = write.done(given, state);
  return {
    read: true,
    rows: [...rows, { stepId: step.id, resource, field: "effect", before: null, after: write.summary, found: effect ? "there" : "not there", match: effect }],
  };
}

/** What was sealed, with references filled as the catalog fills them. */
function merged(sealed: Promised, now: Promised): Promised {
  return Object.fromEntries(
    Object.entries(sealed).map(([operation, columns]) => {
      if (columns === null) return [operation, null];
      const filled = now[operation] ?? {};
      return [operation, Object.fromEntries(Object.entries(columns).map(([column, value]) => [column, holdsReference(value) ? filled[column] : value]))];
    }),
  );
}

function holdsReference(value: unknown): boolean {
  return isReference(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsReference));
}

function rowsOf({ id, before }: PlanStep, resource: string, promised: Promised, state: State): Row[] {
  const row = (field: string, was: unknown, after: unknown, found: unknown, match: boolean): Row => ({
    stepId: id,
    resource,
    field,
    before: was,
    after,
    found,
    match,
  });
  return Object.entries(promised).flatMap(([operation, columns]) => {
    const now = state[operation] ?? [];
    const [was] = before.image[operation] ?? [];
    if (columns === null) return [row(operation, was ? "there" : "not there", "not there", now.length === 0 ? "not there" : "there", now.length === 0)];
    return Object.entries(columns).map(([column, after]) => {
      const found = now[0]?.[column] ?? null;
      return row(`${operation}.${column}`, was?.[column] ?? null, after ?? null, found, now[0] !== undefined && keeps(after, found));
    });
  });
}

/** At most half of what all outcomes may have: what is as promised is told once a step, then counted; what is not comes first. */
function bounded(rows: readonly Row[]): Row[] {
  const most = BOUNDS.outcomes / 2;
  if (jsonBytes(rows) <= most) return [...rows];
  const wrong = rows.filter(({ match }) => !match).map((row) => ({ ...row, before: short(row.before), after: short(row.after), found: short(row.found) }));
  const right = [...Map.groupBy(rows, ({ stepId }) => stepId).values()].flatMap((own): Row[] => {
    const [first] = own;
    if (!first || own.some(({ match }) => !match)) return [];
    return [{ ...first, field: `all ${own.length} promised values`, before: null, after: "as planned", found: "as planned" }];
  });
  const kept: Row[] = [];
  for (const row of [...wrong, ...right]) if (jsonBytes([...kept, row]) <= most) kept.push(row);
  return kept;
}

const short = (value: unknown) => (jsonBytes(value) <= 200 ? value : told(value, 150));
