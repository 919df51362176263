/** What can be asked of every kind of resource: tags, age, name. */
import { tagsIn, textAt } from "../cells.ts";
import type { Concept, Item, Reader } from "./concept.ts";
import { negated } from "./phrases.ts";
import { tagReader } from "./tags.ts";

const MS_PER_DAY = 86_400_000;

/** Tags, age and name readers for a concept that has them; more particular ones first. */
export function commonReaders(concept: Concept): Reader[] {
  return [
    ...(concept.tags ? [tagReader(concept)] : []),
    ...(concept.created ? [ageReader(concept.created)] : []),
    ...(concept.key ? [nameReader(concept)] : []),
  ];
}

const AGE =
  /\b(older|newer|younger) than (\d+) (day|week|month|year)s?\b|\b(created|made|launched|changed) in the (?:last|past) (\d+) (day|week|month|year)s?\b/i;
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
    return {
      label: `are ${age.older ? "older" : "newer"} than ${age.days} days`,
      severity: "info",
      reads: [],
      words: [age.words],
      test: age.older ? test : (item) => negated(test(item)),
    };
  };
}

const NAMED =
  /\b(named|called|(?:whose )?names? (?:contains?|containing|includes?|including|starts? with|starting with|begins? with|beginning with|is)|(?:starting|beginning) with) ["']?([\w.-]*\w)["']?/i;

function nameReader({ key = "", tags, base }: Concept): Reader {
  return (clause) => {
    const [words, how = "", asked] = NAMED.exec(clause) ?? [];
    if (words === undefined || asked === undefined) return undefined;
    const wanted = asked.toLowerCase();
    const starts = /start|begin/i.test(how);
    const exact = /^(named|called|.*\bis)$/i.test(how);
    const fits = (name: string) => (starts ? name.startsWith(wanted) : exact ? name === wanted : name.includes(wanted));
    const names = (item: Item) => [textAt(item.fields, key), tags?.operation === base ? tagsIn(item.fields[tags.column]).Name : undefined];
    return {
      label: `have a name that ${starts ? "starts with" : exact ? "is" : "contains"} ${asked}`,
      severity: "info",
      reads: [],
      words: [words],
      test: (item) => names(item).some((name) => name !== undefined && fits(name.toLowerCase())),
    };
  };
}
