/** Numbers that code can derive from the tables: what an answer may count without any cell saying it. Pure. */
import type { ResultTable } from "../shared/contracts.ts";

export interface Counts {
  readonly numbers: ReadonlySet<number>;
  /** Whole percentages of a count over its rows. */
  readonly percents: ReadonlySet<number>;
}

/**
 * For each operation, and for it in each account, region and both: rows; rows with and without each value of
 * a column (an emptiness, a tag, an element of a list are values too); how many different values there are;
 * the sum of a column of numbers; the length of a list. And the number of tables, accounts and regions.
 */
export function countsOf(tables: readonly ResultTable[]): Counts {
  const numbers = new Set<number>([tables.length, new Set(tables.map(({ account }) => account)).size, new Set(tables.map(({ region }) => region)).size]);
  const percents = new Set<number>();
  for (const { total } of tables) numbers.add(total);
  for (const group of groups(tables)) {
    const rows = distinctRows(group);
    numbers.add(rows.length);
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    for (let column = 0; column < width; column++) {
      for (const count of valueCounts(
        rows.map((row) => row[column]),
        numbers,
      )) {
        numbers.add(count).add(rows.length - count);
        percents.add(Math.round((100 * count) / rows.length)).add(Math.round((100 * (rows.length - count)) / rows.length));
      }
    }
  }
  return { numbers, percents };
}

function groups(tables: readonly ResultTable[]): ResultTable[][] {
  const byKey = new Map<string, ResultTable[]>();
  for (const table of tables) {
    const read = `${table.service} ${table.operation}`;
    for (const key of [read, `${read} in ${table.account}`, `${read} in ${table.region}`, `${read} in ${table.account} ${table.region}`]) {
      byKey.set(key, [...(byKey.get(key) ?? []), table]);
    }
  }
  const distinct = new Map([...byKey.values()].map((group) => [group.map(({ evidenceId }) => evidenceId).join(), group]));
  return [...distinct.values()];
}

/** A table read again in a later round must not count twice. */
function distinctRows(tables: readonly ResultTable[]): unknown[][] {
  return [...new Map(tables.flatMap(({ account, region, rows }) => rows.map((row) => [JSON.stringify([account, region, row]), row] as const))).values()];
}

/** How many cells have each value; adds what one column yields besides to `numbers`. */
function valueCounts(cells: readonly unknown[], numbers: Set<number>): Iterable<number> {
  const counts = new Map<string, number>();
  const values = new Set<string>();
  let sum = 0;
  for (const cell of cells) {
    if (Array.isArray(cell)) numbers.add(cell.length);
    if (typeof cell === "number") sum += cell;
    for (const value of new Set(valuesOf(cell))) counts.set(value, (counts.get(value) ?? 0) + 1);
    values.add(JSON.stringify(cell) ?? "null");
  }
  numbers.add(sum).add(values.size);
  return counts.values();
}

function valuesOf(cell: unknown): string[] {
  if (Array.isArray(cell)) return [cell.length === 0 ? "empty" : "filled", ...cell.map((item) => JSON.stringify(item) ?? "null")];
  if (typeof cell === "object" && cell !== null) {
    const entries = Object.entries(cell);
    return [entries.length === 0 ? "empty" : "filled", ...entries.flatMap(([key, value]) => [`${key}:`, `${key}: ${JSON.stringify(value)}`])];
  }
  return [JSON.stringify(cell) ?? "null"];
}
