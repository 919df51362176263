/** Record: after each state visit, its result as events with consecutive numbers (DESIGN, "Record"). */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Settings } from "../../config/settings.ts";
import type { EventDraft } from "../shared/events.ts";
import { firstIssue } from "../shared/issue.ts";
import { redactDeep } from "../shared/secrets.ts";
import { type Fitted, fitEvent } from "./fit.ts";
import type { Journal, VisitOutcome } from "./journal.ts";
import { type Kept, keptOf } from "./kept.ts";
import { NEW, partsOf, place } from "./sequence.ts";
import { eventsOf } from "./translate.ts";

export interface RecordDependencies {
  readonly journal: Journal;
  readonly settings: Pick<Settings, "deployment">;
  readonly now: () => Date;
  /** Waits that many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

export interface RecordResult extends Kept {
  /** `closed`: the request has its `execution_complete`; nothing was written. */
  readonly outcome: "recorded" | "closed";
  /** Number of the visit's last event (of the request's last one when closed). */
  readonly seq: number;
  readonly events: number;
  /** Secrets found in what the state returned. */
  readonly redactions: number;
}

/** Attempts at one transaction; the n-th wait is at most 2ⁿ × 25 ms, and 1 s. */
const MOST_ATTEMPTS = 12;
const DAY_SECONDS = 86_400;

const identity = z.object({ requestId: z.string().regex(/^req-[0-9a-f]{32}$/) });
const envelope = z.strictObject({ requestId: z.string(), visit: z.string().regex(/^[A-Za-z]{1,40}#\d{1,6}$/), state: z.string().max(60), result: z.unknown() });

/** @returns a handler that throws without a request id, for an unusable journal, and when every attempt lost its race; the machine then retries, and a retry of a written visit writes nothing. */
export function makeHandler(dependencies: RecordDependencies): (event: unknown) => Promise<RecordResult> {
  return async function record(event) {
    const { requestId } = identity.parse(event);
    const { visit, state, drafts, kept } = read(event);
    const { value: payloads, redactions } = await redactDeep(drafts.map(({ payload }) => payload));
    const fitted = drafts.map((draft, index) => fitEvent({ ...draft, payload: payloads[index] ?? draft.payload } as EventDraft));

    let events = 0;
    let seq = 0;
    for (const [index, part] of partsOf(fitted).entries()) {
      const done = await append(dependencies, { requestId, visit, part: index + 1, state }, part);
      if (done.closed) return { outcome: "closed", seq: done.seq, events, redactions, ...kept };
      seq = done.seq;
      events += done.events;
    }
    return { outcome: "recorded", seq, events, redactions, ...kept };
  };
}

/** A broken envelope is told as an event too; its visit is named after its content, so that a retry is recognised. */
function read(event: unknown): { visit: string; state: string; drafts: EventDraft[]; kept: Kept } {
  const parsed = envelope.safeParse(event);
  if (parsed.success) {
    const { visit, state, result } = parsed.data;
    return { visit, state, drafts: eventsOf(state, result), kept: keptOf(state, result) };
  }
  const visit = `unnamed-${createHash("sha256").update(JSON.stringify(event)).digest("hex").slice(0, 16)}`;
  const message = `The machine gave Record an input it does not know: ${firstIssue(parsed.error, "(top)")}.`;
  return {
    visit,
    state: "unknown",
    kept: {},
    drafts: [
      { type: "error", payload: { severity: "error", source: "record", code: "unreadable_result", message, recoverable: true, relatedToolUseId: null } },
    ],
  };
}

async function append(
  { journal, settings, now, wait, random }: RecordDependencies,
  place_: { requestId: string; visit: string; part: number; state: string },
  drafts: readonly Fitted[],
): Promise<VisitOutcome & { closed?: true }> {
  const { requestId, visit, part, state } = place_;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const before = await journal.read(requestId, visit, part);
    if (before.visit) return before.visit;
    if (before.head?.complete) return { seq: before.head.seq, events: 0, closed: true };
    const at = now();
    const { events, head } = place(requestId, state, drafts, before.head ?? NEW, at);
    const expiresAt = Math.floor(at.getTime() / 1000) + settings.deployment.retention.journalDays * DAY_SECONDS;
    const written = await journal.write({ requestId, visit, part, expectedSeq: before.head?.seq ?? 0, head, events, at, expiresAt });
    if (written === "written") return { seq: head.seq, events: events.length };
    await wait(random() * Math.min(1000, 25 * 2 ** attempt));
  }
  throw new Error(
    `journal of ${requestId}: ${MOST_ATTEMPTS} attempts to record ${visit} lost against other writers; nothing of it was written, run the state's Record again`,
  );
}
