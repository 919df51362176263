import * as z from "zod";
import { authorizeResult, type MutationCall, type PlanStep, phase, usageEntry } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { failed, spawnMutation, todosOf } from "./told.ts";

export const authorized = z.strictObject({ authorized: authorizeResult, phase, usage: z.array(usageEntry) });

/** The phase's steps, each in its worker's call; what they came to follows as `tool_result`. */
export function authorizeEvents({ authorized: { outcome, code, reason, ruleIds, calls }, phase: turn, usage }: z.infer<typeof authorized>): EventDraft[] {
  if (outcome === "refused") return [failed("guardrail", code, reason, ruleIds)];
  const todos = todosOf({ phases: [turn] }, () => "in_progress");
  return [
    { type: "todo_update", payload: { rationale: `phase ${turn.number}: ${turn.title}`, todos, usage } },
    ...calls.flatMap((call) => [spawnMutation(call), ...turn.steps.filter(({ id }) => call.stepIds.includes(id)).map((step) => use(call, step))]),
  ];
}

function use({ callId: agentId, mode, phase: number }: MutationCall, { id: stepId, operation, input, resource }: PlanStep): EventDraft {
  return {
    type: "tool_use",
    payload: {
      tool: operation,
      input,
      status: "waiting",
      toolUseId: `${agentId}.${stepId}`,
      step: { agentId, stepId, phase: number, mode, resource },
    },
  };
}
