/** What plain code finds out about a step for the policies to judge. */
import type { PolicyContext } from "../../../config/policies/context.ts";
import { computeFacts } from "./facts/compute.ts";
import { identityFacts } from "./facts/identity.ts";
import { limitedFacts } from "./facts/limited.ts";
import { networkFacts } from "./facts/network.ts";
import { storageFacts } from "./facts/storage.ts";
import { tagFacts } from "./facts/tags.ts";
import { targetFacts } from "./facts/target.ts";
import type { JudgedStep, JudgeGround } from "./step.ts";

/** S11: what can't be taken back needs the destructive approval, whatever its class. */
export function isIrreversible({ reversible, write }: Pick<JudgedStep, "reversible" | "write">): boolean {
  return reversible === "no" || write.reversible === "no";
}

export function factsOf(step: JudgedStep, ground: JudgeGround, approval: PolicyContext["approval"]): PolicyContext {
  return {
    origin: ground.origin,
    approval,
    step: { irreversible: isIrreversible(step) },
    plan: { steps: ground.counts.steps, most: ground.settings.limits.plan.steps },
    target: targetFacts(step, ground.settings),
    limited: limitedFacts(step, ground.settings),
    storage: storageFacts(step),
    network: networkFacts(step),
    identity: identityFacts(step),
    compute: computeFacts(step, ground),
    tags: tagFacts(step, ground.settings),
  };
}
