/** A resource's state as the catalog's reads show it: what is hashed as "before", what promises are compared with. Pure. */
import { isNothing, isSame } from "./same.ts";
import { type BeforeRead, isReference, type Promised, type Source, type State, type StepInput, type WriteDefinition } from "./write.ts";

/** What a read gave in one place: a worker's table, or the mutation worker's own read-back. */
export interface Rows {
  readonly operation: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The reads that show the resource before this step. */
export function beforeReads({ before }: Pick<WriteDefinition, "before">, given: StepInput): BeforeRead[] {
  return before.filter((read) => isAsked(read, given));
}

/** The reads that show what the step left. @param given the input and, where it made something, its outputs. */
export function afterReads({ before, after }: Pick<WriteDefinition, "before" | "after">, given: StepInput): BeforeRead[] {
  return (after ?? before).filter((read) => !read.context && isAsked(read, given));
}

/** What a read's rows are called in a state. */
export function nameOf({ operation, as }: Pick<BeforeRead, "operation" | "as">): string {
  return as ?? operation;
}

function isAsked({ when = {} }: BeforeRead, given: StepInput): boolean {
  return Object.entries(when).every(([field, value]) => given[field] === value);
}

/** The read's input; null when it rests on a reference: then there is nothing to read yet. */
export function readInput({ by }: BeforeRead, given: StepInput, place: Place): Record<string, unknown> | null {
  const entries = Object.entries(by).map(([field, source]): [string, unknown] => {
    if (typeof source === "string") return [field, sourced(source, given, place)];
    const parts = source.map((part) => {
      if (typeof part === "string") return sourced(part, given, place);
      const value = sourced(part.Values[0], given, place);
      return value === undefined ? undefined : { Name: part.Name, Values: [value] };
    });
    return [field, parts.includes(undefined) ? undefined : parts];
  });
  return entries.some(([, value]) => value === undefined) ? null : Object.fromEntries(entries);
}

function sourced(source: Source, given: StepInput, place: Place): string | undefined {
  if (!source.includes("${")) return typeof given[source] === "string" ? given[source] : undefined;
  const fields = [...source.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name).filter((name) => name !== "account" && name !== "region");
  return fields.every((name) => typeof given[name] === "string") ? filled(source, given, place) : undefined;
}

/** The rows of this resource, with the columns that make up its state; those that two reads gave both are one. A read that is missing among `tables` is missing in the state. */
export function stateOf(reads: readonly BeforeRead[], tables: readonly Rows[], given: StepInput): State {
  return Object.fromEntries(
    reads.flatMap((read) => {
      const own = tables.filter(({ operation }) => operation === read.operation);
      return own.length === 0 ? [] : [[nameOf(read), rowsOf(read, own, given)]];
    }),
  );
}

function rowsOf({ match, columns }: BeforeRead, tables: readonly Rows[], given: StepInput): Record<string, unknown>[] {
  const rows = tables.flatMap((table) => {
    const at = (row: readonly unknown[], column: string) => row[table.columns.indexOf(column)] ?? null;
    const own = table.rows.filter((row) => Object.entries(match).every(([column, source]) => matches(source, given, at(row, column))));
    return own.map((row) => [JSON.stringify(row), Object.fromEntries(columns.map((column) => [column, at(row, column)]))] as const);
  });
  return [...new Map(rows).values()];
}

/** An input that is not given matches an empty cell. A table is of one account and region, so their places in a text match anything. */
function matches(source: Source, given: StepInput, found: unknown): boolean {
  if (!source.includes("${")) return (given[source] ?? null) === found;
  const wanted = sourced(source, given, { account: "*", region: "*" });
  if (wanted === undefined || typeof found !== "string") return false;
  const texts = wanted.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${texts.join("[^:]*")}$`).test(found);
}

/** No read of the resource itself shows it: it does not exist. */
export function isAbsent(state: State, reads: readonly BeforeRead[]): boolean {
  return reads.every((read) => read.context || (state[nameOf(read)] ?? []).length === 0);
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

/**
 * An object is kept if its keys are (null: key absent); a list if it has the same members, each whole: a statement with
 * a condition more is another statement. A list's field that none of the members has is nothing.
 */
export function keeps(expected: unknown, found: unknown): boolean {
  if (expected === null || expected === undefined) return isNothing(found);
  if (Array.isArray(expected)) return isSame(expected, found);
  if (typeof expected !== "object") return expected === found;
  if (typeof found !== "object" || found === null) return false;
  return Object.entries(expected).every(([key, value]) => keeps(value, (found as Record<string, unknown>)[key] ?? null));
}

/** An ARN template with its place and input filled; what is a reference or not given becomes `*`. */
export function filled(template: string, given: StepInput, place: Place): string {
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
