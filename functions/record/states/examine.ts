import * as z from "zod";
import { examineResult, usageEntry } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { plural, todosOf, verdictEvents } from "./told.ts";

export const examined = z.strictObject({ examined: examineResult, usage: z.array(usageEntry) });

/** A plan that waits is shown by `permission_request`; one that becomes an artifact has no other event that holds it. */
export function examineEvents({ examined: { verdict, plan, planHash }, usage }: z.infer<typeof examined>): EventDraft[] {
  const events = verdictEvents(verdict);
  if (plan === null) return events;
  const rationale = `${plural(plan.phases.length, "phase")}, ${plural(plan.blastRadius.count, "resource")}, risk ${plan.risk}`;
  events.push({ type: "todo_update", payload: { rationale, todos: todosOf(plan, () => "pending"), usage } });
  if (verdict.decision === "artifact")
    events.push({ type: "tool_use", payload: { tool: "artifact", input: { plan, planHash }, status: "started", toolUseId: "artifact" } });
  return events;
}
