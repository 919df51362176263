/** Tags: having none, having or lacking one. */
import { tagsIn } from "../cells.ts";
import type { Concept, Condition, Item, Reader } from "./concept.ts";
import { either, negated } from "./phrases.ts";

const KEY = `["']?([\\w.:/@-]*\\w)["']?`;
const LACK = "(?:without|with no|no|lack(?:s|ing)?|miss(?:es|ing)?|not (?:have|has|having|carry|carrying))(?: (?:a|an|any|the))?";
const HAVE = "(?:with|have|has|having|carrying|carry)(?: (?:a|an|the))?";
const VALUE = `(?:\\s*(?:=|:| equals | is | of | set to | with (?:the )?value )\\s*${KEY})`;
/** Words before "tag" that are no tag's key. */
const NO_KEYS = new Set("any the a an all some no required resource have has with without missing not are is that and or".split(" "));

/** An item's tags; undefined when they could not be read. */
export function tagsOf({ tags, base }: Concept, item: Item): Readonly<Record<string, string>> | undefined {
  if (!tags) return {};
  const fields = tags.operation === base ? item.fields : item.one(tags.operation);
  return fields && tagsIn(fields[tags.column]);
}

export function tagReader(concept: Concept): Reader {
  const reads = concept.tags && concept.tags.operation !== concept.base ? [concept.tags.operation] : [];
  const untagged = either({
    yes: [`${LACK} tags?\\b(?! (?:key |named |called )?["'\\w])`, "not tagged(?! (?:with|as))", "un-?tagged"],
    no: ["(?:have|has|with|having)(?: any| some)? tags\\b(?! [\"'\\w]+\\s*=)", "tagged(?! (?:with|as) )(?![ ]*[\"'\\w]+\\s*=)"],
    label: "have no tags",
    opposite: "have tags",
    severity: "low",
    reads,
    test: (item) => {
      const found = tagsOf(concept, item);
      return found && Object.keys(found).length === 0;
    },
  });
  return (clause) => keyed(concept, clause, reads) ?? untagged(clause, new Date(0));
}

function keyed(concept: Concept, clause: string, reads: readonly string[]): Condition | undefined {
  const holds = (key: string, value: string | undefined) => (item: Item) => {
    const found = tagsOf(concept, item);
    return found && Object.entries(found).some(([name, content]) => same(name, key) && (value === undefined || same(content, value)));
  };
  for (const source of [`${LACK} tags? (?:key |named |called )?${KEY}`, `${LACK} ${KEY} tags?\\b`, `not tagged (?:with |as )?${KEY}`]) {
    const match = new RegExp(`(?<![\\w-])${source}${VALUE}?`, "i").exec(clause);
    const [words, key, value] = match ?? [];
    if (words === undefined || key === undefined || NO_KEYS.has(key.toLowerCase())) continue;
    const has = holds(key, value);
    return { label: `have no tag ${key}${value === undefined ? "" : `=${value}`}`, severity: "low", reads, words: [words], test: (item) => negated(has(item)) };
  }
  for (const source of [
    `${HAVE} tags? (?:key |named |called )?${KEY}${VALUE}?`,
    `tagged (?:with |as )?${KEY}${VALUE}`,
    `tagged (?:with |as )${KEY}`,
    `${HAVE} ${KEY} tags?\\b${VALUE}?`,
    `${KEY} tags?${VALUE}`,
  ]) {
    const match = new RegExp(`(?<![\\w-])${source}`, "i").exec(clause);
    const [words, key, value] = match ?? [];
    if (words === undefined || key === undefined || NO_KEYS.has(key.toLowerCase())) continue;
    return { label: `have the tag ${key}${value === undefined ? "" : `=${value}`}`, severity: "info", reads, words: [words], test: holds(key, value) };
  }
  return undefined;
}

/** As it is written when it has capitals, as tags are; otherwise people's lower case means any. */
function same(actual: string, asked: string): boolean {
  return /[A-Z]/.test(asked) ? actual === asked : actual.toLowerCase() === asked;
}
