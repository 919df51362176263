/** The guardrail's first duty: tasks of the planner become worker calls. Pure; no model, no AWS. */
import type { Limits } from "../../config/limits.ts";
import { discoveryWorker } from "../../config/names.ts";
import {
  type Admission,
  BOUNDS,
  type GuardrailResult,
  type HistoryRound,
  type ReadCall,
  type Task,
  type UsageEntry,
  type WorkerCall,
  type WorkerTarget,
} from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { remainingUsd } from "../shared/usage.ts";
import { distinctReads } from "./distinct.ts";
import { estimateSeconds } from "./estimate.ts";
import { type Partition, type PartitionMode, partition } from "./partition.ts";
import { boundedRefusals, tooMany } from "./refusals.ts";
import { knownResources, resourceReads, runsOverList } from "./resources.ts";
import { type AdmittedTask, validateTask } from "./validate.ts";

/** Most worker calls of one round: each one's share of the state's payload shrinks with their number. */
const MOST_CALLS = 20;
/** Part of the remaining budget that workers' models may use; the rest is the planner's. */
const WORKERS_PART = 0.5;

export interface TasksInput {
  readonly admission: Admission;
  readonly round: number;
  readonly tasks: readonly Task[];
  readonly history: readonly HistoryRound[];
  readonly usage: readonly UsageEntry[];
}

export function decideTasks(input: TasksInput, limits: Limits): GuardrailResult {
  const validated = input.tasks.map((task, index) => validateTask(task, index, input.admission));
  const distinct = distinctReads(validated.flatMap((one) => one.admitted ?? []));
  const admitted = distinct.slice(0, MOST_CALLS);
  const refused = boundedRefusals([...validated.flatMap((one) => one.refused), ...distinct.slice(MOST_CALLS).map((task) => tooMany(task, MOST_CALLS))]);
  if (admitted.length === 0) return refusal("No task could be admitted.", [...new Set(refused.flatMap(({ ruleIds }) => ruleIds))], refused);

  const planned = admitted.map((task) => ({ task, resources: knownResources(task, input.history), split: splitOf(task, input.history, limits) }));
  const most = Math.max(1, Math.floor(MOST_CALLS / planned.length));
  const pieces = planned.flatMap(({ task, split }) => divide(task, { ...split, agents: Math.min(split.agents, most) }));
  const resources = planned.reduce((sum, one) => sum + one.resources, 0);
  const estimatedSeconds = estimateSeconds({
    targets: 1,
    reads: admitted.reduce((sum, task) => sum + task.targets.length * task.reads.length, 0),
    resourceReads: admitted.reduce((sum, task) => sum + resourceReads(task, input.history), 0),
    objectives: admitted.filter(({ objective }) => objective).length,
    agents: Math.min(pieces.length, limits.agents.maxParallel),
  });
  const scope = {
    mode: widest(planned.map(({ split }) => split.mode)),
    agents: Math.min(pieces.length, limits.agents.maxParallel),
    resources,
    estimatedSeconds,
  };
  if (estimatedSeconds > limits.seconds.block) {
    const reason = `This would take about ${estimatedSeconds} s; more than ${limits.seconds.block} s needs a narrower request: fewer accounts, regions or services.`;
    return { ...refusal(reason, ["F05", "Y-11"], [...refused, { task: 0, service: "all", code: "too_long", reason, ruleIds: ["F05", "Y-11"] }]), scope };
  }
  const objectives = pieces.filter(({ task }) => task.objective).length;
  const shareUsd = objectives > 0 ? (remainingUsd(input.admission.budget.usd, input.usage) * WORKERS_PART) / objectives : 0;
  const calls = pieces.map(
    ({ task, targets, reads, shard }, index): WorkerCall => ({
      requestId: input.admission.requestId,
      callId: `r${input.round}c${index + 1}`,
      worker: discoveryWorker(task.service),
      service: task.service,
      targets: [...targets],
      reads: [...reads],
      ...(task.objective ? { objective: task.objective } : {}),
      shard,
      shareBytes: Math.floor(limits.bytes.results / pieces.length),
      shareUsd: task.objective ? shareUsd : 0,
    }),
  );
  const excess = tooLarge(calls);
  if (excess) return { ...refusal(excess, ["Y-11"], [...refused, { task: 0, service: "all", code: "too_large", reason: excess, ruleIds: ["Y-11"] }]), scope };
  return {
    verdict: { decision: "proceed", reason: `${pieces.length} worker call(s), ${scope.mode}.`, ruleIds: ["F06", "F09"] },
    scope: { ...scope, ...(estimatedSeconds > limits.seconds.advise ? { advisement: advise(scope, admitted) } : {}) },
    calls,
    refused,
  };
}

