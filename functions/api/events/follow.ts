/** GET /requests/{id}/events: JSON with a cursor, or buffered server-sent events. */
import type { RequestEvent } from "../../shared/events.ts";
import { notFound } from "../errors.ts";
import { header, json, text } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import type { RequestStore } from "../store.ts";
import type { JournalReader } from "./journal.ts";
import { integer } from "./parameters.ts";

export interface FollowDependencies {
  readonly store: RequestStore;
  readonly journal: JournalReader;
  /** Waits that many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Milliseconds: how long an EventSource's call is held when there is nothing new, how often the journal is asked, and how soon the client should come back. */
const HOLD = 5_000;
const POLL = 500;
const RETRY = 1_000;
/** One below the largest number an event's key can hold. */
const LARGEST = 99_999_998;

interface Batch {
  readonly events: RequestEvent[];
  /** Number of the last event known to the caller after this answer. */
  readonly cursor: number;
  /** Nothing comes after the cursor, ever. */
  readonly complete: boolean;
}

export function followRequest({ store, journal, wait }: FollowDependencies): Answer {
  return async (event) => {
    const requester = requesterOf(event);
    const id = requestId(event);
    const streamed = /text\/event-stream/i.test(header(event, "Accept") ?? "");
    const after = integer(event, "after", { least: 0, most: LARGEST, absent: streamed ? lastEventId(header(event, "Last-Event-ID")) : 0 });
    const limit = integer(event, "limit", { least: 1, most: 500, absent: 100 });
    if (!(await store.get(requester, id))) throw notFound();

    let batch = await readBatch(journal, id, after, limit);
    if (!streamed) return json(200, batch);
    for (let held = 0; held < HOLD && batch.events.length === 0 && !batch.complete; held += POLL) {
      await wait(POLL);
      batch = await readBatch(journal, id, after, limit);
    }
    // 204 tells an EventSource to stop reconnecting (HTML standard, "server-sent events").
    return batch.complete && batch.events.length === 0
      ? text(204, "text/event-stream", "")
      : text(200, "text/event-stream; charset=utf-8", serverSentEvents(batch.events));
  };
}

async function readBatch(journal: JournalReader, id: string, after: number, limit: number): Promise<Batch> {
  const [head, events] = await Promise.all([journal.head(id), journal.events(id, after, limit)]);
  const cursor = events.at(-1)?.seq ?? after;
  return { events, cursor, complete: events.at(-1)?.type === "execution_complete" || (head?.complete === true && cursor >= head.seq) };
}

/** What a browser sends back is what it was given; anything else starts from the first event. */
function lastEventId(value: string | undefined): number {
  return value && /^\d{1,8}$/.test(value) ? Math.min(Number(value), LARGEST) : 0;
}

function serverSentEvents(events: readonly RequestEvent[]): string {
  return [`retry: ${RETRY}\n\n`, ...events.map((event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)].join("");
}
