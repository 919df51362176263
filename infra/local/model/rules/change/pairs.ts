/** Tags as people write them: "Owner=web-team", "CostCenter CC-1001", quoted values. */

const VALUE = `"[^"]{1,256}"|'[^']{1,256}'|[\\w.:/@+-]*\\w`;
const PAIR = new RegExp(`\\b([A-Za-z][\\w.:/-]*?)\\s*[=:]\\s*(${VALUE})`, "g");
const SAID = new RegExp(`\\b(?:tag )?([A-Za-z][\\w.:/-]*) (?:to|is|with (?:the )?value|of) (${VALUE})`, "g");

export interface Pairs {
  readonly tags: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** "Owner=x-team, CostCenter=CC-1001". */
export function pairsIn(text: string): Pairs {
  return collect(text.matchAll(PAIR));
}

/** "the tag Owner to x-team". */
export function saidPairIn(text: string): Pairs {
  return collect(text.matchAll(SAID));
}

function collect(matches: Iterable<RegExpMatchArray>): Pairs {
  const found = [...matches];
  return {
    tags: Object.fromEntries(found.map(([, key = "", value = ""]) => [key, value.replace(/^["']|["']$/g, "")])),
    words: found.map(([words]) => words),
  };
}
