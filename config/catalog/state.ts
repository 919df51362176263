/** A resource's state as the catalog's reads show it: what is hashed as "before", what promises are compared with. Pure. */
import { type BeforeRead, isReference, type Promised, type State, type StepInput } from "./write.ts";

/** What a read gave in one place: a worker's table, or the mutation worker's own read-back. */
export interface Rows {
  readonly operation: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The rows of this resource, with the columns that make up its state. A read that is missing among `tables` is missing in the state. */
export function stateOf(reads: readonly BeforeRead[], tables: readonly Rows[], given: StepInput): State {
  return Object.fromEntries(
    reads.flatMap((read) => {
      const own = tables.filter(({ operation }) => operation === read.operation);
      return own.length === 0 ? [] : [[read.operation, own.flatMap((table) => rowsOf(read, table, given))]];
    }),
  );
}

function rowsOf({ match, columns }: BeforeRead, table: Rows, given: StepInput): Record<string, unknown>[] {
  const at = (row: readonly unknown[], column: string) => row[table.columns.indexOf(column)] ?? null;
  return table.rows
    .filter((row) => Object.entries(match).every(([column, field]) => at(row, column) === given[field]))
    .map((row) => Object.fromEntries(columns.map((column) => [column, at(row, column)])));
}

/** No read shows it: the resource does not exist. */
export function isAbsent(state: State): boolean {
  return Object.values(state).every((rows) => rows.length === 0);
}

export interface Difference {
  /** "GetPublicAccessBlock.PublicAccessBlockConfiguration.BlockPublicAcls". */
  readonly field: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Where the state is not what was promised; empty when all of it is. */
export function broken(promised: Promised, state: State): Difference[] {
  return Object.entries(promised).flatMap(([operation, columns]) => {
    const rows = state[operation] ?? [];
    if (columns === null) return rows.length === 0 ? [] : [{ field: operation, expected: null, found: rows }];
    const [row] = rows;
    return Object.entries(columns).flatMap(([column, expected]) => {
      const found = row?.[column] ?? null;
      return row !== undefined && keeps(expected, found) ? [] : [{ field: `${operation}.${column}`, expected, found }];
    });
  });
}

/** An object is kept if its keys are (null: key absent); a list if it has the same members. */
export function keeps(expected: unknown, found: unknown): boolean {
  if (expected === null || expected === undefined) return found === null || found === undefined;
  if (Array.isArray(expected)) {
    return Array.isArray(found) && expected.length === found.length && expected.every((one) => found.some((other) => keeps(one, other)));
  }
  if (typeof expected !== "object") return expected === found;
  if (typeof found !== "object" || found === null) return false;
  return Object.entries(expected).every(([key, value]) => keeps(value, (found as Record<string, unknown>)[key] ?? null));
}

/** An ARN template with its place and input filled; what is a reference or not given becomes `*`. */
export function filled(template: string, given: StepInput, place: { readonly account: string; readonly region: string }): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (name === "account") return place.account;
    if (name === "region") return place.region;
    const value = given[name];
    return typeof value === "string" ? value : "*";
  });
}

/** Every reference in an input, at any depth. */
export function referencesIn(value: unknown): string[] {
  if (isReference(value)) return [value.$ref];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}
