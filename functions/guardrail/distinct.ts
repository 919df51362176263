/** The same read at the same place is done once in a round, whichever tasks ask for it. Pure. */
import canonicalize from "canonicalize";
import type { ReadCall, WorkerTarget } from "../shared/contracts.ts";
import type { AdmittedTask } from "./validate.ts";

/**
 * A task loses what an earlier one, or an earlier read of its own, does already; where only some of its
 * places are done, it becomes one task for each set of places left. Objectives stay: a model chooses their reads.
 */
export function distinctReads(tasks: readonly AdmittedTask[]): AdmittedTask[] {
  const done = new Map<string, Set<string>>();
  return tasks.flatMap((task) => (task.objective ? [task] : withoutDone(task, done)));
}

function withoutDone(task: AdmittedTask, done: Map<string, Set<string>>): AdmittedTask[] {
  const places = task.targets.map((target) => ({ target, key: canonical(target) }));
  const groups = new Map<string, { targets: WorkerTarget[]; reads: ReadCall[] }>();
  for (const call of task.reads) {
    const key = canonical([task.service, call.operation, call.input]);
    const known = done.get(key) ?? new Set();
    done.set(key, known);
    const left = places.filter((place) => !known.has(place.key));
    for (const place of left) known.add(place.key);
    if (left.length === 0) continue;
    const where = left.map((place) => place.key).join();
    const group = groups.get(where);
    if (group) group.reads.push(call);
    else groups.set(where, { targets: left.map(({ target }) => target), reads: [call] });
  }
  return [...groups.values()].map((group) => ({ ...task, ...group }));
}

/** RFC 8785: the same whatever the order of keys. */
function canonical(value: unknown): string {
  return canonicalize(value) ?? "";
}
