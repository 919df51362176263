/** Where events stand in a request's one sequence: parts that fit one transaction, and their numbers. Pure. */
import { jsonBytes } from "../shared/cut.ts";
import type { RequestEvent } from "../shared/events.ts";
import { requestEvent } from "../shared/events.ts";
import type { Fitted } from "./fit.ts";

/** A transaction holds 100 items and 4 MB (DynamoDB quotas); two items are the visit's marker and the head. */
const MOST_EVENTS = 90;
const MOST_BYTES = 3_000_000;

/** What the journal knows about a request as a whole. */
export interface Head {
  /** Number of the last event; 0: none yet. */
  readonly seq: number;
  readonly complete: boolean;
  readonly agents: number;
  readonly errors: number;
  /** The state recorded last. */
  readonly state: string;
}

export const NEW: Head = { seq: 0, complete: false, agents: 0, errors: 0, state: "" };

/** At least one part, which may be empty: a visit without events leaves its marker all the same. */
export function partsOf(drafts: readonly Fitted[]): Fitted[][] {
  const parts: Fitted[][] = [[]];
  let bytes = 0;
  for (const draft of drafts) {
    const size = jsonBytes(draft);
    if ((parts.at(-1)?.length ?? 0) >= MOST_EVENTS || bytes + size > MOST_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(draft);
    bytes += size;
  }
  return parts;
}

/** Numbers the events after `head` and counts for `execution_complete` what came before it. @throws ZodError if an event is outside the contract. */
export function place(requestId: string, state: string, drafts: readonly Fitted[], head: Head, at: Date): { events: RequestEvent[]; head: Head } {
  const events: RequestEvent[] = [];
  let { seq, complete, agents, errors } = head;
  for (const { draft, cut } of drafts) {
    seq += 1;
    const counts = draft.type === "execution_complete" ? { eventCount: seq, agentsSpawned: agents, errors } : {};
    if (draft.type === "sub_agent_spawn") agents += 1;
    if (draft.type === "error") errors += 1;
    if (draft.type === "execution_complete") complete = true;
    events.push(
      requestEvent.parse({
        id: `${requestId}-${seq}`,
        seq,
        type: draft.type,
        timestamp: at.toISOString(),
        payload: { ...draft.payload, ...counts },
        ...(cut ? { cut } : {}),
      }),
    );
  }
  return { events, head: { seq, complete, agents, errors, state } };
}
