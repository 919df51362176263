/** How many resources a task's per-resource reads run over, as far as earlier rounds counted them. Pure. */
import { CATALOG } from "../../config/catalog/index.ts";
import type { ServiceName } from "../../config/catalog/services.ts";
import type { HistoryRound, ReadCall } from "../shared/contracts.ts";
import { UNKNOWN_RESOURCES } from "./estimate.ts";
import type { AdmittedTask } from "./validate.ts";

/** Rows that earlier rounds saw in the lists this task's per-resource reads run over; a list read twice counts once. */
export function knownResources(task: AdmittedTask, history: readonly HistoryRound[]): number {
  const lists = new Set(task.reads.filter((call) => runsOverList(task.service, call)).map(({ operation }) => listOf(task.service, operation)));
  return sum([...lists].flatMap((list) => [...totals(task, list, history).values()]));
}

/** For the estimate only: a list that was not read everywhere yet may be long. */
export function resourceReads(task: AdmittedTask, history: readonly HistoryRound[]): number {
  return sum(
    task.reads
      .filter((call) => runsOverList(task.service, call))
      .map(({ operation }) => {
        const known = totals(task, listOf(task.service, operation), history);
        const seen = sum([...known.values()]);
        return known.size < task.targets.length ? Math.max(seen, UNKNOWN_RESOURCES) : seen;
      }),
  );
}

/** Rows of a list in each of the task's targets where an earlier round read it. */
function totals(task: AdmittedTask, list: string | undefined, history: readonly HistoryRound[]): Map<string, number> {
  const places = new Set(task.targets.map(({ account, region }) => `${account} ${region}`));
  const found = new Map<string, number>();
  for (const { service, operation, account, region, total } of history.flatMap(({ results }) => results.flatMap(({ tables }) => tables))) {
    const place = `${account} ${region}`;
    if (service === task.service && operation === list && places.has(place)) found.set(place, Math.max(total, found.get(place) ?? 0));
  }
  return found;
}

function listOf(service: ServiceName, operation: string): string | undefined {
  return CATALOG[service].reads[operation]?.each?.list;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Called without its resource: only such a read has parts that batches can share. */
export function runsOverList(service: ServiceName, { operation, input }: ReadCall): boolean {
  const each = CATALOG[service].reads[operation]?.each;
  return each !== undefined && Object.keys(each.bind).some((field) => input[field] === undefined);
}
