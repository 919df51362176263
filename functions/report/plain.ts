/** Text as a reader takes it: one form for look-alikes, nothing hidden. Pure. */

export interface Plain {
  readonly text: string;
  /** The part of the original, in UTF-16 units, that became text[from..to). */
  readonly origin: (from: number, to: number) => { readonly at: number; readonly end: number };
}

/** Format characters, what is drawn as nothing, and marks drawn around a character (a keycap). */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Me}]/gu;
/** A character with its marks, as they are composed together; more marks than any script has are a cluster of their own. */
const CLUSTER = /\P{M}\p{M}{0,16}|\p{M}{1,16}/gu;
const DIGIT = /\p{Nd}/u;

/** NFKC, without hidden characters, with the digits of every script as 0 to 9. */
export function plainText(text: string): Plain {
  if (/^[\n\r\t -~]*$/.test(text)) return { text, origin: (at, end) => ({ at, end }) };
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const plain = [...cluster.normalize("NFKC").replace(HIDDEN, "")].map(digit).join("");
    parts.push(plain);
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(index);
      ends.push(index + cluster.length);
    }
  }
  return { text: parts.join(""), origin: (from, to) => ({ at: starts[from] ?? text.length, end: ends[to - 1] ?? text.length }) };
}

/** Unicode keeps the digits of a script together, zero first, so that the distance to their start tells the value. */
function digit(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 128 || !DIGIT.test(character)) return character;
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return String((code - start) % 10);
}
