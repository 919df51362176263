/** Finds what a text claims that evidence can carry: ARNs, numbers, names with digits. Pure; knows nothing of what is true. */
import { findArns, type KnownArns } from "./arns.ts";
import { magnitudeAfter, type NumberSaid, numberOf } from "./numbers.ts";
import { isVocabulary } from "./vocabulary.ts";

export interface Claim extends NumberSaid {
  readonly kind: "arn" | "number";
  readonly text: string;
  /** Index in the text, in UTF-16 units. */
  readonly at: number;
}

type Span = Pick<Claim, "text" | "at">;

const LIST_NUMBER = /^[ \t]*(?:[-*+#]+[ \t]+)?\d+[.)](?=\s)/gm;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH = `(${MONTHS.join("|")})[a-z]*\\.?`;
const WRITTEN_DATE = new RegExp(`\\b(?:${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})|(\\d{1,2})(?:st|nd|rd|th)? ${MONTH},? (\\d{4}))\\b`, "gi");
const ISO_DATE = /(?<![\w.-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\p{L}\p{N}_])/gu;
/** Not part of a word, except a comma or an apostrophe between thousands and a colon between digits. */
const WORD = /(?:(?<=\d)[,'](?=\d{3}(?!\d))|[^\s,;:="'`()[\]{}<>|*~–—…]|(?<=\d):(?=\d))+/g;
const DIGIT = /\p{N}/u;

/**
 * In order of their place, of a plain text (plain.ts). Every word with a digit is a claim, save the vocabulary
 * of services and protocols ("EC2"), ordinals and the numbers of a list; numbers written as words are none.
 */
export function findClaims(text: string, known: KnownArns): Claim[] {
  const arns = findArns(text, known);
  const unlisted = without(text, arns);
  const plain = without(unlisted, spans(unlisted, LIST_NUMBER));
  const written = spans(plain, WRITTEN_DATE);
  const undated = without(plain, written);
  const iso = spans(undated, ISO_DATE);
  const rest = without(undated, iso);
  return [
    ...arns.map((span): Claim => ({ ...span, kind: "arn", values: [], percent: false })),
    ...[...written, ...iso].map((span): Claim => ({ ...span, kind: "number", values: [], percent: false })),
    ...spans(rest, WORD)
      .flatMap(parts)
      .flatMap((part) => claimOf(part, rest)),
  ].sort((a, b) => a.at - b.at);
}

/** A date in either writing as ISO text that evidence may contain; undefined for anything else. */
export function isoDate(claim: string): string | undefined {
  const written = new RegExp(WRITTEN_DATE.source, "i").exec(claim);
  if (written) {
    const [, monthA, dayA, yearA, dayB, monthB, yearB] = written;
    const month = MONTHS.indexOf((monthA ?? monthB ?? "").slice(0, 3).toLowerCase()) + 1;
    return `${yearA ?? yearB}-${String(month).padStart(2, "0")}-${(dayA ?? dayB ?? "").padStart(2, "0")}`;
  }
  return /^\d{4}-\d{2}-\d{2}(?:$|[T ]\d{2}:)/.test(claim) ? claim.replace(/[+-]\d{2}:?\d{2}$|Z$|\.\d+Z$/, "").replace(" ", "T") : undefined;
}

/** A path's or an alternative's words one by one ("S3/EC2"); "10.0.0.0/16" and "3/5" stay one. */
function parts(word: Span): Span[] {
  const whole = bare(word);
  if (!whole.text.includes("/") || DIGIT.test(whole.text.charAt(0)) || isVocabulary(whole.text)) return [whole];
  return spans(whole.text, /[^/]+/g).map(({ text, at }) => bare({ text, at: whole.at + at }));
}

function claimOf({ text, at }: Span, context: string): Claim[] {
  if (!DIGIT.test(text) || isVocabulary(text)) return [];
  const version = /^v\d/i.test(text) ? 1 : 0;
  if (!/^\d/.test(text.slice(version))) return [{ kind: "number", text, at, values: [], percent: false }];
  const said = numberOf(text.slice(version));
  if (!said) return [];
  const end = at + text.length;
  const after = said.values.length === 1 && !said.percent ? magnitudeAfter(context, end) : { length: 0, factor: 1 };
  const from = at - (/[$€£]/.test(context.charAt(at - 1)) ? 1 : 0);
  return [
    {
      kind: "number",
      text: context.slice(from, end + after.length),
      at: from,
      values: said.values.map((value) => value * after.factor),
      percent: said.percent,
    },
  ];
}

/** Without what is neither letter nor digit at its ends, a percent sign at the end aside. */
function bare({ text, at }: Span): Span {
  const lead = /^[^\p{L}\p{N}]*/u.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > lead && !/[\p{L}\p{N}%]$/u.test(text.slice(Math.max(lead, end - 2), end))) end--;
  return { text: text.slice(lead, end), at: at + lead };
}

function spans(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({ text: match[0], at: match.index }));
}

/** Blanks in their place, so that no index moves; the spans are in order and don't overlap. */
function without(text: string, taken: readonly Span[]): string {
  let end = 0;
  const kept = taken.map((span) => {
    const before = text.slice(end, span.at);
    end = span.at + span.text.length;
    return before + " ".repeat(span.text.length);
  });
  return kept.join("") + text.slice(end);
}
