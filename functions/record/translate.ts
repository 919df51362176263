/** A state's result as events: what a person may follow, without a row of data. Pure. */
import type { z } from "zod";
import { admission, guardrailResult, orchestratorResult, reportResult } from "../shared/contracts.ts";
import type { EventDraft } from "../shared/events.ts";
import { firstIssue } from "../shared/issue.ts";
import { admitEvents } from "./states/admit.ts";
import { discoverEvents, discoverResult } from "./states/discover.ts";
import { guardrailEvents } from "./states/guardrail.ts";
import { orchestrateEvents } from "./states/orchestrate.ts";
import { reportEvents, unreadableReport } from "./states/report.ts";

export const STATES = ["Admit", "Orchestrate", "Guardrail", "Discover", "Report"] as const;
export type State = (typeof STATES)[number];

/**
 * @param state any text: an unknown state becomes an event that says so.
 * @param result what the state returned; a shape outside the contract becomes an `error` event that names
 *   the first mistake, so that the visit is not lost.
 */
export function eventsOf(state: string, result: unknown): EventDraft[] {
  switch (state) {
    case "Admit":
      return translate(state, admission, result, admitEvents);
    case "Orchestrate":
      return translate(state, orchestratorResult, result, orchestrateEvents);
    case "Guardrail":
      return translate(state, guardrailResult, result, guardrailEvents);
    case "Discover":
      return translate(state, discoverResult, result, discoverEvents);
    case "Report":
      return translate(state, reportResult, result, reportEvents, unreadableReport);
    default:
      return [unreadable(state, `no state of this name is recorded; known are ${STATES.join(", ")}`)];
  }
}

function translate<Schema extends z.ZodType>(
  state: State,
  schema: Schema,
  result: unknown,
  events: (parsed: z.infer<Schema>) => EventDraft[],
  otherwise: () => EventDraft[] = () => [],
): EventDraft[] {
  const parsed = schema.safeParse(result);
  if (parsed.success) return events(parsed.data);
  return [unreadable(state, `its result is not what the contract says: ${firstIssue(parsed.error, "(top)")}`), ...otherwise()];
}

function unreadable(state: string, reason: string): EventDraft {
  const message = `Record could not read what ${state} returned: ${reason}. The request goes on; the state's result is in the execution's history.`;
  return { type: "error", payload: { severity: "error", source: state, code: "unreadable_result", message, recoverable: true, relatedToolUseId: null } };
}
