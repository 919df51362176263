/** Events of a change, as Record tells it (functions/shared/events.ts). */
import type { ArtifactResult, StepOutcome, Verdict, Verification } from "../../../../functions/shared/contracts.ts";
import { digest, sha256Hex } from "../../../../functions/shared/digest.ts";
import type { EventDraft, Payload } from "../../../../functions/shared/events.ts";
import { ID } from "../../record/samples.ts";
import { EXPIRES, samplePlan } from "../../shared/plan-sample.ts";

export const PLAN = samplePlan({ requestId: ID });
export const HASH = digest(PLAN);
export const CAROL = "arn:aws:iam::111122223333:user/carol";
const DECIDED = "2026-11-22T11:00:00.000Z";

export const verdict = (decision: Verdict["decision"]): Verdict => ({
  decision,
  code: `plan_${decision}`,
  reason: "Because.",
  ruleIds: ["B13"],
  steps: [],
  findings: [],
  exits: [],
});
export const judged = (decision: Verdict["decision"]): EventDraft => ({
  type: "message",
  payload: { kind: "verdict", content: "Because.", delta: false, verdict: verdict(decision) },
});

export const asked = (phase: number): EventDraft => ({
  type: "permission_request",
  payload: {
    action: "change",
    description: "Close",
    blastRadius: "2 resources",
    awaitingResponse: true,
    permissionId: `phase-${phase}`,
    phase,
    destructive: phase === 2,
    planHash: HASH,
    expiresAt: EXPIRES,
    requesterMayApprove: phase === 1,
    acknowledge: [],
    plan: PLAN,
  },
});
export const granted = (phase: number, decision: Payload<"permission_grant">["decision"]): EventDraft => {
  const [approver, decidedAt] = decision === "expired" ? [null, null] : [CAROL, DECIDED];
  return {
    type: "permission_grant",
    payload: { permissionId: `phase-${phase}`, approved: decision === "approve", phase, decision, planHash: HASH, approver, note: "", decidedAt },
  };
};

const resource = "arn:aws:s3:::acme-logs";
export const outcome = (kind: StepOutcome["outcome"]): StepOutcome => ({
  stepId: "s1",
  outcome: kind,
  code: kind,
  message: "As promised.",
  resource,
  principal: "arn:aws:sts::666666666666:assumed-role/acw-mutation-s3/req",
  differences: [],
  output: {},
  failure: null,
  at: DECIDED,
});
const step = (mode: "apply" | "undo") => ({ agentId: mode === "apply" ? "p1m1" : "u1", stepId: "s1", phase: 1, mode });
export const begun = (mode: "apply" | "undo" = "apply"): EventDraft => ({
  type: "tool_use",
  payload: { tool: "PutPublicAccessBlock", input: {}, status: "started", toolUseId: `${step(mode).agentId}.s1`, step: { ...step(mode), resource } },
});
export const ended = (kind: StepOutcome["outcome"], mode: "apply" | "undo" = "apply"): EventDraft => ({
  type: "tool_result",
  payload: {
    toolUseId: `${step(mode).agentId}.s1`,
    tool: "PutPublicAccessBlock",
    output: outcome(kind),
    exitCode: 0,
    error: null,
    step: step(mode),
  },
});
export const VERIFICATION: Verification = {
  outcome: "verified",
  rows: [{ stepId: "s1", resource, field: "BlockPublicAcls", before: false, after: true, found: true, match: true }],
};
export const verified: EventDraft = {
  type: "tool_result",
  payload: { toolUseId: "verify", tool: "verify", output: VERIFICATION, exitCode: 0, error: null },
};

const KEY = `artifacts/${ID}/template.yaml`;
export const ARTIFACT_FILES = { [KEY]: "Resources: {}\n" };
const ARTIFACT: ArtifactResult = {
  files: [{ path: "template.yaml", key: KEY, sha256: sha256Hex("Resources: {}\n"), bytes: 14 }],
  releasable: false,
  blockers: [{ code: "ticket_missing", message: "Name a ticket." }],
  branch: "feature/prod-close",
  summary: "Closes a bucket.",
};
export const ARTIFACT_EVENTS: EventDraft[] = [
  judged("artifact"),
  { type: "tool_use", payload: { tool: "artifact", input: { plan: PLAN, planHash: HASH }, status: "started", toolUseId: "artifact" } },
  { type: "tool_result", payload: { toolUseId: "artifact", tool: "artifact", output: ARTIFACT, exitCode: 0, error: null } },
];
