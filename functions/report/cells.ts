/** What loaded tables hold, for looking up claims: every string, every number, the words inside strings. */
import type { ResultTable } from "../shared/contracts.ts";
import { plainText } from "./plain.ts";

export type Scalar = string | number | boolean | null;

/** Every scalar of a cell, lists and objects walked; field names are not content. */
export function* scalars(value: unknown): Generator<Scalar> {
  if (Array.isArray(value)) for (const item of value) yield* scalars(item);
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* scalars(item);
  else if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") yield value;
}

/** Field names at any depth, tags' keys among them: names an answer may repeat. */
export function* fieldNames(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* fieldNames(item);
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      yield name;
      yield* fieldNames(item);
    }
  }
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

/** Parts of a name, an address or a path that are joined in one look; an IPv6 address with its mask has nine. */
const MOST_ATOMS = 9;
const WORD = /[^\s,;="'`()[\]{}<>|*]+/g;
const ATOM = /[^:/@]+/g;
const TIME = /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?/g;
const NUMBERED = /(?:^|-)v?(\d+(?:\.\d+)+)(?=-|$)/g;

/**
 * Which of the wanted texts stand in some string as a whole: "10.0.0.1" does in "10.0.0.1/32", not in
 * "110.0.0.10". One pass over the strings, whatever the number of wanted texts.
 */
export function occurring(wanted: ReadonlySet<string>, strings: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const lengths = new Set(Array.from(wanted, ({ length }) => length));
  if (wanted.size === 0) return found;
  for (const string of strings) {
    const text = plainText(string).text;
    if (!/\p{N}/u.test(text)) continue;
    for (const [from, to] of pieces(text)) {
      if (!lengths.has(to - from)) continue;
      const piece = text.slice(from, to);
      if (wanted.has(piece)) found.add(piece);
    }
  }
  return found;
}

type Range = readonly [from: number, to: number];

/** Dates cut to the day, the minute and the second; words whole, and by up to MOST_ATOMS of their parts; versions in names. */
function* pieces(text: string): Generator<Range> {
  for (const { 0: time, index } of text.matchAll(TIME)) for (const length of [10, 16, 19, time.length]) yield [index, index + Math.min(length, time.length)];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const atoms = Array.from(word.matchAll(ATOM), (atom) => trimmed(text, index + atom.index, index + atom.index + atom[0].length));
    yield trimmed(text, index, index + word.length);
    for (const [first, [from]] of atoms.entries()) for (const [, to] of atoms.slice(first, first + MOST_ATOMS)) yield [from, to];
    for (const [from, to] of atoms) {
      for (const { 0: all, 1: version = "", index: at } of text.slice(from, to).matchAll(NUMBERED)) {
        const start = from + at + all.length - version.length;
        yield [start, start + version.length];
      }
    }
  }
}

function trimmed(text: string, from: number, to: number): Range {
  const edge = /[^\p{L}\p{N}\uD800-\uDFFF]/u;
  let [start, end] = [from, to];
  while (start < end && edge.test(text.charAt(start))) start++;
  while (end > start && edge.test(text.charAt(end - 1))) end--;
  return [start, end];
}
