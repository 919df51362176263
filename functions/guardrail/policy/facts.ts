/** What plain code finds out about a step for the policies to judge. */
import type { PolicyContext } from "../../../config/policies/context.ts";
import { storageFacts } from "./facts/storage.ts";
import { targetFacts } from "./facts/target.ts";
import type { JudgedStep, JudgeGround } from "./step.ts";

export function factsOf(step: JudgedStep, ground: JudgeGround, approval: PolicyContext["approval"]): PolicyContext {
  return {
    origin: ground.origin,
    approval,
    step: { irreversible: step.reversible === "no" },
    plan: { steps: ground.counts.steps, most: ground.settings.limits.plan.steps },
    target: targetFacts(step, ground.settings),
    storage: storageFacts(step),
  };
}
