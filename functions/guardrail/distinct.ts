/** The same read at the same place is done once in a round, whichever tasks ask for it. Pure. */
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
  const groups = new Map<string, { targets: WorkerTarget[]; reads: ReadCall[] }>();
  for (const call of task.reads) {
    const key = canonical([task.service, call.operation, call.input]);
    const places = done.get(key) ?? new Set();
    done.set(key, places);
    const targets = task.targets.filter((target) => !places.has(canonical(target)));
    for (const target of targets) places.add(canonical(target));
    if (targets.length === 0) continue;
    const group = groups.get(canonical(targets));
    if (group) group.reads.push(call);
    else groups.set(canonical(targets), { targets, reads: [call] });
  }
  return [...groups.values()].map((group) => ({ ...task, ...group }));
}

/** JSON with every object's keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
