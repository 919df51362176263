/** What a change came to, step by step: computed from the plan and what the workers said. Pure. */
import type { ChangeCounts, ChangeInput, MutationCrash, MutationResult, PlanStep, StepOutcome } from "../shared/contracts.ts";
import { type Standing, standings } from "../shared/effects.ts";
import type { ChangeReport } from "./change-document.ts";

type Worked = MutationResult | MutationCrash;
type Told = Pick<StepOutcome, "outcome" | "code" | "message" | "resource" | "principal" | "differences" | "at">;

const NOT_REACHED: Told = { outcome: "not_run", code: "not_run", message: "", resource: "", principal: "", differences: [], at: "" };

/** Every step of the plan with what became of it; of a request without a plan, what was proposed. */
export function changeReport(id: string, change: ChangeInput): ChangeReport {
  const { plan, planHash, proposal, verdict, approvals, mutations, verification, artifact, attempt } = change;
  const left = standings(mutations);
  const steps = (plan?.phases ?? []).flatMap(({ number, steps: own }) => own.map((step) => stepReport(step, number, mutations, left.get(step.id) ?? "none")));
  return {
    summary: plan?.summary ?? proposal?.summary ?? "",
    undoOf: plan?.undoOf ?? null,
    attempt,
    proposed: (proposal?.steps ?? []).map(({ id: stepId, service, account, region, operation }) => ({ stepId, service, account, region, operation })),
    verdict,
    plan,
    planHash,
    approvals,
    steps,
    counts: countsOf(plan?.phases.flatMap((phase) => phase.steps) ?? [], steps),
    verification,
    artifact,
    undo: undoOf(id, plan?.phases.flatMap((phase) => phase.steps) ?? [], steps),
  };
}

function stepReport(step: PlanStep, phase: number, mutations: readonly Worked[], standing: Standing): ChangeReport["steps"][number] {
  const applied = lastOf(step.id, mutations, "apply") ?? NOT_REACHED;
  const undone = lastOf(step.id, mutations, "undo");
  const { outcome, code, message, principal, differences, at } = applied;
  return {
    stepId: step.id,
    phase,
    service: step.service,
    operation: step.operation,
    account: step.account,
    region: step.region,
    resource: applied.resource || step.resource,
    standing,
    outcome,
    code,
    message,
    principal,
    differences,
    at,
    undo: undone ? { outcome: undone.outcome, message: undone.message, principal: undone.principal, differences: undone.differences } : null,
  };
}

/** What was said of a step last; a worker that crashed said it of each of its steps. */
function lastOf(stepId: string, mutations: readonly Worked[], mode: Worked["mode"]): Told | undefined {
  return mutations
    .filter((one) => one.mode === mode)
    .flatMap((one): Told[] => {
      if (!("crashed" in one)) return one.outcomes.filter((outcome) => outcome.stepId === stepId);
      const message = `${one.worker} crashed (${one.crashed.error}) before it said what became of this step: ${one.crashed.cause}`;
      return one.stepIds.includes(stepId) ? [{ ...NOT_REACHED, outcome: "crashed", code: "worker_crashed", message }] : [];
    })
    .at(-1);
}

/** D19: resources, not steps, and only what is left. */
function countsOf(planned: readonly PlanStep[], steps: ChangeReport["steps"]): ChangeCounts {
  const done = steps.filter(({ standing }) => standing === "done");
  const kinds = new Map(planned.map((step) => [step.id, kindOf(step)]));
  const resources = (kind: ReturnType<typeof kindOf>) => new Set(done.filter(({ stepId }) => kinds.get(stepId) === kind).map(({ resource }) => resource)).size;
  return {
    steps: { total: steps.length, completed: done.length, undone: steps.filter(({ standing }) => standing === "undone").length },
    resources: { created: resources("created"), modified: resources("modified"), deleted: resources("deleted") },
  };
}

function kindOf({ creates, promised }: PlanStep): keyof ChangeCounts["resources"] {
  if (creates) return "created";
  const values = Object.values(promised);
  return values.length > 0 && values.every((columns) => columns === null) ? "deleted" : "modified";
}

function undoOf(id: string, planned: readonly PlanStep[], steps: ChangeReport["steps"]): ChangeReport["undo"] {
  const left = steps.filter(({ standing }) => standing === "done" || standing === "unknown");
  const of = new Map(planned.map((step) => [step.id, step]));
  const able = left.filter(({ stepId }) => of.get(stepId)?.inverse);
  const stays = left.flatMap(({ stepId }) => {
    const step = of.get(stepId);
    return step && !step.inverse ? [`${stepId} ${step.operation} can't be undone`] : (step?.notRestorable ?? []).map((one) => `${stepId}: ${one}`);
  });
  return { command: able.length > 0 ? `POST /requests/${id}/rollback` : null, steps: able.map(({ stepId }) => stepId), stays };
}
