/** State Authorize, before each phase: the approval in hand against the plan, Cedar again, then the batches (law 7). Pure. */
import type * as z from "zod";
import type { AuthorizeResult, authorizeInput, Phase, Plan } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";
import type { JudgedStep } from "../policy/judge.ts";
import { callsOfPhase, packed, writeOf } from "./batches.ts";
import type { Judging } from "./decide.ts";
import { tagsIn } from "./observe.ts";
import { told } from "./told.ts";

export type AuthorizeInput = z.infer<typeof authorizeInput>;

export function authorize(input: AuthorizeInput, judging: Pick<Judging, "settings" | "judge" | "policyVersion">): AuthorizeResult {
  const { plan, phase: number } = input;
  const phase = plan.phases.find((one) => one.number === number);
  if (!phase) return refused("approval_wrong_phase", `The plan has no phase ${number}.`, "law-7");
  const mismatch = mismatchOf(input, phase, judging.policyVersion);
  if (mismatch) return mismatch;
  const denied = deniedBy(input, phase, judging);
  if (denied) return denied;
  const packing = packed(phase.steps, plan.requestId, judging.settings.limits.plan.batchSize);
  if (!packing.fits) return refused("session_policy_too_large", `${packing.stepId} needs a session policy of ${packing.characters} characters.`, "law-7");
  const calls = callsOfPhase(plan, phase, packing.batches);
  return {
    outcome: "authorized",
    code: "authorized",
    reason: `Phase ${number}: ${phase.steps.length} step(s) in ${calls.length} call(s).`,
    ruleIds: [],
    calls,
  };
}

/** Everything that can be seen of the approval without asking a policy. */
function mismatchOf({ plan, planHash, approval, now }: AuthorizeInput, phase: Phase, policyVersion: string): AuthorizeResult | null {
  if (digest(plan) !== planHash) return refused("approval_mismatch", "The plan is not the one its hash is of.", "law-7");
  if (approval.planHash !== planHash) return refused("approval_mismatch", "The approval is for another plan.", "law-7");
  if (approval.requestId !== plan.requestId) return refused("approval_mismatch", "The approval is for another request.", "law-7");
  if (approval.expiresAt !== plan.expiresAt) return refused("approval_mismatch", "The approval names another expiry than the plan.", "law-7");
  if (approval.decision !== "approve") return refused("approval_rejected", `The decision was ${approval.decision}.`, "law-7");
  if (approval.phase !== phase.coveredBy)
    return refused("approval_wrong_phase", `Phase ${phase.number} needs the approval of phase ${phase.coveredBy}; this is of ${approval.phase}.`, "E12", "S11");
  // Not "later than": a time that can't be read is no time left.
  if (!(Date.parse(now) < Date.parse(plan.expiresAt))) return refused("approval_expired", `The plan expired at ${plan.expiresAt}.`, "law-9");
  if (!(Date.parse(approval.decidedAt) < Date.parse(plan.expiresAt))) return refused("approval_expired", "It was decided after the plan expired.", "law-9");
  if (approval.approver === plan.requester && (phase.destructive || !plan.approval.requesterMayApprove))
    return refused("approval_self", "Somebody else than the requester has to approve it.", "S11", "C11");
  if (plan.policyVersion !== policyVersion)
    return refused("policy_changed", "The policies or the catalog have changed since the plan was examined: ask again.", "law-9");
  return null;
}

function deniedBy({ plan, approval }: AuthorizeInput, phase: Phase, { settings, judge }: Pick<Judging, "settings" | "judge">): AuthorizeResult | null {
  const steps = plan.phases.flatMap((one) => one.steps);
  const counts = { steps: steps.length, resources: plan.blastRadius.count };
  const facts = { approver: approval.approver, destructiveConfirmed: phase.destructive && approval.phase === phase.number };
  const ground = { stage: "authorize", approval: facts, requester: plan.requester, origin: plan.origin, settings, counts } as const;
  const verdicts = phase.steps.map((step) => judge(judgedOf(step), ground));
  const wrong = verdicts.filter(({ decision }, index) => decision !== "allow" || verdicts[index]?.stepId !== phase.steps[index]?.id);
  const [first] = wrong;
  if (!first) return null;
  const ruleIds = [...new Set(wrong.flatMap((one) => one.ruleIds))].slice(0, 30);
  return refused("policy_denied", `${wrong.length} step(s) may not be done; ${first.stepId}: ${told(first.reason, 400)}`, ...ruleIds);
}

/** What the policies are told of a sealed step; its tags as they were when it was examined. */
function judgedOf(step: Plan["phases"][number]["steps"][number]): JudgedStep {
  return { ...step, write: writeOf(step), tags: tagsIn(step.before.image) };
}

function refused(code: string, reason: string, ...ruleIds: string[]): AuthorizeResult {
  return { outcome: "refused", code, reason, ruleIds, calls: [] };
}
