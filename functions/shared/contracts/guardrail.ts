/** What the guardrail is asked besides tasks: by `kind`, one for each state that asks it. It holds nothing; all it judges is in its input. */
import * as z from "zod";
import { admission } from "./admission.ts";
import { approval } from "./approval.ts";
import { sha256 } from "./common.ts";
import { mutationCall, mutationCrash, mutationResult, stepOutcome } from "./mutation.ts";
import { change, plan, verdict } from "./plan.ts";
import { proposal, stepId } from "./proposal.ts";
import { requestDocument } from "./request.ts";
import { workerCrash, workerResult } from "./results.ts";
import { workerCall } from "./tasks.ts";

/** What the ledger knows of a step that an undo proposes to take back: from functions/undo, never from a model. */
export const undoGround = z.strictObject({
  undoOf: requestDocument.shape.requestId,
  steps: z.array(
    z.strictObject({
      stepId,
      /** Digest of the state the change left; a state that differs is drift and stops the undo. */
      afterDigest: sha256,
      /** The state the change left, to show drift. */
      after: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    }),
  ),
});
export type UndoGround = z.infer<typeof undoGround>;

const proposed = {
  admission,
  request: requestDocument,
  proposal,
  /** Null: a model proposed. Set by the state machine's path, not by anybody's text. */
  undo: undoGround.nullable(),
  /** 1 for the first proposal of a request; after the limit a `revise` becomes `refuse`. */
  attempt: z.number().int().positive(),
};

/** State PlanReads: is it a plan of the catalog at all, and what must be read to examine it? */
export const planReadsInput = z.strictObject({ kind: z.literal("plan-reads"), ...proposed });
export const planReadsResult = z.strictObject({
  /** Null: it may be read for; otherwise what is wrong already. */
  verdict: verdict.nullable(),
  calls: z.array(workerCall),
});
export type PlanReadsResult = z.infer<typeof planReadsResult>;

/** State Examine. */
export const examineInput = z.strictObject({
  kind: z.literal("examine"),
  ...proposed,
  /** What state Snapshot read. */
  results: z.array(z.union([workerResult, workerCrash])),
  /** Of the execution's state, so that the same input gives the same plan. */
  now: z.iso.datetime(),
});
export type ExamineInput = z.infer<typeof examineInput>;
export const examineResult = z.strictObject({
  verdict,
  /** Sealed for `approve` and `artifact`, null otherwise. */
  plan: plan.nullable(),
  planHash: sha256.nullable(),
  /** Tables and rows the verdict rests on, for the report. */
  evidence: z.array(
    z.strictObject({ evidenceId: z.string(), operation: z.string(), account: z.string(), region: z.string(), key: z.string(), sha256, rows: z.number().int() }),
  ),
});
export type ExamineResult = z.infer<typeof examineResult>;

/** State Authorize, before each phase: the approval in hand, judged by Cedar again; then the batches. */
export const authorizeInput = z.strictObject({
  kind: z.literal("authorize"),
  plan,
  planHash: sha256,
  phase: z.number().int().positive(),
  /** The one that covers the phase. */
  approval,
  now: z.iso.datetime(),
});
export const authorizeResult = z.strictObject({
  outcome: z.enum(["authorized", "refused"]),
  code: z.string(),
  reason: z.string(),
  ruleIds: z.array(z.string()),
  calls: z.array(mutationCall),
});
export type AuthorizeResult = z.infer<typeof authorizeResult>;

/** State PlanRollBack: what was begun, last first. The workers' ledger says what of it was really done. */
export const rollBackInput = z.strictObject({
  kind: z.literal("roll-back"),
  plan,
  results: z.array(z.union([mutationResult, mutationCrash])),
});
export const rollBackResult = z.strictObject({ calls: z.array(mutationCall) });
export type RollBackResult = z.infer<typeof rollBackResult>;

/** State PlanVerify: discovery reads of everything changed; then state Verify compares with what was promised (S07). */
export const planVerifyInput = z.strictObject({ kind: z.literal("plan-verify"), plan, outcomes: z.array(stepOutcome) });
export const planVerifyResult = z.strictObject({ calls: z.array(workerCall) });
export const verifyInput = z.strictObject({
  kind: z.literal("verify"),
  plan,
  outcomes: z.array(stepOutcome),
  results: z.array(z.union([workerResult, workerCrash])),
});
export const verification = z.strictObject({
  outcome: z.enum(["verified", "mismatch", "unreadable"]),
  rows: z.array(change.extend({ stepId, resource: z.string(), found: z.unknown(), match: z.boolean() })),
});
export type Verification = z.infer<typeof verification>;

/** functions/undo: the inverse of what a finished request did, as a proposal; or why there is none. */
export const undoResult = z.strictObject({
  outcome: z.enum(["proposed", "refused"]),
  code: z.string(),
  reason: z.string(),
  proposal: proposal.nullable(),
  ground: undoGround.nullable(),
});
export type UndoResult = z.infer<typeof undoResult>;

/** functions/halt: asked between steps (law 10). */
export const haltResult = z.strictObject({ outcome: z.enum(["go", "halted", "stopped"]), by: z.string(), reason: z.string() });
export type HaltResult = z.infer<typeof haltResult>;

/** functions/artifact. */
export const RELEASE_BLOCKERS = ["ticket_missing", "window_closed", "change_freeze", "change_board_pending", "manual_task_open"] as const;
export const artifactResult = z.strictObject({
  /** Below `artifacts/<request id>/` in the artifact bucket. */
  files: z.array(z.strictObject({ path: z.string(), key: z.string(), sha256, bytes: z.number().int().nonnegative() })),
  releasable: z.boolean(),
  blockers: z.array(z.strictObject({ code: z.enum(RELEASE_BLOCKERS), message: z.string() })),
  branch: z.string(),
  summary: z.string(),
});
export type ArtifactResult = z.infer<typeof artifactResult>;
