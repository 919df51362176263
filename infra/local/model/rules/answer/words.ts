/** Small words of answers: names, lists, agreement. */
import { tagsIn, textAt } from "../cells.ts";
import type { Concept, Item } from "../concepts/concept.ts";
import type { Target } from "../evidence.ts";

/** Names written out in one list. */
const MOST_NAMES = 20;

export function nameOf(concept: Concept, item: Item, targets: readonly Target[]): string {
  if (concept.key === undefined) return accountName(item.account, targets);
  if (concept.name) return concept.name(item.fields);
  const id = textAt(item.fields, concept.key) ?? item.arn ?? "(no name)";
  const name = concept.tags?.operation === concept.base ? tagsIn(item.fields[concept.tags.column]).Name : undefined;
  return name && name !== id ? `${name} (${id})` : id;
}

export function accountName(account: string, targets: readonly Target[]): string {
  const target = targets.find((one) => one.account === account);
  return target ? `${target.name} (${account})` : account;
}

/** At most 20 names; how many there are in all is said instead of how many are left, since that number is in the evidence. */
export function namesIn(names: readonly string[]): string {
  return names.length <= MOST_NAMES ? names.join(", ") : `${names.slice(0, MOST_NAMES).join(", ")} and more, ${names.length} in all`;
}

const SINGULAR: Readonly<Record<string, string>> = {
  are: "is",
  were: "was",
  have: "has",
  "don't": "doesn't",
  let: "lets",
  require: "requires",
  trust: "trusts",
  run: "runs",
  assign: "assigns",
  block: "blocks",
};

/** "are public" → "is public" for one. */
export function predicate(label: string, count: number): string {
  if (count !== 1) return label;
  const [verb = "", ...rest] = label.split(" ");
  return [SINGULAR[verb] ?? verb, ...rest].join(" ");
}
