/** One task of the planner against the catalog and the admission: what is left of it, and why the rest was refused. */
import { CATALOG, findRead, isService } from "../../config/catalog/index.ts";
import type { ServiceName } from "../../config/catalog/services.ts";
import type { Admission, ReadCall, RefusedTask, Task, WorkerTarget } from "../shared/contracts.ts";
import { firstIssue } from "../shared/issue.ts";

export interface AdmittedTask {
  readonly service: ServiceName;
  readonly targets: readonly WorkerTarget[];
  readonly reads: readonly ReadCall[];
  readonly objective?: string;
}

export interface Validated {
  readonly admitted: AdmittedTask | null;
  readonly refused: readonly RefusedTask[];
}

export function validateTask(task: Task, index: number, admission: Admission): Validated {
  const refused: RefusedTask[] = [];
  const refuse = (code: string, reason: string, ...ruleIds: string[]) =>
    refused.push({ task: index, service: task.service.slice(0, 40), code, reason: reason.slice(0, 500), ruleIds });
  if (!isService(task.service)) {
    refuse("unknown_service", `There is no worker for ${task.service}; workers exist for ${Object.keys(CATALOG).join(", ")}.`, "law-3");
    return { admitted: null, refused };
  }
  const reads = task.reads.filter((call) => readIsLegal(task.service as ServiceName, call, refuse));
  const targets = chooseTargets(task, task.service, admission, refuse);
  const objective = task.reads.length === 0 ? task.objective?.trim() : undefined;
  if (task.reads.length === 0 && !objective) refuse("empty_task", "A task names reads or states an objective; this one does neither.", "D17");
  const usable = targets.length > 0 && (reads.length > 0 || objective);
  return { admitted: usable ? { service: task.service, targets, reads, ...(objective ? { objective } : {}) } : null, refused };
}

type Refuse = (code: string, reason: string, ...ruleIds: string[]) => void;

function readIsLegal(service: ServiceName, { operation, input }: ReadCall, refuse: Refuse): boolean {
  const read = findRead(service, operation);
  if (!read) {
    refuse("unknown_operation", `${service} has no read named ${operation} in the catalog; it has ${Object.keys(CATALOG[service].reads).join(", ")}.`, "law-4");
    return false;
  }
  const parsed = read.input.safeParse(input);
  if (parsed.success) return true;
  refuse("invalid_input", `${operation}: ${firstIssue(parsed.error)}`, "law-4");
  return false;
}

function chooseTargets(task: Task, service: ServiceName, admission: Admission, refuse: Refuse): WorkerTarget[] {
  const global = CATALOG[service].scope === "global";
  const chosen = new Set<string>();
  return task.accounts.flatMap((name) => {
    const target = admission.targets.find(({ account, name: known }) => account === name || known === name);
    if (!target) {
      refuse("account_not_admitted", `Account ${name} is not one of this request's accounts.`, "law-5");
      return [];
    }
    // The same account by its id and its name is one target.
    if (chosen.has(target.account)) return [];
    chosen.add(target.account);
    const outside = task.regions.filter((region) => region !== "global" && !target.regions.includes(region));
    if (outside.length > 0)
      refuse("region_not_admitted", `${outside.join(", ")}: not among the request's regions for ${target.account} (${target.regions.join(", ")}).`, "law-5");
    const asked = task.regions.filter((region) => region !== "global");
    const regions = asked.length > 0 ? target.regions.filter((region) => asked.includes(region)) : target.regions;
    if (regions.length === 0) return [];
    if (!global) return regions.map((region) => ({ account: target.account, region }));
    const narrowed = CATALOG[service].regionField !== undefined && (admission.regionsNarrowed || asked.length > 0);
    return [{ account: target.account, region: "global", ...(narrowed ? { within: regions } : {}) }];
  });
}
