/** Steps become phases: what can't be taken back has its own, as late as its dependants let it, and its own confirmation (S11, E12). Pure. */
import type { Phase, PlanStep } from "../../shared/contracts.ts";
import { isIrreversible } from "../policy/facts.ts";
import type { Draft } from "./draft.ts";
import { type Constraints, constraintsOf } from "./order.ts";
import { type Problem, problemsOf } from "./problem.ts";

/** E29: four to six phases. */
const MOST_PHASES = 6;

/** @param keepsOrder an undo runs last first, whatever its steps are. */
export function phasesOf(drafts: readonly Draft[], keepsOrder: boolean): Phase[] | Problem {
  const constraints = constraintsOf(drafts);
  if ("code" in constraints) return constraints;
  const order = keepsOrder ? chained(drafts, constraints) : constraints;
  const phases: Draft[][] = [];
  const left = [...drafts];
  const done = new Set<string>();
  const isReady = ({ plan }: Draft) => [...(order.get(plan.id) ?? [])].every((id) => done.has(id));
  for (let destructive = false; left.length > 0; destructive = !destructive) {
    const phase: Draft[] = [];
    for (;;) {
      const index = left.findIndex((draft) => needsConfirmation(draft) === destructive && isReady(draft));
      if (index === -1) break;
      const [next] = left.splice(index, 1);
      if (!next) break;
      phase.push(next);
      done.add(next.plan.id);
    }
    if (phase.length > 0) phases.push(phase);
    else if (!left.some(isReady)) return overlap(left);
  }
  if (phases.length > MOST_PHASES) {
    const message = `The steps make ${phases.length} phases, each to be confirmed; a plan has at most ${MOST_PHASES}.`;
    return problemsOf(null).revise("too_many_phases", message, "Put some of the deletions into a plan of their own.", "E29");
  }
  return phases.map((phase, index) => asPhase(phase, index + 1));
}

/** Whether the policies want a confirmation of this step by itself. */
export function needsConfirmation({ judged }: Pick<Draft, "judged">): boolean {
  return judged.class === "destructive" || isIrreversible(judged);
}

/** Each step also waits for the one before it. */
function chained(drafts: readonly Draft[], constraints: Constraints): Constraints {
  return new Map(
    drafts.map(({ plan }, index) => [
      plan.id,
      new Set([...(constraints.get(plan.id) ?? []), ...drafts.slice(Math.max(0, index - 1), index).map((one) => one.plan.id)]),
    ]),
  );
}

function overlap(left: readonly Draft[]): Problem {
  const ids = left.map(({ plan }) => plan.id);
  const message = `${ids.slice(0, 10).join(", ")} change each other's state, so what is approved of one would not hold after the other.`;
  return problemsOf(ids[0] ?? null).revise("steps_overlap", message, "Put one of them into a plan of its own.", "law-7");
}

function asPhase(drafts: readonly Draft[], number: number): Phase {
  const destructive = drafts.some(needsConfirmation);
  const steps = drafts.map(({ plan }) => plan);
  return {
    number,
    title: titleOf(steps, destructive),
    destructive,
    coveredBy: destructive ? number : 1,
    steps,
    rollback: steps.toReversed().map(rollbackOf),
  };
}

function titleOf(steps: readonly PlanStep[], destructive: boolean): string {
  const operations = [...Map.groupBy(steps, ({ operation }) => operation)].map(([operation, alike]) => `${operation} (${alike.length})`);
  return `${operations.join(", ")}${destructive ? ": can't be taken back, confirmed by itself" : ""}`;
}

/** S01, S02. */
function rollbackOf({ id, inverse, reversible, notRestorable, resource }: PlanStep): string {
  if (inverse === null) return `${id}: can't be undone${notRestorable.length > 0 ? `: lost is ${notRestorable.join("; ")}` : ""}.`;
  const stays = reversible === "yes" || notRestorable.length === 0 ? "" : `; stays changed: ${notRestorable.join("; ")}`;
  return `${id}: ${inverse.operation} on ${resource}${stays}.`;
}
