/** How fast the guardrail decides: tasks against catalog and admission, with the history of earlier rounds. */
import { CATALOG } from "../../config/catalog/index.ts";
import { SERVICES } from "../../config/catalog/services.ts";
import { decideTasks } from "../../functions/guardrail/tasks.ts";
import type { HistoryRound, Task } from "../../functions/shared/contracts.ts";
import { admitted, DEVELOPMENT, PRODUCTION, result, round, SANDBOX, SETTINGS, table } from "../functions/shared/samples.ts";
import { atMost, type Benchmark } from "./benchmark.ts";
import { milliseconds, quantile, whole } from "./stats.ts";

const AIM_MS = 1;
const DECISIONS = 2_000;
const WARM_UP = 200;

export const guardrail: Benchmark = {
  title: "one decision over a round's tasks, three rounds of history",
  async run() {
    const figures = [1, 5, 20].flatMap((count) => {
      const input = { admission: admitted(), round: 4, tasks: tasksOf(count), history: history(), usage: [] };
      const { verdict, calls } = decideTasks(input, SETTINGS.limits);
      const times = Array.from({ length: DECISIONS + WARM_UP }, () => timed(() => decideTasks(input, SETTINGS.limits))).slice(WARM_UP);
      const total = times.reduce((sum, time) => sum + time, 0);
      const name = `${count} task(s) → ${verdict.decision}, ${calls.length} call(s)`;
      return [
        atMost(`${name}: p50`, quantile(times, 0.5), AIM_MS, milliseconds),
        { name: `${name}: p99`, measured: milliseconds(quantile(times, 0.99)) },
        { name: `${name}: a second`, measured: `${whole((DECISIONS / total) * 1000)} decisions` },
      ];
    });
    return { figures, notes: [`${DECISIONS} decisions each after ${WARM_UP} to warm up, in this process; without the function's parsing of its input.`] };
  },
};

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Every service in turn with all its reads that need no input; the last of each five is an objective. */
function tasksOf(count: number): Task[] {
  return Array.from({ length: count }, (_, index): Task => {
    const service = SERVICES[index % SERVICES.length] ?? "s3";
    const reads = Object.entries(CATALOG[service].reads).flatMap(([operation, { input }]) => (input.safeParse({}).success ? [{ operation, input: {} }] : []));
    const base = { service, accounts: [SANDBOX, PRODUCTION], regions: [] };
    return index % 5 === 4 ? { ...base, reads: [], objective: "Who changed the trails last week?" } : { ...base, reads: reads.slice(0, 20) };
  });
}

/** Tables of 200 rows in three accounts: where the number of known resources comes from. */
function history(): HistoryRound[] {
  return [1, 2, 3].map((number) => {
    const tables = [SANDBOX, DEVELOPMENT, PRODUCTION].map((account, index) =>
      table(
        Array.from({ length: 200 }, (_, row) => [`arn:aws:s3:::bucket-${row}`, `bucket-${row}`]),
        { account, evidenceId: `r${number}c1.${index + 1}` },
      ),
    );
    return round(number, [result(tables, { callId: `r${number}c1` })]);
  });
}
