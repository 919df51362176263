/** A text as words and punctuation, for the reading of accounts. Pure, linear in the text. */

export interface Token {
  /** Lower-case; "'s" and hyphens at the end removed. */
  readonly word: string;
  /** Not a part of a longer name, as in acme-logs.example.com or acme-logs-*. */
  readonly whole: boolean;
}

/** An ARN or a URL is one token: an account id in it is a value. */
const TOKEN = /arn:\S+|[a-z]{2,10}:\/\/\S+|[\p{L}\p{N}_][\p{L}\p{N}_-]*(?:'\p{L}+)?|[,;.!?&+/]/gu;
const WORD_BEFORE = /[\p{L}\p{N}.@-]/u;
const WORD_BEHIND = /^(?:[@*-]|\.[\p{L}\p{N}])/u;

/** Other scripts' hyphens and digits are read as plain ones; invisible characters and quotes are not read. */
export function* tokens(text: string): Generator<Token> {
  const plain = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[\u2010\u2011\u2212]/g, "-")
    .replaceAll("\u2019", "'")
    .toLowerCase();
  for (const { 0: found, index } of plain.matchAll(TOKEN)) {
    const [before, behind] = [plain[index - 1] ?? " ", plain.slice(index + found.length, index + found.length + 2)];
    if (found === "." && /^[\p{L}\p{N}]/u.test(behind)) continue;
    yield { word: found.replace(/'s$/, "").replace(/-{1,50}$/, ""), whole: !found.endsWith("-") && !WORD_BEFORE.test(before) && !WORD_BEHIND.test(behind) };
  }
}
