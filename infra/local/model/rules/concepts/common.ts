/** What can be asked of every kind of resource: tags, age, name. */
import { tagsIn, textAt } from "../cells.ts";
import type { Concept, Condition, Item, Reader } from "./concept.ts";
import { either, negated } from "./phrases.ts";

const KEY = `["']?([\\w.:/@-]*\\w)["']?`;
const LACK = "(?:without|with no|no|lack(?:s|ing)?|miss(?:es|ing)?|not (?:have|has|having|carry|carrying))(?: (?:a|an|any|the))?";
const HAVE = "(?:with|have|has|having|carrying|carry)(?: (?:a|an|the))?";
const VALUE = `(?:\\s*(?:=|:| equals | is | of | set to | with (?:the )?value )\\s*${KEY})`;
/** Words before "tag" that are no tag's key. */
const NO_KEYS = new Set(["any", "the", "a", "an", "all", "some", "no", "required", "resource", "have", "has", "with", "without", "missing", "not", "are", "is", "that", "and", "or"]);
const MS_PER_DAY = 86_400_000;

/** Tags, age and name readers for a concept that has them; more particular ones first. */
export function commonReaders(concept: Concept): Reader[] {
  return [...(concept.tags ? [tagReader(concept)] : []), ...(concept.created ? [ageReader(concept.created)] : []), ...(concept.key ? [nameReader(concept)] : [])];
}

/** An item's tags; undefined when they could not be read. */
export function tagsOf({ tags, base }: Concept, item: Item): Readonly<Record<string, string>> | undefined {
  if (!tags) return {};
  const fields = tags.operation === base ? item.fields : item.one(tags.operation);
  return fields && tagsIn(fields[tags.column]);
}

function tagReader(concept: Concept): Reader {
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
  for (const source of [`${HAVE} tags? (?:key |named |called )?${KEY}${VALUE}?`, `tagged (?:with |as )?${KEY}${VALUE}`, `tagged (?:with |as )${KEY}`, `${HAVE} ${KEY} tags?\\b${VALUE}?`, `${KEY} tags?${VALUE}`]) {
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

const AGE = /\b(older|newer|younger) than (\d+) (day|week|month|year)s?\b|\b(created|made|launched|changed) in the (?:last|past) (\d+) (day|week|month|year)s?\b/i;
const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** "older than 90 days", "created in the last 2 weeks"; a month is 30 days. */
export function ageIn(clause: string): { readonly older: boolean; readonly days: number; readonly words: string } | undefined {
  const match = AGE.exec(clause);
  if (!match) return undefined;
  const [words, comparison, amount, unit, , recent, recentUnit] = match;
  return { older: comparison?.toLowerCase() === "older", days: Number(amount ?? recent) * (DAYS[(unit ?? recentUnit ?? "day").toLowerCase()] ?? 1), words };
}

/** Undefined when the time is missing or no time. */
export function isOlder(time: string | undefined, days: number, now: Date): boolean | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? undefined : now.getTime() - at > days * MS_PER_DAY;
}

function ageReader(field: string): Reader {
  return (clause, now) => {
    const age = ageIn(clause);
    if (!age) return undefined;
    const test = (item: Item) => isOlder(textAt(item.fields, field), age.days, now);
    return { label: `are ${age.older ? "older" : "newer"} than ${age.days} days`, severity: "info", reads: [], words: [age.words], test: age.older ? test : (item) => negated(test(item)) };
  };
}

const NAMED = /\b(named|called|(?:whose )?names? (?:contains?|containing|includes?|including|starts? with|starting with|begins? with|beginning with|is)|(?:starting|beginning) with) ["']?([\w.-]*\w)["']?/i;

function nameReader({ key = "", tags, base }: Concept): Reader {
  return (clause) => {
    const [words, how = "", asked] = NAMED.exec(clause) ?? [];
    if (words === undefined || asked === undefined) return undefined;
    const wanted = asked.toLowerCase();
    const starts = /start|begin/i.test(how);
    const exact = /^(named|called|.*\bis)$/i.test(how);
    const fits = (name: string) => (starts ? name.startsWith(wanted) : exact ? name === wanted : name.includes(wanted));
    const names = (item: Item) => [textAt(item.fields, key), tags?.operation === base ? tagsIn(item.fields[tags.column])["Name"] : undefined];
    return { label: `have a name that ${starts ? "starts with" : exact ? "is" : "contains"} ${asked}`, severity: "info", reads: [], words: [words], test: (item) => names(item).some((name) => name !== undefined && fits(name.toLowerCase())) };
  };
}
