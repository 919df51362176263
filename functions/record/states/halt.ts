import type { HaltResult } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { failed } from "./told.ts";

/** Recorded only where it ends the request. */
export function haltEvents({ outcome, by, reason }: HaltResult): EventDraft[] {
  return outcome === "go" ? [] : [failed("halt", outcome, `${outcome === "halted" ? "Everything was halted" : "The request was stopped"} by ${by}: ${reason}`)];
}
