/** What the events of several states of a change have in common. Pure. */
import type { MutationCall, Plan, PlanStep, Verdict } from "../../shared/contracts.ts";
import type { EventDraft, Payload } from "../../shared/events.ts";

type Todo = Payload<"todo_update">["todos"][number];

/** Something that ends the request, or its change. */
export function failed(source: string, code: string, message: string, ruleIds?: string[]): EventDraft {
  return {
    type: "error",
    payload: { severity: "error", source, code, message, recoverable: false, relatedToolUseId: null, ...(ruleIds ? { ruleIds } : {}) },
  };
}

export function verdictEvents(verdict: Verdict): EventDraft[] {
  const { decision, code, reason, ruleIds } = verdict;
  return [
    { type: "message", payload: { kind: "verdict", content: `${decision} (${code}): ${reason}`, delta: false, verdict } },
    ...(decision === "refuse" ? [failed("guardrail", code, reason, ruleIds)] : []),
  ];
}

/** Sonnet looks at a step before it is applied; an undo has no model. */
export function spawnMutation({ callId, worker, service, account, region, stepIds, mode, phase }: MutationCall): EventDraft {
  const task = { service, reads: [], objective: null, targets: [{ account, region }], steps: stepIds, mode, phase };
  return { type: "sub_agent_spawn", payload: { agentId: callId, agentName: worker, model: mode === "apply" ? "sonnet" : null, task } };
}

export function todosOf({ phases }: Pick<Plan, "phases">, statusOf: (step: PlanStep) => Todo["status"]): Todo[] {
  return phases.flatMap(({ steps }) => steps.map((step) => ({ content: `${step.id} ${step.operation} ${step.resource}`, status: statusOf(step) })));
}

export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
