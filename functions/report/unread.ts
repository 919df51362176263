/** Lists what the answer does not rest on: refused, failed, crashed, cut, malformed (law 6, D22, D32). Pure. */
import type { Exclusion, FailureReport, RefusedTask, ResultTable, WorkerCrash, WorkerResult } from "../shared/contracts.ts";
import { NOTHING, type NotRead } from "./document.ts";
import type { Uncheckable } from "./load.ts";
import type { Work } from "./rounds.ts";

/** How the orchestrator's history tells a crash that it folded in. */
const CRASHED = "worker_crashed";

export function notReadOf(work: Work, exclusions: readonly Exclusion[], uncheckable: readonly Uncheckable[], malformed: readonly NotRead[]): NotRead[] {
  const all = [
    ...exclusions.map(fromExclusion),
    ...work.refused.map(fromRefused),
    ...work.crashes.map(fromCrash),
    ...malformed,
    ...work.results.flatMap((result) => [
      ...result.failures.map((failure) => fromFailure(result, failure)),
      ...result.tables.flatMap((table) => fromTable(result, table, work.seen[table.evidenceId] ?? 0)),
    ]),
    ...uncheckable.map(
      ({ key, message }): NotRead => ({
        ...NOTHING,
        kind: "evidence_missing",
        errorCode: "evidence_unreadable",
        operation: key,
        message,
        access: "s3:GetObject on the evidence bucket",
      }),
    ),
  ];
  return merge(all);
}

function fromExclusion({ code, subject, message, suggestions }: Exclusion): NotRead {
  const access = suggestions?.length ? `Did you mean ${suggestions.join(", ")}?` : "";
  const place = /^\d{12}$/.test(subject) ? { account: subject } : code.includes("region") ? { region: subject } : {};
  return { ...NOTHING, ...place, kind: "exclusion", errorCode: code, message, access };
}

function fromRefused({ service, code, reason, ruleIds }: RefusedTask): NotRead {
  return {
    ...NOTHING,
    kind: "refused_task",
    operation: service,
    errorCode: code,
    message: reason,
    access: ruleIds.length > 0 ? `Rules ${ruleIds.join(", ")}` : "",
  };
}

function fromCrash({ callId, worker, crashed, targets }: WorkerCrash): NotRead {
  const accounts = [...new Set(targets.map(({ account }) => account))];
  const regions = [...new Set(targets.map(({ region }) => region))];
  return {
    ...NOTHING,
    kind: "crash",
    worker,
    account: accounts.join(", "),
    region: regions.join(", "),
    errorCode: crashed.error,
    message: `${worker} (call ${callId}) crashed or timed out: ${crashed.cause.slice(0, 500)}`,
    access: `Look at the log of ${worker}, then ask again.`,
    count: Math.max(1, targets.length),
  };
}

function fromFailure({ worker }: WorkerResult, { operation, account, region, role, resource, errorCode, message, access, count }: FailureReport): NotRead {
  return {
    kind: errorCode === CRASHED ? "crash" : "failure",
    worker,
    operation,
    account,
    region,
    role,
    errorCode,
    message: resource ? `${resource}: ${message}` : message,
    access,
    count,
  };
}

function fromTable({ worker }: WorkerResult, { evidenceId, operation, account, region, total, rows, truncated }: ResultTable, seen: number): NotRead[] {
  const base = { ...NOTHING, worker, operation, account, region };
  const hidden = total - rows.length - seen;
  return [
    ...(truncated
      ? [
          {
            ...base,
            kind: "truncated" as const,
            errorCode: "truncated",
            count: Math.max(1, total),
            message: `${evidenceId} stops after ${total} rows: the service has more.`,
            access: "Ask for fewer accounts or regions, or for one resource.",
          },
        ]
      : []),
    ...(hidden > 0
      ? [
          {
            ...base,
            kind: "cut" as const,
            errorCode: "cut",
            count: hidden,
            message: `${hidden} of ${total} rows of ${evidenceId} were read but were not before the planner when it ended.`,
            access: "All rows are in the evidence; a narrower request shows them to the planner.",
          },
        ]
      : []),
  ];
}

/** The same told in several rounds is told once. */
function merge(all: readonly NotRead[]): NotRead[] {
  const merged = new Map<string, NotRead>();
  for (const one of all) {
    const key = JSON.stringify({ ...one, count: 0 });
    const before = merged.get(key);
    merged.set(key, before && before.count > one.count ? before : one);
  }
  return [...merged.values()];
}
