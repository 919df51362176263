/** What loaded tables hold, for looking up claims: every string, every number, the words inside strings. */
import type { ResultTable } from "../shared/contracts.ts";

export type Scalar = string | number | boolean | null;

/** Every scalar of a cell, lists and objects walked; field names are not content. */
export function* scalars(value: unknown): Generator<Scalar> {
  if (Array.isArray(value)) for (const item of value) yield* scalars(item);
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* scalars(item);
  else if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") yield value;
}

export interface Content {
  readonly strings: ReadonlySet<string>;
  /** Numbers that are a cell, a word of a string, or the year of a date. */
  readonly numbers: ReadonlySet<number>;
}

export function contentOf(tables: readonly ResultTable[], alsoKnown: Iterable<string> = []): Content {
  const strings = new Set<string>(alsoKnown);
  const numbers = new Set<number>();
  for (const { rows } of tables) {
    for (const scalar of scalars(rows)) {
      if (typeof scalar === "string") strings.add(scalar);
      else if (typeof scalar === "number") numbers.add(scalar);
    }
  }
  for (const text of strings) for (const number of numbersIn(text)) numbers.add(number);
  return { strings, numbers };
}

const DATE = /^(\d{4})-\d{2}-\d{2}(T|$)/;

/** Numbers that stand as words of their own: "allow 443 from 10.0.0.0/16" has 443 and 16, "vol-12" has none. */
function numbersIn(text: string): number[] {
  return text.split(/[\s,;:=/()[\]{}"'|<>]+/).flatMap((word) => {
    const date = DATE.exec(word);
    if (date) return [Number(date[1])];
    return /^\d+(\.\d+)?$/.test(word) ? [Number(word)] : [];
  });
}

/**
 * Whether some string has the text in it as a whole: "10.0.0.1" is in "10.0.0.1/32", not in "110.0.0.10".
 * Linear in the content's size: only for dates, addresses and versions.
 */
export function occursIn(text: string, strings: Iterable<string>): boolean {
  for (const string of strings) {
    for (let at = string.indexOf(text); at >= 0; at = string.indexOf(text, at + 1)) {
      if (!/[\d.]$/.test(string.slice(0, at)) && !/^(\d|\.\d)/.test(string.slice(at + text.length))) return true;
    }
  }
  return false;
}
