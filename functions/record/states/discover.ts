import * as z from "zod";
import { type FailureReport, type ResultTable, type WorkerCrash, type WorkerResult, workerCrash, workerResult } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { reservedUsage } from "../../shared/usage.ts";

/** One entry a worker. An entry that is neither result nor crash is kept as it is: the others are still told. */
export const discoverResult = z.array(z.union([workerResult, workerCrash, z.unknown().transform((entry) => ({ unreadable: entry }))]));

export function discoverEvents(workers: z.infer<typeof discoverResult>): EventDraft[] {
  return workers.flatMap((worker) =>
    "unreadable" in worker ? unreadable(worker.unreadable) : "crashed" in worker ? crashEvents(worker) : workerEvents(worker),
  );
}

function workerEvents(worker: WorkerResult): EventDraft[] {
  const { callId: agentId, tables, failures, redactions, note } = worker;
  const result = {
    tables: tables.length,
    rows: tables.reduce((sum, { total }) => sum + total, 0),
    failures: failures.length,
    redactions,
    ...(note === undefined ? {} : { note }),
  };
  return [
    ...tables.map((table) => tableEvent(agentId, table)),
    ...failures.map((failure) => failureEvent(agentId, worker.worker, failure)),
    {
      type: "sub_agent_complete",
      payload: {
        agentId,
        agentName: worker.worker,
        status: worker.status,
        result,
        resolutions: worker.resolutions,
        usage: worker.usage,
        duration: worker.durationMs,
      },
    },
  ];
}

function tableEvent(agentId: string, { operation, evidenceId, service, entity, account, region, total, shown, truncated, evidence }: ResultTable): EventDraft {
  return {
    type: "sub_agent_event",
    payload: {
      agentId,
      eventType: "tool_result",
      event: { tool: operation, evidenceId, service, entity, account, region, rows: total, shown, truncated, evidence },
    },
  };
}

function failureEvent(agentId: string, source: string, failure: FailureReport): EventDraft {
  const message = `${failure.operation} in ${failure.account} ${failure.region} as ${failure.role}: ${failure.message}`;
  return {
    type: "error",
    payload: { severity: "warning", source, code: failure.errorCode, message, recoverable: true, relatedToolUseId: null, agentId, failure },
  };
}

function crashEvents({ callId: agentId, worker: agentName, crashed, reservedUsd }: WorkerCrash): EventDraft[] {
  const message = `${agentName} crashed (${crashed.error}) before it returned anything: ${crashed.cause}. The request goes on without this part.`;
  const usage = reservedUsage(agentId, reservedUsd);
  return [
    { type: "error", payload: { severity: "error", source: agentName, code: "worker_crashed", message, recoverable: true, relatedToolUseId: null, agentId } },
    {
      type: "sub_agent_complete",
      payload: { agentId, agentName, status: "crashed", result: { tables: 0, rows: 0, failures: 1, redactions: 0 }, resolutions: [], usage, duration: null },
    },
  ];
}

function unreadable(entry: unknown): EventDraft[] {
  const named = z.object({ callId: z.string(), worker: z.string() }).safeParse(entry);
  const { callId, worker } = named.success ? named.data : { callId: "unknown", worker: "a discovery worker" };
  const message = `${worker} (call ${callId}) returned something that is not a worker's result. It is in the execution's history.`;
  const told: EventDraft = {
    type: "error",
    payload: { severity: "error", source: worker, code: "unreadable_result", message, recoverable: true, relatedToolUseId: null, agentId: callId },
  };
  if (!named.success) return [told];
  return [
    told,
    {
      type: "sub_agent_complete",
      payload: {
        agentId: callId,
        agentName: worker,
        status: "failed",
        result: { tables: 0, rows: 0, failures: 1, redactions: 0 },
        resolutions: [],
        usage: [],
        duration: null,
      },
    },
  ];
}