/** Calls repeat their task's targets and reads; and a call that crashes leaves its targets in the place of its result. */
function tooLarge(calls: readonly WorkerCall[]): string | null {
  const narrower = "fewer accounts, regions or reads in a task, or fewer tasks at once";
  const bytes = jsonBytes(calls);
  if (bytes > BOUNDS.calls) return `These tasks become ${bytes} bytes of worker calls; at most ${BOUNDS.calls} are carried. Ask for ${narrower}.`;
  const crowded = calls.find(({ targets, shareBytes }) => jsonBytes(targets) + BOUNDS.crash > shareBytes);
  if (!crowded) return null;
  return `${crowded.worker} would read ${crowded.targets.length} places with a result of at most ${crowded.shareBytes} bytes, which can't hold them. Ask for ${narrower}.`;
}

function refusal(reason: string, ruleIds: string[], refused: GuardrailResult["refused"]): GuardrailResult {
  return { verdict: { decision: "refuse", reason, ruleIds }, scope: { mode: "single", agents: 0, resources: 0, estimatedSeconds: 0 }, calls: [], refused };
}

function splitOf(task: AdmittedTask, history: readonly HistoryRound[], limits: Limits): Partition {
  const split = partition(
    {
      resources: knownResources(task, history),
      regions: new Set(task.targets.map(({ region }) => region)).size,
      accounts: new Set(task.targets.map(({ account }) => account)).size,
    },
    limits,
  );
  // An objective's model sees all its targets together or none: batches of one list are for exact reads.
  return task.objective && split.mode === "by_batch" ? { mode: "single", agents: 1 } : split;
}

interface Piece {
  readonly task: AdmittedTask;
  readonly targets: readonly WorkerTarget[];
  readonly reads: readonly ReadCall[];
  readonly shard: WorkerCall["shard"];
}

function divide(task: AdmittedTask, { mode, agents }: Partition): Piece[] {
  const whole = { index: 0, of: 1 };
  if (mode === "single" || agents === 1) return [{ task, targets: task.targets, reads: task.reads, shard: whole }];
  // What has no parts is read by the first batch only.
  const shared = task.reads.filter((call) => runsOverList(task.service, call));
  if (mode === "by_batch")
    return Array.from({ length: agents }, (_, index) => ({
      task,
      targets: task.targets,
      reads: index === 0 ? task.reads : shared,
      shard: { index, of: agents },
    }));
  const keyOf = ({ account, region }: WorkerTarget) => (mode === "by_account" ? account : region);
  const keys = [...new Set(task.targets.map(keyOf))];
  return Array.from({ length: agents }, (_, index) => ({
    task,
    targets: task.targets.filter((target) => keys.indexOf(keyOf(target)) % agents === index),
    reads: task.reads,
    shard: whole,
  })).filter(({ targets }) => targets.length > 0);
}

const ORDER: readonly PartitionMode[] = ["single", "by_batch", "by_region", "by_account"];

function widest(modes: readonly PartitionMode[]): PartitionMode {
  return modes.reduce((widestSoFar, mode) => (ORDER.indexOf(mode) > ORDER.indexOf(widestSoFar) ? mode : widestSoFar), "single");
}

/** F11: what the person is told before long work. */
function advise(scope: { resources: number; agents: number; estimatedSeconds: number }, tasks: readonly AdmittedTask[]): string {
  const targets = tasks.flatMap((task) => task.targets);
  const count = (field: "account" | "region") => new Set(targets.map((target) => target[field])).size;
  return `About ${scope.estimatedSeconds} s: ${scope.resources} known resources, ${count("account")} account(s), ${count("region")} region(s), ${scope.agents} agent(s). A narrower request is faster.`;
}
