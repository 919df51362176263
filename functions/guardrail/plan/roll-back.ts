/** State PlanRollBack: everything that was begun, last first (S02). What of it was done, the workers' ledger says. Pure. */
import type * as z from "zod";
import { mutationWorker } from "../../../config/names.ts";
import type { MutationCall, PlanStep, RollBackResult, rollBackInput, StepOutcomeKind } from "../../shared/contracts.ts";

/** The worker had not come to the step's effect, in no attempt. The ledger is asked about everything else. */
const WITHOUT_EFFECT: ReadonlySet<StepOutcomeKind> = new Set(["aborted", "halted", "stopped", "approval_invalid", "not_run"]);

export function rollBack({ plan, results }: z.infer<typeof rollBackInput>, batchSize: number): RollBackResult {
  const steps = new Map(plan.phases.flatMap(({ number, steps }) => steps.map((step) => [step.id, { step, phase: number }] as const)));
  const begun = results
    .filter(({ mode }) => mode === "apply")
    .flatMap((result) =>
      "crashed" in result ? result.stepIds : result.outcomes.filter(({ outcome }) => !WITHOUT_EFFECT.has(outcome)).map(({ stepId }) => stepId),
    );
  const order = [...new Set(begun)].toReversed().flatMap((id) => steps.get(id) ?? []);
  return { calls: callsOf(order, plan.requestId, batchSize) };
}

interface Begun {
  readonly step: PlanStep;
  readonly phase: number;
}

/** Neighbours of one service, account, region and phase share a call. */
function callsOf(order: readonly Begun[], requestId: string, batchSize: number): MutationCall[] {
  const calls: MutationCall[] = [];
  for (const { step, phase } of order) {
    const { id, service, account, region } = step;
    const last = calls.at(-1);
    const isSamePlace = last?.service === service && last.account === account && last.region === region && last.phase === phase;
    if (last && isSamePlace && last.stepIds.length < batchSize) last.stepIds.push(id);
    else
      calls.push({ requestId, callId: `u${calls.length + 1}`, worker: mutationWorker(service), service, account, region, phase, mode: "undo", stepIds: [id] });
  }
  return calls;
}
