/** Events: who did what. */
import { type Fields, textAt, valueAt, valuesAt } from "../cells.ts";
import type { Concept, Reader } from "./concept.ts";
import { parameter } from "./phrases.ts";

/** What people do, in the past tense, and how the API's event names for it begin. */
const VERBS: readonly { readonly words: string; readonly done: string; readonly names: RegExp }[] = [
  { words: "creat|launch", done: "created", names: /^(?:Create|Run|Allocate|Register)/ },
  { words: "delet|terminat|remov", done: "deleted", names: /^(?:Delete|Terminate|Remove|Release|Deregister)/ },
  { words: "stop", done: "stopped", names: /^Stop/ },
  { words: "start", done: "started", names: /^Start/ },
  { words: "attach", done: "attached", names: /^(?:Attach|Associate)/ },
  { words: "detach", done: "detached", names: /^(?:Detach|Disassociate)/ },
  { words: "modif|updat", done: "modified", names: /^(?:Modify|Update|Put|Set)/ },
];
const MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

const verbReader: Reader = (clause) => {
  for (const { words, done, names } of VERBS) {
    const found = new RegExp(`\\b(?:${words})\\w*`, "i").exec(clause)?.[0];
    if (found !== undefined)
      return { label: `${done} something`, severity: "info", reads: [], words: [found], test: ({ fields }) => names.test(textAt(fields, "EventName") ?? "") };
  }
  return undefined;
};

/** "who deleted a bucket": events are named after what they touch ("DeleteBucket"). */
const touchedReader: Reader = parameter(
  /\b(buckets?|instances?|volumes?|snapshots?|security groups?|roles?|functions?|trails?|subnets?|vpcs?|access keys?|key pairs?)\b/i,
  ([, noun = ""]) => {
    const name = noun.toLowerCase().replace(/s$/, "").replaceAll(" ", "");
    return {
      label: `concern a ${noun.toLowerCase().replace(/s$/, "")}`,
      severity: "info",
      reads: [],
      test: ({ fields }) => (textAt(fields, "EventName") ?? "").toLowerCase().includes(name),
    };
  },
);

const userReader: Reader = parameter(
  /\b(?:by|did|has|have) (?:the )?(?:user )?["']?([\w.@-]*[\w])["']? (?:change|do|done|create|delete|changed|created|deleted)|\b(?:made |done )?by (?:the )?(?:user )?["']?(?!(?:type|account|region|runtime|state|who|whom|the|any)\b)([\w.@-]*\w)/i,
  ([, asked, by]) => {
    const user = (asked ?? by ?? "").toLowerCase();
    return { label: `were made by ${user}`, severity: "info", reads: [], test: ({ fields }) => textAt(fields, "Username")?.toLowerCase() === user };
  },
);

function changesOnly(clause: string): boolean {
  return !/\b(?:all|every|read) (?:\w+ )?(?:events?|calls?|activity)\b/i.test(clause);
}

/** ReadOnly false finds changes (CloudTrail API reference, LookupAttribute); a period narrows the time. */
function lookup(clause: string, now: Date): Readonly<Record<string, unknown>> {
  const start = startOf(clause, now);
  return {
    ...(changesOnly(clause) ? { LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }] } : {}),
    ...(start ? { StartTime: start.toISOString() } : {}),
  };
}

function startOf(clause: string, now: Date): Date | undefined {
  const [, amount = "1", unit] = /\b(?:last|past|previous) (?:(\d+) )?(minute|hour|day|week)s?\b/i.exec(clause) ?? [];
  if (unit) return new Date(now.getTime() - Number(amount) * (MS[unit.toLowerCase()] ?? 0));
  if (/\btoday\b/i.test(clause)) return new Date(`${now.toISOString().slice(0, 10)}T00:00:00.000Z`);
  if (/\bthis week\b/i.test(clause)) return new Date(now.getTime() - 7 * 86_400_000);
  return /\byesterday\b/i.test(clause) ? new Date(now.getTime() - 2 * 86_400_000) : undefined;
}

function eventName(fields: Fields): string {
  const resources = [...new Set(valuesAt(fields, "Resources.ResourceName"))].slice(0, 3).join(", ");
  return `${textAt(fields, "EventTime") ?? "?"} ${textAt(fields, "Username") ?? "somebody"}: ${textAt(fields, "EventName") ?? "?"}${resources ? ` on ${resources}` : ""}`;
}

export const EVENTS: Concept = {
  service: "cloudtrail",
  noun: "event",
  plural: "events",
  words: /\b(?:cloudtrail |audit |api |management |recent )*(?:events?|changes|activity|api calls?)\b/i,
  implied:
    /\bwho (?:has |have |recently |last )*(?:chang|creat|delet|stop|start|modif|updat|made|did|attach|detach|launch|terminat)|\bwhat (?:has |was |did |things? )?(?:\w+ )?chang(?:e|ed)\b/i,
  rank: 3,
  base: "LookupEvents",
  input: lookup,
  key: "EventId",
  name: eventName,
  joins: {},
  groups: { user: "Username", name: "EventName" },
  readers: [verbReader, touchedReader, userReader],
  otherwise: (clause) =>
    changesOnly(clause)
      ? { label: "changed something", severity: "info", reads: [], words: [], test: ({ fields }) => String(valueAt(fields, "ReadOnly")) !== "true" }
      : undefined,
};
