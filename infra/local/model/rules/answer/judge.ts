/** Items of a question inside its scope, judged by its conditions. */
import type { Item, Severity } from "../concepts/concept.ts";
import { allOf, anyOf } from "../concepts/phrases.ts";
import type { Evidence } from "../evidence.ts";
import { itemsOf } from "../items.ts";
import type { Question } from "../question/question.ts";
import type { Scope } from "../question/scope.ts";

export interface Judged {
  /** All items in scope. */
  readonly items: readonly Item[];
  readonly matching: readonly Item[];
  readonly failing: readonly Item[];
  /** What the evidence doesn't tell, since a read of it failed or was cut. */
  readonly unknown: readonly Item[];
}

const NO_REGION = new Set(["global", "aws-global"]);

export function judge({ concept, conditions, match }: Question, evidence: Evidence, scope: Scope): Judged {
  const accounts = new Set(scope.targets.map(({ account }) => account));
  const items = itemsOf(concept, evidence).filter(
    ({ account, region }) => accounts.has(account) && (scope.regions.length === 0 || NO_REGION.has(region) || scope.regions.includes(region)),
  );
  const verdict = (item: Item) => {
    const results = conditions.map(({ test }) => test(item));
    return results.length === 0 ? true : match === "any" ? anyOf(...results) : allOf(...results);
  };
  const judged = items.map((item) => ({ item, result: verdict(item) }));
  const of = (result: boolean | undefined) => judged.filter((one) => one.result === result).map(({ item }) => item);
  return { items, matching: of(true), failing: of(false), unknown: of(undefined) };
}

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

export function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? "info";
}
