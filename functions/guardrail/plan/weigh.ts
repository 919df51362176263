/** What a plan weighs: blast radius, risk, how it is rolled back, cost, time (E06, E29). Pure. */
import type { CostEstimate } from "../../../config/catalog/write.ts";
import type { Plan } from "../../shared/contracts.ts";
import type { Draft } from "./draft.ts";
import { needsConfirmation } from "./phases.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { told } from "./told.ts";

/** E29's levels: up to 5 resources low, up to 25 medium. */
const COUNTS = { low: 5, medium: 25 } as const;

export type Weight = Pick<Plan, "blastRadius" | "risk" | "rollbackComplexity" | "cost" | "estimatedSeconds">;

export function weightOf(drafts: readonly Draft[], costs: readonly Cost[]): Weight {
  // What does not exist yet has a pattern for its name, so each making counts.
  const count = new Set(drafts.map(({ plan }) => (plan.creates ? `${plan.resource} ${plan.id}` : plan.resource))).size;
  const level = count <= COUNTS.low ? "low" : count <= COUNTS.medium ? "medium" : "high";
  return {
    blastRadius: { count, resources: [...new Set(drafts.map(({ plan }) => plan.resource))], level },
    risk: riskOf(drafts, level),
    rollbackComplexity: complexityOf(drafts),
    cost: totalOf(costs),
    estimatedSeconds: drafts.reduce((sum, { observed }) => sum + observed.write.seconds, 0),
  };
}

/** High: something is gone for good, or security changes where others rely on it, or many resources. Medium: security changes, some resources, or not all comes back. */
function riskOf(drafts: readonly Draft[], level: Plan["risk"]): Plan["risk"] {
  const sensitive = drafts.filter(({ plan }) => plan.class === "sensitive");
  const isShared = ({ plan }: Draft) => plan.environment !== "sandbox" && plan.environment !== "development";
  if (level === "high" || drafts.some(needsConfirmation) || sensitive.some(isShared)) return "high";
  return level === "medium" || sensitive.length > 0 || drafts.some(({ plan }) => plan.reversible !== "yes") ? "medium" : "low";
}

function complexityOf(drafts: readonly Draft[]): Plan["rollbackComplexity"] {
  if (drafts.some(({ plan }) => plan.reversible === "no")) return "complex";
  return drafts.some(({ plan }) => plan.reversible === "partly" || plan.dependsOn.length > 0) ? "moderate" : "simple";
}

export interface Cost extends CostEstimate {
  readonly stepId: string;
}

/** Of the steps that cost or spare anything. H10: what would cost something that can't be estimated, is not planned. */
export function costsOf(drafts: readonly Draft[]): { readonly costs: Cost[]; readonly problems: Problem[] } {
  const costs: Cost[] = [];
  const problems: Problem[] = [];
  for (const { plan, observed } of drafts) {
    const estimate = observed.write.cost?.(observed.input, observed.image, observed.region);
    if (!estimate) continue;
    const known = Number.isFinite(estimate.before) && Number.isFinite(estimate.after) && !/^unknown\b/.test(estimate.basis);
    if (known) costs.push({ stepId: plan.id, ...estimate });
    else if (startsSpending(plan))
      problems.push(
        problemsOf(plan.id).refuse("cost_unknown", `What it costs is not known: ${told(estimate.basis, 120)}.`, "Choose a type with a list price.", "H10"),
      );
  }
  return { costs, problems };
}

function startsSpending({ creates, promised }: Draft["plan"]): boolean {
  return creates || promised.DescribeInstances?.["State.Name"] === "running";
}

function totalOf(costs: readonly Cost[]): Plan["cost"] {
  const monthlyUsdBefore = cents(costs.reduce((sum, { before }) => sum + before, 0));
  const monthlyUsdAfter = cents(costs.reduce((sum, { after }) => sum + after, 0));
  const items = costs.map(({ stepId, before, after, basis }) => ({ stepId, before, after, basis: told(basis, 160) }));
  return { monthlyUsdBefore, monthlyUsdAfter, difference: cents(monthlyUsdAfter - monthlyUsdBefore), items };
}

const cents = (dollars: number) => Math.round(dollars * 100) / 100;
