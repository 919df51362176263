/** A table as a model is shown it: nothing is lost, and nothing is said in every row that can be said once. Pure. */
import type { ResultTable } from "./contracts.ts";

/** Said beside the tables, since nothing may depend on a prompt. */
export const ABOUT_TABLES =
  "columns name the cells of rows. same: columns with one value in every row. spread: columns of objects, one column a key (Tags.Owner is key Owner of Tags; null: no such key). endOfArn: columns whose value is the last part of the row's Arn, behind its last / or :.";

export interface CompactTable extends Omit<ResultTable, "evidence"> {
  readonly same?: Readonly<Record<string, unknown>>;
  readonly spread?: readonly string[];
  readonly endOfArn?: readonly string[];
}

/** More keys than this and a table of mostly nulls would be longer than its objects. */
const MOST_KEYS = 24;

interface Column {
  readonly name: string;
  readonly cells: readonly unknown[];
}

/** Keys and digests of evidence are for the report; a model has no use for them. */
export function compact({ evidence, columns, rows, ...head }: ResultTable): CompactTable {
  const whole = columns.map((name, index): Column => ({ name, cells: rows.map((row) => row[index] ?? null) }));
  const arns = whole.find(({ name }) => name === "Arn")?.cells ?? [];
  const endOfArn = whole.filter(({ name, cells }) => name !== "Arn" && rows.length > 0 && cells.every((cell, row) => cell === lastPart(arns[row])));
  const rest = whole.filter((column) => !endOfArn.includes(column));
  const spread = rest.filter((column) => isSpreadable(column, columns));
  const flat = rest.flatMap((column) => (spread.includes(column) ? keysOf(column).map((key) => ofKey(column, key)) : [column]));
  const same = flat.filter(({ cells }) => cells.length > 1 && cells.every((cell) => JSON.stringify(cell) === JSON.stringify(cells[0])));
  const left = flat.filter((column) => !same.includes(column));
  return {
    ...head,
    columns: left.map(({ name }) => name),
    rows: rows.map((_, row) => left.map(({ cells }) => cells[row])),
    ...(same.length > 0 ? { same: Object.fromEntries(same.map(({ name, cells }) => [name, cells[0]])) } : {}),
    ...(spread.length > 0 ? { spread: spread.map(({ name }) => name) } : {}),
    ...(endOfArn.length > 0 ? { endOfArn: endOfArn.map(({ name }) => name) } : {}),
  };
}

function lastPart(arn: unknown): string | undefined {
  return typeof arn === "string" ? arn.split(/[/:]/).at(-1) : undefined;
}

function isSpreadable(column: Column, taken: readonly string[]): boolean {
  if (!column.cells.every(isFlat)) return false;
  const keys = keysOf(column);
  return keys.length > 0 && keys.length <= MOST_KEYS && !keys.some((key) => taken.includes(`${column.name}.${key}`));
}

/** An object of texts, numbers and booleans: with a null or an object inside, a null cell would be ambiguous. */
function isFlat(cell: unknown): cell is Readonly<Record<string, string | number | boolean>> {
  return (
    typeof cell === "object" &&
    cell !== null &&
    !Array.isArray(cell) &&
    Object.values(cell).every((value) => ["string", "number", "boolean"].includes(typeof value))
  );
}

function keysOf({ cells }: Column): string[] {
  return [...new Set(cells.flatMap((cell) => (isFlat(cell) ? Object.keys(cell) : [])))];
}

function ofKey({ name, cells }: Column, key: string): Column {
  return { name: `${name}.${key}`, cells: cells.map((cell) => (isFlat(cell) && Object.hasOwn(cell, key) ? cell[key] : null)) };
}
