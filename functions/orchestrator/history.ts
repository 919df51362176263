/** The rounds so far, held to their share of the state; crashed workers become failed results (F14). */
import type { HistoryRound, OrchestratorInput, ResultTable, UsageEntry, WorkerCrash, WorkerResult } from "../shared/contracts.ts";
import { cutTables, jsonBytes } from "../shared/cut.ts";

/** Characters of a failure's texts where all else had to go: four rounds of twenty such results are below the share. */
const MOST_MESSAGE = 80;

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

/**
 * History small enough to travel on: rows go first, oldest round first, each cut counted by evidence id;
 * where that is not enough, whole tables, then the texts beside them. Report reads the projections instead.
 */
export function cutHistory(history: readonly HistoryRound[], bytes: number): HistoryRound[] {
  const kept = [...history];
  for (const smaller of [cutRows, dropTables, dropTexts]) {
    for (const [index, round] of kept.entries()) {
      const excess = jsonBytes(kept) - bytes;
      if (excess <= 0) return kept;
      kept[index] = smaller(round, Math.max(0, jsonBytes(round) - excess));
    }
  }
  return kept;
}

function cutRows(round: HistoryRound, bytes: number): HistoryRound {
  const tables = round.results.flatMap((result) => result.tables);
  // Counting a cut takes bytes too: reserved as if every row went.
  const reserved = { ...round, cut: counted(round.cut, tables), results: round.results.map((result) => ({ ...result, tables: [] })) };
  const smaller = new Map(cutTables(tables, bytes - jsonBytes(reserved)).map((table): [string, ResultTable] => [table.evidenceId, table]));
  const gone = tables.map((table) => ({ ...table, shown: table.shown - (smaller.get(table.evidenceId)?.shown ?? 0) }));
  const results = round.results.map((result) => ({ ...result, tables: result.tables.map((table) => smaller.get(table.evidenceId) ?? table) }));
  return { ...round, results, cut: counted(round.cut, gone) };
}

function dropTables(round: HistoryRound, bytes: number): HistoryRound {
  let kept = round;
  for (const [index, { tables }] of [...round.results.entries()].reverse()) {
    for (let count = tables.length - 1; count >= 0 && jsonBytes(kept) > bytes; count--) {
      const results = kept.results.map((result, at) => (at === index ? { ...result, tables: tables.slice(0, count) } : result));
      kept = { ...kept, results, cut: counted(kept.cut, tables.slice(count, count + 1)) };
    }
  }
  return kept;
}

/** Of a round that nothing else made small enough, each result's first failure stays, shortened, and the first refusal. */
function dropTexts(round: HistoryRound): HistoryRound {
  const results = round.results.map(({ note, ...result }) => ({
    ...result,
    resolutions: [],
    failures: result.failures
      .slice(0, 1)
      .map((failure) => ({ ...failure, message: failure.message.slice(0, MOST_MESSAGE), access: failure.access.slice(0, MOST_MESSAGE) })),
  }));
  return { ...round, results, refused: round.refused.slice(0, 1) };
}

/** The counts with `shown` rows of these tables added. */
function counted(cut: HistoryRound["cut"], tables: readonly ResultTable[]): HistoryRound["cut"] {
  const counts = { ...cut };
  for (const { evidenceId, shown } of tables) if (shown > 0) counts[evidenceId] = (counts[evidenceId] ?? 0) + shown;
  return counts;
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
    usage:
      reservedUsd > 0
        ? [
            {
              by: worker,
              model: "unknown (worker crashed)",
              inputTokens: 0,
              outputTokens: 0,
              cacheReadTokens: 0,
              cacheWriteTokens: 0,
              usd: reservedUsd,
              calls: 0,
              estimated: true,
            },
          ]
        : [],
    redactions: 0,
    durationMs: 0,
  };
}
