/** The rounds so far, held to their share of the state; crashed workers become failed results (F14). */
import type { HistoryRound, OrchestratorInput, ResultTable, UsageEntry, WorkerCrash, WorkerResult } from "../shared/contracts.ts";
import { cutTables, jsonBytes } from "../shared/cut.ts";

export interface Folded {
  readonly history: HistoryRound[];
  /** What the workers used, or what was reserved for those that crashed before telling. */
  readonly usage: UsageEntry[];
  readonly redactions: number;
}

/** Appends the latest round to history, uncut: the prompt sees all of it once. */
export function fold({ history, latest, round }: Pick<OrchestratorInput, "history" | "latest" | "round">): Folded {
  if (!latest) return { history: [...history], usage: [], redactions: 0 };
  const results = latest.results.map((result) => ("crashed" in result ? afterCrash(result) : result));
  return {
    history: [...history, { round: round - 1, results, refused: latest.refused, cut: {} }],
    usage: results.flatMap(({ usage }) => usage),
    redactions: results.reduce((sum, { redactions }) => sum + redactions, 0),
  };
}

/** History small enough to travel on: rows go first, oldest round first, each cut counted by evidence id. */
export function cutHistory(history: readonly HistoryRound[], bytes: number): HistoryRound[] {
  const kept = history.map((round) => ({ ...round }));
  for (let index = 0; index < kept.length; index++) {
    const excess = jsonBytes(kept) - bytes;
    if (excess <= 0) break;
    const round = kept[index];
    if (round) kept[index] = cutRound(round, Math.max(0, jsonBytes(round) - excess));
  }
  return kept;
}

function cutRound(round: HistoryRound, bytes: number): HistoryRound {
  const tables = round.results.flatMap((result) => result.tables);
  const heads = jsonBytes({ ...round, results: round.results.map((result) => ({ ...result, tables: [] })) });
  const smaller = new Map(cutTables(tables, bytes - heads).map((table): [string, ResultTable] => [table.evidenceId, table]));
  const cut = { ...round.cut };
  for (const table of tables) {
    const gone = table.shown - (smaller.get(table.evidenceId)?.shown ?? 0);
    if (gone > 0) cut[table.evidenceId] = (cut[table.evidenceId] ?? 0) + gone;
  }
  return { ...round, results: round.results.map((result) => ({ ...result, tables: result.tables.map((table) => smaller.get(table.evidenceId) ?? table) })), cut };
}

function afterCrash({ callId, worker, service, crashed, targets, reservedUsd }: WorkerCrash): WorkerResult {
  const [first] = targets;
  return {
    callId,
    worker,
    service,
    status: "failed",
    projectionKey: null,
    resolutions: [],
    tables: [],
    failures: [
      {
        operation: "worker",
        account: first?.account ?? "",
        region: first?.region ?? "",
        role: worker,
        errorCode: "worker_crashed",
        message: `${worker} ended with ${crashed.error}: ${crashed.cause}`.slice(0, 500),
        access: "None known to be missing: look at the worker's log group.",
        count: targets.length,
      },
    ],
    usage: reservedUsd > 0 ? [{ by: worker, model: "unknown (worker crashed)", inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, usd: reservedUsd, calls: 0, estimated: true }] : [],
    redactions: 0,
    durationMs: 0,
  };
}

