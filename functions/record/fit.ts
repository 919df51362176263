/** Keeps an event inside one DynamoDB item: long texts and lists are shortened, with counts of what was cut. Pure. */
import { jsonBytes } from "../shared/cut.ts";
import type { EventDraft } from "../shared/events.ts";

/** UTF-8 bytes of an event's JSON. An item may hold 400 KB (DynamoDB quota); the rest is keys and margin. */
const MOST_BYTES = 350_000;
/** Tried in order until the event fits: most characters of a text, most items of a list. */
const STEPS = [
  { characters: 50_000, items: 1000 },
  { characters: 10_000, items: 300 },
  { characters: 2_000, items: 100 },
  { characters: 500, items: 30 },
  { characters: 200, items: 5 },
] as const;

export interface Fitted {
  readonly draft: EventDraft;
  /** Path in the payload → characters or items removed. */
  readonly cut?: Record<string, number>;
}

/** An event that no step makes small enough is replaced by an `error` event that names it. */
export function fitEvent(draft: EventDraft, mostBytes: number = MOST_BYTES): Fitted {
  if (jsonBytes(draft) <= mostBytes) return { draft };
  for (const step of STEPS) {
    const cut: Record<string, number> = {};
    const payload = shorten(draft.payload, "", step, cut);
    if (jsonBytes({ type: draft.type, payload, cut }) <= mostBytes) return { draft: { type: draft.type, payload } as EventDraft, cut };
  }
  const message = `An event of type ${draft.type} had ${jsonBytes(draft)} bytes, more than the journal keeps of one event (${mostBytes}), and was left out.`;
  return {
    draft: { type: "error", payload: { severity: "warning", source: "record", code: "event_too_large", message, recoverable: true, relatedToolUseId: null } },
  };
}

function shorten(value: unknown, path: string, step: (typeof STEPS)[number], cut: Record<string, number>): unknown {
  if (typeof value === "string") {
    if (value.length <= step.characters) return value;
    const kept = value.slice(0, step.characters).toWellFormed();
    cut[path] = value.length - step.characters;
    return `${kept} […]`;
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, step.items).map((item, index) => shorten(item, `${path}.${index}`, step, cut));
    if (kept.length < value.length) cut[path] = value.length - kept.length;
    return kept;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item, path === "" ? key : `${path}.${key}`, step, cut)]));
}
