/** One step's verdict (law 9: whatever goes wrong denies). */

import type * as z from "zod";
import { mayApproveFor } from "../../../config/approvers.ts";
import type { PolicyContext } from "../../../config/policies/context.ts";
import { actionId } from "../../../config/policies/schema.ts";
import type { stepVerdict } from "../../shared/contracts/plan.ts";
import { type PolicyAnswer, type PolicyEngine, type PolicyRequest, policyEngine } from "./engine.ts";
import { entitiesOf } from "./entities.ts";
import { factsOf } from "./facts.ts";
import type { JudgedStep, JudgeGround } from "./step.ts";
import { readPolicyTexts } from "./texts.ts";
import { policyVersion } from "./version.ts";

export type { JudgedStep, JudgeGround } from "./step.ts";
export type StepVerdict = z.infer<typeof stepVerdict>;

const texts = readPolicyTexts();

/** SHA-256 over everything that judges: policies, schema and the catalog's writes. */
export const POLICY_VERSION: string = policyVersion(texts);

/** The approval that nothing more could be asked of: what is denied with it is denied whoever approves. */
const ANY: PolicyContext["approval"] = { given: true, self: false, registered: true, confirmed: true };
const NONE: PolicyContext["approval"] = { given: false, self: false, registered: false, confirmed: false };

/** `approve`: an approval is missing or not enough, and nothing but that. `allow`: only ever with the approval in hand. */
export const judge = judgeBy(policyEngine(texts));

/** @param engine other than the deployed policies': for tests. */
export function judgeBy(engine: PolicyEngine): (step: JudgedStep, ground: JudgeGround) => StepVerdict {
  return (step, ground) => {
    try {
      const possible = engine(requestOf(step, ground, ANY));
      if (possible.decision !== "allow") return denied(step, possible);
      const answer = engine(requestOf(step, ground, approvalOf(step, ground)));
      return verdict(step, answer.decision === "allow" ? "allow" : "approve", answer);
    } catch (error) {
      const reason = `No verdict, so no change: ${error instanceof Error ? error.message : String(error)}`;
      return { stepId: step.id, decision: "deny", reason, ruleIds: ["law-9"] };
    }
  };
}

/** The question as Cedar takes it. */
export function requestOf(step: JudgedStep, ground: JudgeGround, approval: PolicyContext["approval"]): PolicyRequest {
  return {
    principal: ground.requester,
    action: actionId(step.service, step.operation),
    resource: step.resource,
    context: factsOf(step, ground, approval),
    entities: entitiesOf(step, ground),
  };
}

export function approvalOf({ account }: JudgedStep, { stage, approval, requester, settings }: JudgeGround): PolicyContext["approval"] {
  if (stage === "examine" || approval === null) return NONE;
  return {
    given: true,
    self: approval.approver === requester,
    registered: mayApproveFor(settings.approvers, approval.approver, [account]),
    confirmed: approval.destructiveConfirmed,
  };
}

function denied(step: JudgedStep, answer: PolicyAnswer): StepVerdict {
  if (answer.determining.length > 0) return verdict(step, "deny", answer);
  const reason = `Nothing permits ${actionId(step.service, step.operation)} in account ${step.account}.`;
  return { stepId: step.id, decision: "deny", reason, ruleIds: ["law-9"] };
}

function verdict(step: JudgedStep, decision: StepVerdict["decision"], { determining }: PolicyAnswer): StepVerdict {
  const whys = determining.map(({ id, why }) => `${why} (${id})`).join("; ");
  return {
    stepId: step.id,
    decision,
    reason: `${actionId(step.service, step.operation)}: ${whys}.`,
    ruleIds: [...new Set(determining.flatMap(({ ruleIds }) => ruleIds))],
  };
}
