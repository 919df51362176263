/** What a word that begins with a digit says. Pure; words are plain (plain.ts). */

export interface NumberSaid {
  /** Two for "3/5" and "3-5"; empty for what only a cell can hold: an address, a version, digits in a name. */
  readonly values: readonly number[];
  readonly percent: boolean;
}

const MAGNITUDES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  mn: 1e6,
  mio: 1e6,
  b: 1e9,
  bn: 1e9,
  t: 1e12,
  tn: 1e12,
  dozen: 12,
  hundred: 1e2,
  thousand: 1e3,
  lakh: 1e5,
  million: 1e6,
  crore: 1e7,
  billion: 1e9,
  trillion: 1e12,
};

/** May be written without a blank after a number; anything else there is a name's. */
const UNIT = /^(?:[kmgtp]?bits?|[kmgtp]i?b|[kmgt]i|ms|s|secs?|mins?|hr?s?|d|days?|wk?s?|weeks?|months?|yr?s?|years?|x|vcpus?|iops|[kmg]bps|usd|eur)$/i;
const ORDINAL = /^\d+(?:st|nd|rd|th)$/i;
const RADIX = /^0(?:x[\da-f]+|b[01]+|o[0-7]+)$/i;
const LEADING = /^\d+(?:[,'_]\d{3}(?!\d))*(?:\.\d+)?/;
const EXPONENT = /^e[+-]?\d+$/i;
const JOINED = /^[-/]\p{L}+(?:-\p{L}+)*$/u;
const PAIR = /^(\d+)[-/](\d+)$/;
const MAGNITUDE_AFTER = /[\s-]+(k|m|mn|mio|bn|dozen|hundred|thousand|lakh|million|crore|billion|trillion)s?(?![\p{L}\p{N}])/iuy;

/** Undefined for an ordinal, which claims no number. */
export function numberOf(word: string): NumberSaid | undefined {
  if (ORDINAL.test(word)) return undefined;
  if (RADIX.test(word)) return { values: [Number(word.toLowerCase())], percent: false };
  const pair = PAIR.exec(word);
  if (pair) return { values: [Number(pair[1]), Number(pair[2])], percent: false };
  const leading = LEADING.exec(word)?.[0] ?? "";
  const value = valueWith(Number(leading.replace(/[,'_]/g, "")), word.slice(leading.length));
  return { values: leading === "" || value === undefined ? [] : [value], percent: word === `${leading}%` };
}

/** "5 million": how many further characters belong to the number that ends at `end`, and what they multiply it by. */
export function magnitudeAfter(text: string, end: number): { readonly length: number; readonly factor: number } {
  const after = new RegExp(MAGNITUDE_AFTER);
  after.lastIndex = end;
  const match = after.exec(text);
  return { length: match?.[0].length ?? 0, factor: MAGNITUDES[match?.[1]?.toLowerCase() ?? ""] ?? 1 };
}

function valueWith(value: number, rest: string): number | undefined {
  if (rest === "" || rest === "%" || UNIT.test(rest)) return scaled(value, rest);
  if (EXPONENT.test(rest)) return Number(`${value}${rest}`);
  return scaled(value, rest.replace(/^[-/]/, "")) ?? (JOINED.test(rest) ? value : undefined);
}

function scaled(value: number, suffix: string): number | undefined {
  const factor = MAGNITUDES[suffix.toLowerCase()];
  if (factor !== undefined) return value * factor;
  return suffix === "" || suffix === "%" || UNIT.test(suffix) ? value : undefined;
}
