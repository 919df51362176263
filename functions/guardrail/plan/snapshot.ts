/** What state Snapshot read, held against what was asked: a read that is not there whole shows nothing. Pure. */
import canonicalize from "canonicalize";
import type { Rows } from "../../../config/catalog/state.ts";
import type { ResultTable, WorkerCall, WorkerCrash, WorkerResult } from "../../shared/contracts.ts";
import type { Spot } from "./wanted.ts";

/** A read that failed, was cut, or never came back. */
export interface Gap {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly role: string;
  readonly code: string;
  readonly message: string;
  /** What has to be so before it can be asked again. */
  readonly access: string;
}

export interface Snapshot {
  /** Rows of an operation at a spot; what AWS says does not exist has none. */
  readonly rows: (spot: Spot, operation: string) => Rows | Gap;
  /** How many rows one read gave, shown or not; null: unknown. */
  readonly count: (spot: Spot, operation: string, input: unknown) => number | null;
  readonly tables: readonly ResultTable[];
}

/** Error codes that are an answer to "is it there?". */
const NOT_THERE = /^(NoSuchBucket|NoSuchEntity(Exception)?|NoSuchResource|ResourceNotFoundException|Invalid[A-Za-z]+\.NotFound)$/;

/** Reports of functions/discovery/share.ts: what is left out, from the named operation on. */
const STANDS_FOR_MORE = /^(PayloadShare|MoreFailures)$/;

export function isGap(value: object): value is Gap {
  return "code" in value && "role" in value;
}

export function snapshotOf(calls: readonly WorkerCall[], results: readonly (WorkerResult | WorkerCrash)[]): Snapshot {
  const callAt = (spot: Spot) =>
    calls.find(({ service, targets }) => service === spot.service && targets[0]?.account === spot.account && targets[0].region === spot.region);
  const resultAt = (spot: Spot) => {
    const callId = callAt(spot)?.callId;
    return results.find((result) => result.callId === callId);
  };
  const tablesAt = (result: WorkerResult, spot: Spot, operation: string) =>
    result.tables.filter((table) => table.operation === operation && table.account === spot.account && table.region === spot.region);

  const rowsAt = (spot: Spot, operation: string): Rows | Gap => {
    const gap = (code: string, message: string, role = "", access = "Ask again."): Gap => ({
      operation,
      account: spot.account,
      region: spot.region,
      role,
      code,
      message,
      access,
    });
    const asked = callAt(spot)?.reads.filter((read) => read.operation === operation) ?? [];
    const result = resultAt(spot);
    if (!result || asked.length === 0) return gap("NotRead", "The read was not made.");
    if (!("tables" in result)) return gap(result.crashed.error, "The worker crashed or timed out.", result.worker);
    const names = new Set(callAt(spot)?.reads.map((read) => read.operation));
    // Another read's failure is that read's gap, unless it stands for more: a role, a share.
    const own = result.failures.filter((one) => one.operation === operation || !names.has(one.operation) || STANDS_FOR_MORE.test(one.errorCode));
    const failed = own.find(({ errorCode }) => !NOT_THERE.test(errorCode));
    if (failed) return gap(failed.errorCode, failed.message, failed.role, failed.access);
    const tables = tablesAt(result, spot, operation);
    if (tables.length < asked.length && own.length === 0) return gap("PayloadShare", "A table is missing.", result.worker);
    const cut = tables.find(({ truncated, shown, total }) => truncated || shown !== total);
    if (cut)
      return gap(
        "Truncated",
        `${cut.shown} of ${cut.total} rows are here${cut.truncated ? ", and there are more" : ""}.`,
        result.worker,
        "Name fewer resources at once.",
      );
    return joined(operation, tables);
  };
  const known = new Map<string, Rows | Gap>();
  return {
    tables: results.flatMap((result) => ("tables" in result ? result.tables : [])),
    rows(spot, operation) {
      const key = JSON.stringify([spot.service, spot.account, spot.region, operation]);
      const rows = known.get(key) ?? rowsAt(spot, operation);
      known.set(key, rows);
      return rows;
    },
    count(spot, operation, input) {
      const result = resultAt(spot);
      const asked = callAt(spot)?.reads.filter((read) => read.operation === operation) ?? [];
      const index = asked.findIndex((read) => canonicalize(read.input) === canonicalize(input));
      if (!result || !("tables" in result) || index === -1) return null;
      const tables = tablesAt(result, spot, operation);
      // Tables come in the order of their reads, if every read gave one.
      const table = tables.length === asked.length ? tables[index] : undefined;
      return table && !table.truncated && !result.failures.some((failure) => failure.operation === operation) ? table.total : null;
    },
  };
}

/** Rows that two reads gave both are one. */
function joined(operation: string, tables: readonly ResultTable[]): Rows {
  const columns = tables[0]?.columns ?? [];
  const rows = new Map(tables.flatMap((table) => table.rows.map((row) => [canonicalize(row) ?? "", row] as const)));
  return { operation, columns, rows: [...rows.values()] };
}

/** Names role, operation and error (law 6). */
export function gapMessage({ operation, account, region, role, code, message }: Gap): string {
  return `${operation} in ${account} ${region} is not known: ${code}${role === "" ? "" : ` as ${role}`}. ${message}`;
}
