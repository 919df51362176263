/** A resource's live state, read with the narrowed session and shown exactly as discovery shows it: only so are digests comparable. */

import { columnsOf } from "../../config/catalog/columns.ts";
import { isSame } from "../../config/catalog/same.ts";
import { beforeReads, type Difference, type Place, type Rows, readInput, stateOf } from "../../config/catalog/state.ts";
import type { BeforeRead, State, StepInput, WriteDefinition } from "../../config/catalog/write.ts";
import { refusalOf } from "../discovery/failure.ts";
import { entryOf, runRead } from "../discovery/read.ts";
import type { FailureReport } from "../shared/contracts.ts";
import { redactDeep } from "../shared/secrets.ts";
import type { Session } from "./sessions.ts";

export type Live =
  | { readonly outcome: "read"; readonly state: State; readonly tables: readonly Rows[] }
  | { readonly outcome: "unread"; readonly failure: FailureReport };

/** Error codes that are an answer to "is it there?": no rows, as in a plan's snapshot. */
const NOT_THERE = /^(NoSuchBucket|NoSuchEntity(Exception)?|NoSuchResource|ResourceNotFoundException|Invalid[A-Za-z]+\.NotFound)$/;

/** Reads that rest on a reference are left out: there is nothing to read yet. */
export function readable(reads: readonly BeforeRead[], given: StepInput, place: Place): BeforeRead[] {
  return reads.filter((read) => readInput(read, given, place) !== null);
}

/** @param given what the reads and their matches take: for the state before, the plan's own input, references unfilled. */
export async function readState(reads: readonly BeforeRead[], given: StepInput, place: Place, session: Session): Promise<Live> {
  const { definition } = session.service;
  const context = {
    definition,
    connected: session.reads,
    target: { account: place.account, region: definition.scope === "global" ? "global" : place.region },
    role: session.role,
    shard: { index: 0, of: 1 },
    fanOut: 1,
    late: () => false,
  };
  const tables: Rows[] = [];
  for (const read of reads) {
    const input = readInput(read, given, place);
    if (input === null) continue;
    const { rows, failures, truncated } = await runRead({ operation: read.operation, input }, context);
    const failure = failures.find(({ errorCode }) => !NOT_THERE.test(errorCode));
    if (failure) return { outcome: "unread", failure };
    if (truncated) return { outcome: "unread", failure: cut(read.operation, place, session.role) };
    const { value } = await redactDeep(rows);
    tables.push({ operation: read.operation, columns: columnsOf(entryOf(session.service, read.operation)), rows: value });
  }
  return { outcome: "read", state: stateOf(reads, tables, given), tables };
}

/** The state before a step, as the plan's digest is of it. */
export function readBefore(write: WriteDefinition, planned: StepInput, place: Place, session: Session): Promise<Live> {
  return readState(readable(beforeReads(write, planned), planned, place), planned, place, session);
}

/** A list that was cut proves nothing: neither that a resource is absent nor what it is. */
function cut(operation: string, { account, region }: Place, role: string): FailureReport {
  const message = `${operation} has more rows than are read; what the step's resource is can't be known.`;
  return { operation, account, region, role, errorCode: "Truncated", message, access: "None missing: name a narrower resource.", count: 1 };
}

export const isDenied = ({ errorCode }: FailureReport): boolean => refusalOf(Object.assign(new Error(), { name: errorCode })) === "denied";

/** Column by column, what was expected and what is there. */
export function differences(expected: State, found: State): Difference[] {
  const operations = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return operations.flatMap((operation): Difference[] => {
    const [was, is] = [expected[operation] ?? [], found[operation] ?? []];
    if (was.length !== 1 || is.length !== 1) return isSame(was, is) ? [] : [{ field: operation, expected: was, found: is }];
    const [before = {}, after = {}] = [was[0], is[0]];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((column) => !isSame(before[column], after[column]))
      .map((column) => ({ field: `${operation}.${column}`, expected: before[column] ?? null, found: after[column] ?? null }));
  });
}
