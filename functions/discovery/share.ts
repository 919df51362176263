/** A worker's result held to its share of a state's payload: what does not fit is left out by code and said (DESIGN "Payloads"). */
import type { FailureReport, ResultTable, RoleResolution, WorkerResult } from "../shared/contracts.ts";
import { cutTables, jsonBytes } from "../shared/cut.ts";

/** UTF-8 bytes kept free for the three reports below, with the longest names they can hold. */
const NOTICES = 1_800;
/** Parts of the share that resolutions and the note may use: neither leaves tables and failures without room. */
const RESOLUTIONS_PART = 1 / 4;
const NOTE_PART = 1 / 8;

/**
 * Rows go first, then whole tables, then failure reports; the uncut tables stay in the projection object.
 * Resolutions keep a quarter of the share and the note an eighth; the rest (usage, names) is never cut.
 * @param role as failure reports name it. @param bytes UTF-8 bytes of the result as JSON.
 */
export function fitToShare(result: WorkerResult, role: string, bytes: number): WorkerResult {
  if (jsonBytes(result) <= bytes) return result;
  const resolutions = result.resolutions.slice(0, fitting(sizesOf(result.resolutions), bytes * RESOLUTIONS_PART));
  const rest = { ...result, resolutions, ...(result.note ? { note: shortened(result.note, bytes * NOTE_PART) } : {}) };
  const room = bytes - jsonBytes({ ...rest, status: "complete", tables: [], failures: [] }) - NOTICES;
  const heads = sizesOf(result.tables.map((table) => ({ ...table, rows: [] })));
  // Failures may use what the tables' heads leave; if neither fits, each gets half.
  const forFailures = Math.max(Math.floor(room / 2), room - sum(heads));
  const failures = result.failures.slice(0, fitting(sizesOf(result.failures), forFailures));
  const left = room - sum(sizesOf(failures));
  const tables = result.tables.slice(0, fitting(heads, left));
  const notices = [
    ...leftOutFailures(result.failures.slice(failures.length), role),
    ...leftOutTables(result.tables.slice(tables.length), role),
    ...leftOutResolutions(result.resolutions.slice(resolutions.length), role),
  ];
  const status = notices.length > 0 && result.status === "complete" ? "partial" : result.status;
  return { ...rest, status, failures: [...failures, ...notices], tables: cutTables(tables, left) };
}

/** From the front, in whole characters, at most `bytes` as JSON. */
function shortened(text: string, bytes: number): string {
  const characters = [...text];
  return characters
    .slice(
      0,
      fitting(
        sizesOf(characters).map((size) => size - 3),
        bytes,
      ),
    )
    .join("");
}

function leftOutResolutions([first, ...more]: readonly RoleResolution[], role: string): FailureReport[] {
  if (!first) return [];
  const count = more.length + 1;
  return [
    {
      operation: "AssumeRole",
      account: first.account,
      region: "global",
      role,
      errorCode: "MoreResolutions",
      message: `The roles used in ${count} accounts, from this one on, did not fit the result's share of the payload.`,
      access: "None missing: ask for fewer accounts at once to see them.",
      count,
    },
  ];
}

function leftOutTables([first, ...more]: readonly ResultTable[], role: string): FailureReport[] {
  if (!first) return [];
  const count = more.length + 1;
  return [
    {
      operation: first.operation,
      account: first.account,
      region: first.region,
      role,
      errorCode: "PayloadShare",
      message: `${count} tables, from this one on, were read and kept as evidence but did not fit the result's share of the payload.`,
      access: "None missing: ask for fewer reads, accounts or regions at once.",
      count,
    },
  ];
}

function leftOutFailures([first, ...more]: readonly FailureReport[], role: string): FailureReport[] {
  if (!first) return [];
  return [
    {
      operation: first.operation,
      account: first.account,
      region: first.region,
      role,
      errorCode: "MoreFailures",
      message: `${more.length + 1} more failure reports, from this operation on, did not fit the result's share of the payload.`,
      access: "See the reports told; ask for fewer reads, accounts or regions at once to see the rest.",
      count: sum([first, ...more].map(({ count }) => count)),
    },
  ];
}

function sizesOf(items: readonly unknown[]): number[] {
  return items.map((item) => jsonBytes(item) + 1);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

/** How many items from the front have together at most `bytes`. */
function fitting(sizes: readonly number[], bytes: number): number {
  let used = 0;
  const over = sizes.findIndex((size) => {
    used += size;
    return used > bytes;
  });
  return over === -1 ? sizes.length : over;
}
