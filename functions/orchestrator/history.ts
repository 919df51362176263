/** The rounds so far, held to their share of the state; crashed workers become failed results (F14). */
import type { FailureReport, HistoryRound, OrchestratorInput, ResultTable, UsageEntry, WorkerCrash, WorkerResult } from "../shared/contracts.ts";
import { cutTables, jsonBytes } from "../shared/cut.ts";
import { redactDeep } from "../shared/secrets.ts";
import { reservedUsage } from "../shared/usage.ts";

/** Characters of a failure's texts where all else had to go: four rounds of twenty such results are below the share. */
const MOST_MESSAGE = 80;

export interface Folded {
  readonly history: HistoryRound[];
  /** What the workers used, or what was reserved for those that crashed before telling. */
  readonly usage: UsageEntry[];
  readonly redactions: number;
}

/** Appends the latest round to history, uncut: the prompt sees all of it once. */
export async function fold({ history, latest, round }: Pick<OrchestratorInput, "history" | "latest" | "round">): Promise<Folded> {
  if (!latest) return { history: [...history], usage: [], redactions: 0 };
  const results = await Promise.all(latest.results.map((result) => ("crashed" in result ? afterCrash(result) : result)));
  return {
    history: [...history, { round: round - 1, results, refused: latest.refused, cut: {} }],
    usage: results.flatMap(({ usage }) => usage),
    redactions: results.reduce((sum, { redactions }) => sum + redactions, 0),
  };
}

/**
 * History small enough to travel on: rows go first, oldest round first, each cut counted by evidence id;
 * where that is not enough, whole tables, then the texts beside them, then all but each call's place in the
 * evidence, with one failure a round that says so. Report reads the projections instead.
 */
export function cutHistory(history: readonly HistoryRound[], bytes: number): HistoryRound[] {
  const kept = [...history];
  for (const smaller of [cutRows, dropTables, dropTexts, dropAll]) {
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

/**
 * What is left is below 500 bytes a result: twenty results in each of four rounds fit any share of 40 KiB.
 * Usage is in the state's own sum already.
 */
function dropAll(round: HistoryRound): HistoryRound {
  const failures = round.results.flatMap((result) => result.failures);
  const rows = Object.values(round.cut).reduce((sum, count) => sum + count, 0);
  const [first] = failures;
  const told: FailureReport = {
    operation: first?.operation ?? "history",
    account: first?.account ?? "",
    region: first?.region ?? "",
    role: (first?.role ?? "").slice(0, MOST_MESSAGE),
    errorCode: "HistoryShare",
    message: `Of round ${round.round}, ${failures.length} failure reports and ${rows} rows did not fit the history's share of the payload.`,
    access: "None missing: the evidence has all rows. Ask for fewer reads, accounts or regions at once.",
    count: failures.reduce((sum, { count }) => sum + count, 0) || 1,
  };
  const results = round.results.map(({ note, ...result }, index) => ({
    ...result,
    resolutions: [],
    tables: [],
    failures: index === 0 && failures.length + rows > 0 ? [told] : [],
    usage: [],
  }));
  const refused = round.refused.slice(0, 1).map((one) => ({ ...one, reason: one.reason.slice(0, MOST_MESSAGE) }));
  return { ...round, results, refused, cut: rows > 0 ? { [`round ${round.round}`]: rows } : {} };
}

/** The counts with `shown` rows of these tables added. */
function counted(cut: HistoryRound["cut"], tables: readonly ResultTable[]): HistoryRound["cut"] {
  const counts = { ...cut };
  for (const { evidenceId, shown } of tables) if (shown > 0) counts[evidenceId] = (counts[evidenceId] ?? 0) + shown;
  return counts;
}

/** The cause is the exception's text, which may quote what the worker read: redacted before a model sees it. */
async function afterCrash({ callId, worker, service, crashed: raw, targets, reservedUsd }: WorkerCrash): Promise<WorkerResult> {
  const [first] = targets;
  const { value: crashed, redactions } = await redactDeep(raw);
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
    usage: reservedUsage(worker, reservedUsd),
    redactions,
    durationMs: 0,
  };
}
