/** One question: about which items, under which conditions, in which form. */
import { commonReaders } from "../concepts/common.ts";
import type { Concept, Condition } from "../concepts/concept.ts";
import { CONCEPTS } from "../concepts/index.ts";

export interface Question {
  readonly concept: Concept;
  readonly conditions: readonly Condition[];
  /** Whether an item must meet every condition, or one of them. */
  readonly match: "all" | "any";
  /** `every`: "are all …?"; `any`: "is there …?". */
  readonly form: "list" | "count" | "any" | "every";
  /** The base's field of a breakdown ("by runtime"). */
  readonly group: string | undefined;
  /** The base read's input. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Words it was understood from. */
  readonly words: readonly string[];
}

/** The questions of a clause; none when it names nothing the rules know. @param before what the clause before asked about. */
export function questionsIn(clause: string, before: Concept | undefined, now: Date): Question[] {
  const nouns = nounsIn(clause);
  const implied = CONCEPTS.find((concept) => concept.implied?.test(clause));
  const top = Math.max(...nouns.map(({ concept }) => concept.rank ?? 0));
  const main = nouns.find(({ concept }) => (concept.rank ?? 0) === top);
  if (implied && (!main || (implied.rank ?? 0) > top)) return [toQuestion(implied, clause, [implied.implied?.exec(clause)?.[0] ?? ""], now)];
  if (!main) return before && /^(?:and )?(?:which|how many|what|are|is|list|show)\b/i.test(clause) ? [toQuestion(before, clause, [], now)] : [];
  return coordinated(clause, nouns, main).map(({ concept, words }) => toQuestion(concept, clause, [words], now));
}

/** What a clause says of items of this kind, whatever nouns it has. */
export function questionAbout(concept: Concept, clause: string, now: Date): Question {
  const words = [...clause.matchAll(new RegExp(concept.words, "gi"))].map(([found]) => found);
  return toQuestion(concept, clause, words, now);
}

interface Noun {
  readonly concept: Concept;
  readonly at: number;
  readonly words: string;
}

/** In order of their place; where two overlap the longer one counts. */
function nounsIn(clause: string): Noun[] {
  const all = CONCEPTS.flatMap((concept) =>
    [...clause.matchAll(new RegExp(concept.words, "gi"))].map((match) => ({ concept, at: match.index, words: match[0] })),
  );
  return all
    .filter(
      (noun) =>
        !all.some(
          (other) =>
            other !== noun && other.at < noun.at + noun.words.length && noun.at < other.at + other.words.length && other.words.length > noun.words.length,
        ),
    )
    .sort((a, b) => a.at - b.at);
}

/** The main noun and those joined to it by nothing but "and": "buckets, volumes and snapshots". */
function coordinated(clause: string, nouns: readonly Noun[], main: Noun): Noun[] {
  const chain = [main];
  let last = main;
  for (const noun of nouns.slice(nouns.indexOf(main) + 1)) {
    if (!/^\s*(?:,|and|or|&|, and|, or)\s*(?:(?:ebs|ec2|iam|s3|lambda|the|all|any)\s+)?$/i.test(clause.slice(last.at + last.words.length, noun.at))) break;
    if (!chain.some(({ concept }) => concept === noun.concept)) chain.push(noun);
    last = noun;
  }
  return chain;
}

function toQuestion(concept: Concept, clause: string, words: readonly string[], now: Date): Question {
  const conditions: Condition[] = [];
  let rest = clause;
  // Tags first: "with the tag public" says nothing about being public.
  for (const reader of [...commonReaders(concept).slice(0, concept.tags ? 1 : 0), ...concept.readers, ...commonReaders(concept).slice(concept.tags ? 1 : 0)]) {
    const condition = reader(rest, now);
    if (!condition) continue;
    conditions.push(condition);
    // A word that was understood once is not understood again as something else.
    for (const used of condition.words) rest = rest.replace(used, " ; ");
  }
  const otherwise = conditions.length === 0 ? concept.otherwise?.(clause, now) : undefined;
  if (otherwise) conditions.push(otherwise);
  const [groupWords, grouped] = /\b(?:by|per|for each|each) (\w+)\b/i.exec(clause) ?? [];
  const group = grouped === undefined ? undefined : concept.groups?.[grouped.toLowerCase()];
  return {
    concept,
    conditions,
    match: conditions.length > 1 && /\bor\b/i.test(rest) ? "any" : "all",
    form: formOf(clause),
    group,
    input: concept.input?.(clause, now) ?? {},
    words: [...words, ...conditions.flatMap((condition) => condition.words), ...(group && groupWords ? [groupWords] : [])],
  };
}

function formOf(clause: string): Question["form"] {
  if (/\b(?:how many|count|number of|how much)\b/i.test(clause)) return "count";
  if (/^(?:and )?(?:are|do|does|is|have|has) (?:\w+ ){0,3}(?:all|every|each)\b/i.test(clause)) return "every";
  if (/^(?:and )?(?:are|is|do|does|did|have|has|any)\b/i.test(clause)) return "any";
  return "list";
}
