import type { GuardrailResult, RefusedTask, WorkerCall } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";

export function guardrailEvents({ verdict, scope, calls, refused }: GuardrailResult): EventDraft[] {
  const events: EventDraft[] = refused.map(refusal);
  if (verdict.decision === "refuse") events.push(warn("guardrail_refused", verdict.reason, verdict.ruleIds));
  if (scope.advisement !== undefined) events.push({ type: "message", payload: { kind: "advisement", content: scope.advisement, delta: false } });
  return [...events, ...calls.map(spawn)];
}

export function spawn({ callId, worker, service, reads, objective, targets }: WorkerCall): EventDraft {
  const task = { service, reads: reads.map(({ operation }) => operation), objective: objective ?? null, targets };
  return { type: "sub_agent_spawn", payload: { agentId: callId, agentName: worker, model: objective === undefined ? null : "haiku", task } };
}

function refusal({ service, code, reason, ruleIds }: RefusedTask): EventDraft {
  return warn(code, `Task for ${service} refused: ${reason}`, ruleIds);
}

/** A refusal is a warning: the planner is told and may choose another task. */
function warn(code: string, message: string, ruleIds: string[]): EventDraft {
  return { type: "error", payload: { severity: "warning", source: "guardrail", code, message, recoverable: true, relatedToolUseId: null, ruleIds } };
}
