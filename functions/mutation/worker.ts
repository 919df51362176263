/** A mutation worker: verifies what was approved, acts as its own role narrowed to exactly that, reads back, keeps the ledger. */
import { mutationWorker } from "../../config/names.ts";
import { shortened } from "../discovery/failure.ts";
import { type MutationInput, type MutationResult, mutationInput, type StepOutcome } from "../shared/contracts.ts";
import { redactDeep } from "../shared/secrets.ts";
import { mergeUsage } from "../shared/usage.ts";
import { accept, type Job, type Known } from "./accept.ts";
import { type Boundaries, type Effect, gated } from "./boundaries.ts";
import { fitted } from "./fit.ts";
import { goesOn, notRun, outcomeOf, type Told } from "./outcome.ts";
import { referredSteps } from "./references.ts";
import type { Run } from "./run.ts";
import { sessionsOf } from "./sessions.ts";
import { applyStep } from "./step.ts";
import { undoStep } from "./undo.ts";

/** What a Lambda's context gives of time. */
export interface Remaining {
  getRemainingTimeInMillis(): number;
}

export interface WorkerDependencies extends Boundaries {
  readonly newAttempt: () => string;
  readonly effect?: Effect;
}

/** Kept back for the last ledger write and the result. */
const CLOSING_MS = 20_000;
/** What a step needs at least, its calls and retries: none is begun with less. */
const STEP_MS = 60_000;
const MOST_MESSAGE = 600;

export function makeHandler(dependencies: WorkerDependencies): (event: unknown, context: Remaining) => Promise<MutationResult> {
  const { newAttempt, effect = (_, run) => run() } = dependencies;
  const boundaries = gated(dependencies, effect);
  const { now, mutation } = boundaries;

  return async function mutate(event, context) {
    const started = now();
    const input = mutationInput.parse(event);
    const { call } = input;
    if (call.service !== mutation.definition.service || call.worker !== mutationWorker(call.service))
      throw new Error(`mutation-${mutation.definition.service} was called as ${call.worker} for ${call.service}; the machine's table of workers is wrong`);
    const job = await accept(input, boundaries);
    const { outcomes, run } = "code" in job ? { outcomes: allRefused(input, job, now()), run: null } : await work(job, context);
    const told = await redactDeep(outcomes);
    return {
      callId: call.callId,
      worker: call.worker,
      phase: call.phase,
      mode: call.mode,
      status: statusOf(outcomes),
      outcomes: fitted(told.value.map(shortOutcome)),
      resolutions: run?.sessions.resolutions ?? [],
      usage: mergeUsage(run?.usage ?? []),
      redactions: told.redactions,
      durationMs: now() - started,
    };
  };

  async function work(job: Job, context: Remaining): Promise<{ outcomes: StepOutcome[]; run: Run }> {
    const run: Run = {
      ...{ job, boundaries, sessions: sessionsOf(job, boundaries), attempt: newAttempt(), usage: [], made: new Map(), wasAsked: false },
      remaining: () => context.getRemainingTimeInMillis() - CLOSING_MS,
    };
    await loadReferences(run);
    const outcomes: StepOutcome[] = [];
    let ended: string | null = null;
    for (const [index, known] of job.steps.entries()) {
      const told: Told = ended === null ? await turn(known, job.steps.slice(index + 1), run) : notRun(ended);
      outcomes.push(outcomeOf(known.step, told, now()));
      if (ended === null && endsCall(told, job)) ended = `${known.step.id} ended the call: ${told.outcome}.`;
    }
    return { outcomes, run };
  }
}

async function turn(known: Known, later: readonly Known[], run: Run): Promise<Told> {
  if (run.remaining() < STEP_MS)
    return { outcome: "failed", code: "deadline_exceeded", message: "The worker's time is nearly up; nothing of this step was done." };
  return run.job.call.mode === "apply" ? applyStep(known, later, run) : undoStep(known, run);
}

/** As much as possible is taken back, but nothing beyond a drift; halt ends everything. */
function endsCall(told: Told, { call }: Job): boolean {
  if (call.mode === "apply") return !goesOn(told);
  return told.outcome === "undo_drifted" || told.outcome === "halted" || told.code === "deadline_exceeded";
}

/** What the call's steps take from steps that are done already. An undo's steps keep what they took. */
async function loadReferences({ job, boundaries, made }: Run): Promise<void> {
  const { call, plan, steps } = job;
  const own = call.mode === "apply" ? call.stepIds : [];
  const referred = new Set(steps.flatMap(({ step }) => referredSteps([step.input, step.promised])));
  for (const id of referred) {
    const phase = plan.phases.find((one) => one.steps.some((step) => step.id === id));
    if (!phase || own.includes(id)) continue;
    const item = await boundaries.ledger.get(call.requestId, phase.number, id);
    if (item && (item.status === "done" || call.mode === "undo")) made.set(id, item.output);
  }
}

function allRefused({ call, plan }: MutationInput, { code, reason }: { code: string; reason: string }, now: number): StepOutcome[] {
  const steps = new Map(plan.phases.flatMap((phase) => phase.steps).map((step) => [step.id, step]));
  return call.stepIds.map((id, index) => {
    const step = steps.get(id) ?? { id, resource: "" };
    return outcomeOf(step, index === 0 ? { outcome: "approval_invalid", code, message: reason } : notRun("Nothing of the call was done."), now);
  });
}

function statusOf(outcomes: readonly StepOutcome[]): MutationResult["status"] {
  const ended = outcomes.find((outcome) => outcome.outcome !== "not_run" && !goesOn(outcome));
  if (!ended) return "done";
  const isSwitch = ended.outcome === "halted" || ended.outcome === "stopped";
  return isSwitch ? (ended.outcome as "halted" | "stopped") : "failed";
}

/** Cut after the scan: a cut secret is found by none. */
function shortOutcome(outcome: StepOutcome): StepOutcome {
  const [failure] = outcome.failure ? shortened([outcome.failure]) : [];
  return { ...outcome, message: outcome.message.slice(0, MOST_MESSAGE), failure: failure ?? null };
}
