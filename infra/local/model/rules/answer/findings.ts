/** Findings: for each account and region the matching items, with the tables they rest on. */
import { textAt } from "../cells.ts";
import type { Item, Severity } from "../concepts/concept.ts";
import type { Evidence, Target } from "../evidence.ts";
import { offline } from "../offline.ts";
import type { Question } from "../question/question.ts";
import { accountName, nameOf, namesIn, predicate } from "./words.ts";

export interface Finding {
  readonly title: string;
  readonly severity: string;
  readonly detail: string;
  readonly resources: readonly string[];
  readonly evidence: readonly string[];
}

/** Bounds of the answer tool's schema. */
const MOST_RESOURCES = 500;
const MOST_EVIDENCE = 100;
const MOST_TITLE = 300;
const MOST_DETAIL = 1_900;

export interface Place {
  readonly account: string;
  readonly region: string;
  readonly items: readonly Item[];
}

export function placesOf(items: readonly Item[]): Place[] {
  const places = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${item.account} ${item.region}`;
    places.set(key, [...(places.get(key) ?? []), item]);
  }
  return [...places.values()]
    .flatMap((found) => (found[0] ? [{ account: found[0].account, region: found[0].region, items: found }] : []))
    .sort((a, b) => `${a.account} ${a.region}`.localeCompare(`${b.account} ${b.region}`));
}

export function findingsOf(
  question: Question,
  items: readonly Item[],
  label: string,
  severity: Severity,
  evidence: Evidence,
  targets: readonly Target[],
): Finding[] {
  const { concept, conditions } = question;
  const operations = new Set([concept.base, ...conditions.flatMap(({ reads }) => reads)]);
  return placesOf(items).map(({ account, region, items: here }) => {
    const noun = here.length === 1 ? concept.noun : concept.plural;
    const where = `${accountName(account, targets)}, ${region}`;
    const tables = evidence.tables.filter(
      (table) =>
        table.service === concept.service &&
        operations.has(table.operation) &&
        table.account === account &&
        (table.region === region || concept.region !== undefined),
    );
    return {
      title: `${here.length} ${noun} in ${where}${label ? ` ${predicate(label, here.length)}` : ""}`.slice(0, MOST_TITLE),
      severity,
      detail: offline(`${namesIn(here.map((item) => nameOf(concept, item, targets)))}.`).slice(0, MOST_DETAIL),
      resources: [...new Set(here.flatMap((item) => item.arn ?? (concept.key === undefined ? [] : (textAt(item.fields, concept.key) ?? []))))].slice(
        0,
        MOST_RESOURCES,
      ),
      evidence: tables.map(({ evidenceId }) => evidenceId).slice(0, MOST_EVIDENCE),
    };
  });
}
