/** Which reads a request needs, of those that are offered. */
import type { Read } from "./catalog.ts";
import { type Evidence, wasAsked } from "./evidence.ts";
import { itemsOf } from "./items.ts";
import type { Understood } from "./question/understand.ts";
import { scoreRead } from "./score.ts";

export interface Need {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Least points of a read that a text without known nouns may mean, and how many are taken. */
const LEAST_POINTS = 3;
const MOST_READS = 3;

/** Every base and join of the questions, once. */
export function readsNeeded({ questions }: Understood): Need[] {
  const needs = questions.flatMap(({ concept: { service, base }, conditions, input }): Need[] => [
    { service, operation: base, input },
    ...conditions.flatMap(({ reads }) => reads.map((operation): Need => ({ service, operation, input: {} }))),
  ]);
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

/** For a text without known nouns: the offered reads that share the most words with it. */
export function readsByWords(text: string, offered: readonly Read[]): Need[] {
  const scored = offered.map((read) => ({ read, points: scoreRead(text, read.operation, read.text) })).sort((a, b) => b.points - a.points);
  const best = scored[0]?.points ?? 0;
  return scored
    .filter(({ points }) => points >= LEAST_POINTS && points >= best * 0.7)
    .slice(0, MOST_READS)
    .map(({ read: { service, operation } }) => ({ service, operation, input: {} }));
}

/** Needs nobody asked for yet. A join of nothing is not needed. */
export function stillMissing(needs: readonly Need[], { questions }: Understood, evidence: Evidence): Need[] {
  return needs.filter(({ service, operation }) => {
    if (wasAsked(evidence, service, operation)) return false;
    const joined = questions.filter(({ concept }) => concept.service === service && Object.hasOwn(concept.joins, operation));
    return (
      joined.length === 0 ||
      questions.some(({ concept }) => concept.base === operation) ||
      joined.some(({ concept }) => !wasAsked(evidence, service, concept.base) || itemsOf(concept, evidence).length > 0)
    );
  });
}
