import type { PlanReadsResult } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { spawn } from "./guardrail.ts";
import { verdictEvents } from "./told.ts";

export function planReadsEvents({ verdict, calls }: PlanReadsResult): EventDraft[] {
  return verdict === null ? calls.map(spawn) : verdictEvents(verdict);
}

/** PlanVerify: the last look at everything that was changed. */
export function planVerifyEvents({ calls }: Pick<PlanReadsResult, "calls">): EventDraft[] {
  return calls.map(spawn);
}
