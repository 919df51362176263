import * as z from "zod";
import {
  type MutationCrash,
  type MutationResult,
  mutationCall,
  mutationCrash,
  mutationResult,
  plan,
  type StepOutcome,
  usageEntry,
} from "../../shared/contracts.ts";
import { IS_WELL, standings } from "../../shared/effects.ts";
import type { EventDraft, Payload } from "../../shared/events.ts";
import { mergeUsage } from "../../shared/usage.ts";
import { todosOf } from "./told.ts";

const work = z.union([mutationResult, mutationCrash]);
export type Worked = MutationResult | MutationCrash;

/** All workers' results so far, the one to be told last. */
export const mutated = z.strictObject({ call: mutationCall, mutations: z.array(work).min(1), plan, usage: z.array(usageEntry) });

export function mutateEvents({ call, mutations, plan: { phases }, usage }: z.infer<typeof mutated>): EventDraft[] {
  const worked = mutations.at(-1);
  if (worked === undefined) return [];
  const operations = new Map(phases.flatMap(({ steps }) => steps.map(({ id, operation }) => [id, operation])));
  const told = "crashed" in worked ? [] : worked.outcomes.flatMap((outcome) => outcomeEvents(worked, outcome, operations.get(outcome.stepId) ?? "unknown"));
  const spent = "crashed" in worked ? usage : mergeUsage([...usage, ...worked.usage]);
  const left = standings(mutations);
  const todos = todosOf({ phases }, ({ id }) => (left.get(id) === "done" ? "completed" : left.get(id) === "unknown" ? "in_progress" : "pending"));
  const rationale = call.mode === "undo" ? "rolling back" : `phase ${call.phase}`;
  return [...told, ...completeEvents(worked), { type: "todo_update", payload: { rationale, todos, usage: spent } }];
}

function outcomeEvents({ callId: agentId, worker, phase, mode }: MutationResult, outcome: StepOutcome, tool: string): EventDraft[] {
  const { stepId, message, failure } = outcome;
  const toolUseId = `${agentId}.${stepId}`;
  const well = IS_WELL.has(outcome.outcome);
  const result: EventDraft = {
    type: "tool_result",
    payload: { toolUseId, tool, output: outcome, exitCode: well ? 0 : 1, error: well ? null : message, step: { agentId, stepId, phase, mode } },
  };
  if (well || outcome.outcome === "not_run") return [result];
  return [
    result,
    error(worker, outcome.outcome, `${stepId} ${tool} on ${outcome.resource}: ${message}`, {
      relatedToolUseId: toolUseId,
      agentId,
      ...(failure ? { failure } : {}),
    }),
  ];
}

function completeEvents(worked: Worked): EventDraft[] {
  const { callId: agentId, worker: agentName } = worked;
  if ("crashed" in worked) {
    const { crashed, stepIds } = worked;
    const message = `${agentName} crashed (${crashed.error}) before it told what became of ${stepIds.join(", ")}: ${crashed.cause}. The ledger knows what was begun.`;
    return [
      error(agentName, "worker_crashed", message, { relatedToolUseId: null, agentId }),
      complete({
        agentId,
        agentName,
        status: "crashed",
        result: { ...NOTHING_READ, failures: 1, redactions: 0, steps: 0 },
        resolutions: [],
        usage: [],
        duration: null,
      }),
    ];
  }
  const { status, outcomes, redactions, resolutions, usage, durationMs } = worked;
  const well = outcomes.filter(({ outcome }) => IS_WELL.has(outcome)).length;
  const failures = outcomes.filter(({ outcome }) => !IS_WELL.has(outcome) && outcome !== "not_run").length;
  const result = { ...NOTHING_READ, failures, redactions, steps: well };
  return [complete({ agentId, agentName, status: status === "done" ? "complete" : status, result, resolutions, usage, duration: durationMs })];
}

const NOTHING_READ = { tables: 0, rows: 0 };

function complete(payload: Payload<"sub_agent_complete">): EventDraft {
  return { type: "sub_agent_complete", payload };
}

function error(source: string, code: string, message: string, more: Pick<Payload<"error">, "relatedToolUseId" | "agentId" | "failure">): EventDraft {
  return { type: "error", payload: { severity: "error", source, code, message, recoverable: false, ...more } };
}
