/** A person's text made easy to match: plain quotes, no contractions, single spaces; capitals stay. */
const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\b(is|are|was|were|do|does|did|has|have|had|could|should|would)n['’]t\b/gi, "$1 not"],
  [/\bcan['’]?t\b|\bcannot\b/gi, "can not"],
  [/\bwon['’]t\b/gi, "will not"],
  [/\b(what|who|where|that|there|it)['’]s\b/gi, "$1 is"],
];

/** "without both A and B" says "without" of each. */
const BOTH = /\b(without|with|lack|lacks|lacking|have no|has no|have|has) (both|either) ([\w-]+) (and|or) ([\w-]+)/gi;

export function normalize(text: string): string {
  const plain = text.replace(/[“”]/g, '"').replace(/[‘’]/g, "'");
  const whole = CONTRACTIONS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), plain)
    .replace(/\s+/g, " ")
    .trim();
  return whole.replace(BOTH, "$1 $3 $4 $1 $5");
}

/** Sentences, and within them parts that ask something of their own: "…, and how many …". */
export function clausesOf(text: string): string[] {
  return sentencesOf(text)
    .flatMap((sentence) => sentence.split(/(?:,\s*(?:and\s+)?|\s+and\s+|;\s*)(?=(?:which|how many|what|list|show|who|are there|is there|are any|do any)\b)/i))
    .filter((clause) => /\w/.test(clause));
}

export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.?!])\s+(?=[A-Za-z"'])|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
