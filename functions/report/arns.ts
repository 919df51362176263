/** ARNs in texts. Pure; texts are plain (plain.ts). */
import { plainText } from "./plain.ts";

export interface KnownArns {
  /** In canonical form. */
  readonly arns: ReadonlySet<string>;
  /** The same in order of their code units. */
  readonly sorted: readonly string[];
  /** For each of them, the index of the longest other that it begins with; -1 if none. */
  readonly shorter: readonly number[];
}

export interface ArnAt {
  readonly text: string;
  readonly at: number;
}

/** Wherever it stands: a letter or emphasis before it does not hide it. */
const START = /arn:aws[\w-]*:/gi;
/** AWS's own bound of an ARN, which a longer one of a table can't be. */
const MOST_CHARACTERS = 2048;
const ENDING = /[\s"'`<>|()[\]{}]/g;
/** Characters that can't stand at an ARN's end in prose. */
const TRAILING = ".,;:!?*_~'\"";
/** What continues a name: an ARN followed by it is another ARN. Some marks do only before a further letter or digit. */
const CONTINUED = /^(?:[\p{L}\p{N}\p{M}/@=+\-\u2010-\u2012]|[.,:*?$&%#~!_\u2013][\p{L}\p{N}\p{M}_/\-\u2010-\u2012])/u;

export function knownArns(arns: Iterable<string>): KnownArns {
  const canonical = new Set<string>();
  for (const arn of arns) canonical.add(canonicalArn(plainText(arn).text));
  const sorted = [...canonical].sort((a, b) => (a < b ? -1 : 1));
  const shorter: number[] = [];
  for (const [index, arn] of sorted.entries()) {
    let before = index - 1;
    while (before >= 0 && !arn.startsWith(sorted[before] ?? "")) before = shorter[before] ?? -1;
    shorter.push(before);
  }
  return { arns: canonical, sorted, shorter };
}

/** Partition, service, region and account in lower case; names of resources differ by case. */
export function canonicalArn(arn: string): string {
  const fields = arn.split(":", 5).join(":");
  return fields.toLowerCase() + arn.slice(fields.length);
}

/** Each is the longest known one that stands there as a whole (some hold commas or blanks), or what looks like one. */
export function findArns(text: string, known: KnownArns): ArnAt[] {
  const found: ArnAt[] = [];
  const start = new RegExp(START);
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const at = match.index;
    const length = knownLength(text, at, known) ?? tokenLength(text, at);
    found.push({ text: text.slice(at, at + length), at });
    start.lastIndex = at + length;
  }
  return found;
}

/** From the last ARN that does not sort after the text, by ever shorter beginnings of it: no search of all. */
function knownLength(text: string, at: number, { sorted, shorter }: KnownArns): number | undefined {
  const here = canonicalArn(text.slice(at, at + MOST_CHARACTERS));
  let index = lastUpTo(sorted, here);
  const same = commonLength(sorted[index] ?? "", here);
  for (; index >= 0; index = shorter[index] ?? -1) {
    const { length } = sorted[index] ?? "";
    if (length <= same && !CONTINUED.test(text.slice(at + length, at + length + 4))) return length;
  }
  return undefined;
}

/** Index of the last that is at most the text; -1 if none. */
function lastUpTo(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") <= text) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function tokenLength(text: string, at: number): number {
  const ending = new RegExp(ENDING);
  ending.lastIndex = at;
  let end = ending.exec(text)?.index ?? text.length;
  while (TRAILING.includes(text.charAt(end - 1))) end--;
  return end - at;
}
