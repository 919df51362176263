/** Finds what a text claims that evidence can carry: ARNs and numbers. Pure; knows nothing of what is true. */

export interface Claim {
  readonly kind: "arn" | "number";
  readonly text: string;
  /** Index in the text, in UTF-16 units. */
  readonly at: number;
  /** A number's values (two for "3/5" and "3-5"); empty when it is a date, an address or a version. */
  readonly values: readonly number[];
  readonly percent: boolean;
}

/** Characters that can't stand at an ARN's end in prose. */
const TRAILING = /[.,;:!?*_~'"]+$/;
const ARN = /(?<![\w-])arn:aws[\w-]*:[^\s"'`<>|()[\]{}]+/g;
const LIST_NUMBER = /^[ \t]*(?:[-*+#]+[ \t]+)?\d+[.)](?=\s)/gm;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH = `(${MONTHS.join("|")})[a-z]*\\.?`;
const WRITTEN_DATE = new RegExp(`\\b(?:${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})|(\\d{1,2})(?:st|nd|rd|th)? ${MONTH},? (\\d{4}))\\b`, "gi");
const ISO_DATE = /(?<![\w.-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g;
/** Not part of a number's word, except a comma between thousands. */
const WORD = /(?:(?<=\d),(?=\d{3}(?!\d))|[^\s,;:="'`()[\]{}<>|*~–—…]|(?<=\d):(?=\d))+/g;
const NUMBER = /^[$€]?[+-]?(\d+(?:,\d{3})*(?:\.\d+)?)(%|[a-z]{1,5}|[-/][a-z]+)?$/i;
const PAIR = /^(\d+)[-/](\d+)$/;
const COMPOSITE = /^\d[\d.:/-]*\d$/;

/** In order of their place. Names with digits in them ("t3.micro", "i-0a1", "EC2"), ordinals and the numbers of a list are no claims; nor are numbers written as words. */
export function findClaims(text: string, knownArns: ReadonlySet<string>): Claim[] {
  const claims: Claim[] = [];
  let rest = text;
  const take = (kind: Claim["kind"], at: number, length: number, values: readonly number[] = [], percent = false) => {
    claims.push({ kind, text: text.slice(at, at + length), at, values, percent });
    rest = blank(rest, at, length);
  };
  for (const match of text.matchAll(ARN)) {
    if (rest[match.index] === " ") continue;
    take("arn", match.index, arnAt(text, match.index, match[0], knownArns).length);
  }
  for (const match of rest.matchAll(LIST_NUMBER)) rest = blank(rest, match.index, match[0].length);
  for (const pattern of [WRITTEN_DATE, ISO_DATE]) for (const match of rest.matchAll(pattern)) take("number", match.index, match[0].length);
  for (const match of rest.matchAll(WORD)) {
    const [word] = match;
    const lead = /^[^\p{L}\p{N}$€+-]*/u.exec(word)?.[0].length ?? 0;
    const bare = word.slice(lead).replace(/[^\p{L}\p{N}%]+$/u, "");
    const found = numberOf(bare);
    if (found) take("number", match.index + lead, bare.length, found.values, found.percent);
  }
  return claims.sort((a, b) => a.at - b.at);
}

/** A date in either writing as ISO text that evidence may contain; undefined for anything else. */
export function isoDate(claim: string): string | undefined {
  const written = new RegExp(WRITTEN_DATE.source, "i").exec(claim);
  if (written) {
    const [, monthA, dayA, yearA, dayB, monthB, yearB] = written;
    const month = MONTHS.indexOf((monthA ?? monthB ?? "").slice(0, 3).toLowerCase()) + 1;
    return `${yearA ?? yearB}-${String(month).padStart(2, "0")}-${(dayA ?? dayB ?? "").padStart(2, "0")}`;
  }
  return /^\d{4}-\d{2}-\d{2}/.test(claim) ? claim.replace(/[+-]\d{2}:?\d{2}$|Z$|\.\d+Z$/, "").replace(" ", "T") : undefined;
}

function numberOf(word: string): Pick<Claim, "values" | "percent"> | undefined {
  if (/^\d+(st|nd|rd|th)$/i.test(word)) return undefined;
  const number = NUMBER.exec(word);
  if (number) return { values: [Number((number[1] ?? "").replaceAll(",", ""))], percent: number[2] === "%" };
  const pair = PAIR.exec(word);
  if (pair) return { values: [Number(pair[1]), Number(pair[2])], percent: false };
  return COMPOSITE.test(word) ? { values: [], percent: false } : undefined;
}

/** The longest known ARN that stands here as a whole (some hold commas or blanks), or what looks like one. */
function arnAt(text: string, at: number, raw: string, known: ReadonlySet<string>): string {
  const token = raw.replace(TRAILING, "");
  if (known.has(token)) return token;
  let longest = "";
  for (const arn of known) {
    if (arn.length > longest.length && text.startsWith(arn, at) && !/^(?:[\w/@=+-]|[.,:*?$&%#~!][\w/-])/.test(text.slice(at + arn.length, at + arn.length + 2)))
      longest = arn;
  }
  return longest || token;
}

function blank(text: string, at: number, length: number): string {
  return text.slice(0, at) + " ".repeat(length) + text.slice(at + length);
}
