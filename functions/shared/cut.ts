/** Cuts tables to a share of a state's payload, by code, with counts of what was cut (DESIGN "Payloads"). */
import type { ResultTable } from "./contracts.ts";

/** UTF-8 bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}

/**
 * Rows are taken from the front of each table; small tables stay whole and what they leave goes to the
 * larger ones. `total` keeps the rows read, `shown` says how many are left. Table heads are never cut:
 * the result can exceed `bytes` only when the heads alone do.
 */
export function cutTables(tables: readonly ResultTable[], bytes: number): ResultTable[] {
  const sizes = tables.map((table) => table.rows.map((row) => jsonBytes(row) + 1));
  const heads = tables.reduce((sum, table) => sum + jsonBytes({ ...table, rows: [] }) + 1, 0);
  const budgets = share(
    sizes.map((rows) => rows.reduce((sum, size) => sum + size, 0)),
    Math.max(0, bytes - heads),
  );
  return tables.map((table, index) => {
    const rows = fitting(table.rows, sizes[index] ?? [], budgets[index] ?? 0);
    return rows.length === table.rows.length ? table : { ...table, rows, shown: rows.length };
  });
}

function fitting(rows: readonly unknown[][], sizes: readonly number[], bytes: number): unknown[][] {
  let used = 0;
  const count = sizes.findIndex((size) => {
    used += size;
    return used > bytes;
  });
  return count === -1 ? [...rows] : rows.slice(0, count);
}

/** Max-min fair shares of `bytes` for the wanted sizes. */
function share(wanted: readonly number[], bytes: number): number[] {
  const given = wanted.map(() => 0);
  let left = bytes;
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  order.forEach((index, position) => {
    const fair = Math.floor(left / (order.length - position));
    given[index] = Math.min(wanted[index] ?? 0, fair);
    left -= given[index] ?? 0;
  });
  return given;
}
