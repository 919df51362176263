/** A phase's steps as mutation calls: each of one service, account and region, whose session policy fits (law 7). Pure. */
import { CATALOG, findWrite } from "../../../config/catalog/index.ts";
import { packBatches } from "../../../config/catalog/session-policy.ts";
import type { WriteDefinition } from "../../../config/catalog/write.ts";
import { mutationWorker } from "../../../config/names.ts";
import type { MutationCall, Phase, Plan, PlanStep } from "../../shared/contracts.ts";

export interface PackedStep {
  readonly id: string;
  readonly plan: PlanStep;
  readonly write: WriteDefinition;
  readonly input: PlanStep["input"];
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
}

export type Packed = { readonly fits: true; readonly batches: PackedStep[][] } | { readonly fits: false; readonly stepId: string; readonly characters: number };

/** @throws for a step that the catalog does not have: no plan of ours names one. */
export function packed(steps: readonly PlanStep[], requestId: string, most: number): Packed {
  const batches: PackedStep[][] = [];
  for (const run of runsOf(steps)) {
    const [first] = run;
    if (!first) continue;
    const reads = CATALOG[first.service].reads;
    const packing = packBatches(
      run.map((plan): PackedStep => ({ id: plan.id, plan, write: writeOf(plan), input: plan.input, account: plan.account, region: plan.region, requestId })),
      most,
      reads,
    );
    if (!packing.fits) return { fits: false, stepId: packing.step.id, characters: packing.characters };
    batches.push(...packing.batches);
  }
  return { fits: true, batches };
}

/** A session is made before its first step, so what a step of it makes has no ARN yet: who takes that, starts another run. */
function runsOf(steps: readonly PlanStep[]): PlanStep[][] {
  const runs: PlanStep[][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isSamePlace = last?.service === step.service && last.account === step.account && last.region === step.region;
    if (run && isSamePlace && !run.some(({ id }) => step.dependsOn.includes(id))) run.push(step);
    else runs.push([step]);
  }
  return runs;
}

export function writeOf({ service, operation }: Pick<PlanStep, "service" | "operation">): WriteDefinition {
  const write = findWrite(service, operation);
  if (!write) throw new Error(`${service}.${operation} of the plan is not in the catalog`);
  return write;
}

export function callsOfPhase({ requestId }: Plan, { number }: Phase, batches: readonly (readonly PackedStep[])[]): MutationCall[] {
  return batches.flatMap((batch, index) => {
    const [first] = batch;
    if (!first) return [];
    const { service, account, region } = first.plan;
    const place = { requestId, callId: `p${number}m${index + 1}`, worker: mutationWorker(service), service, account, region };
    return [{ ...place, phase: number, mode: "apply" as const, stepIds: batch.map(({ id }) => id) }];
  });
}
