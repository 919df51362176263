import type { ReportResult } from "../../shared/contracts.ts";
import type { EventDraft, Payload } from "../../shared/events.ts";

/** Counts of the whole journal are filled in where the events get their numbers (sequence.ts). */
const COUNTED_LATER = { eventCount: 0, agentsSpawned: 0, errors: 0 };

export function reportEvents({ durationMs, ...result }: ReportResult): EventDraft[] {
  return [complete({ ...result, duration: durationMs })];
}

/** A journal must end, or its readers wait for ever: an unreadable report ends it as failed. */
export function unreadableReport(): EventDraft[] {
  const nothing = { findings: 0, unsupported: 0, partialFailures: 0, redactions: 0, usd: 0, tokens: 0, reportKey: null, markdownKey: null };
  return [
    complete({ status: "failed", code: "report_unreadable", summary: "The request ended, but its report could not be read.", duration: null, ...nothing }),
  ];
}

function complete(payload: Omit<Payload<"execution_complete">, keyof typeof COUNTED_LATER>): EventDraft {
  return { type: "execution_complete", payload: { ...payload, ...COUNTED_LATER } };
}
