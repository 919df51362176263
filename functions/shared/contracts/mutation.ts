/** Mutate and Roll back: what a mutation worker is given, and what it says it did. */
import * as z from "zod";
import { MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import { roleResolution } from "./admission.ts";
import { approval } from "./approval.ts";
import { accountId, regionName, sha256 } from "./common.ts";
import { change, plan } from "./plan.ts";
import { stepId } from "./proposal.ts";
import { requestDocument } from "./request.ts";
import { failureReport, usageEntry } from "./work.ts";

/** Steps of one service, account, region and phase, in order, whose session policy fits (limits.plan.batchSize at most). */
export const mutationCall = z.strictObject({
  requestId: requestDocument.shape.requestId,
  /** p1m2: second batch of phase 1; u3: third of the roll-back. */
  callId: z.string().regex(/^(p\d+m\d+|u\d+)$/),
  /** Comes from config/catalog, never from a model. */
  worker: z.string(),
  service: z.enum(MUTABLE_SERVICES),
  account: accountId,
  region: regionName,
  phase: z.number().int().positive(),
  mode: z.enum(["apply", "undo"]),
  /** In the order to be worked on: for an undo the last first. */
  stepIds: z.array(stepId).min(1),
});
export type MutationCall = z.infer<typeof mutationCall>;

export const mutationInput = z.strictObject({
  call: mutationCall,
  plan,
  planHash: sha256,
  approval,
  /** Most the pre-flight model may cost. */
  budgetUsd: z.number().nonnegative(),
});
export type MutationInput = z.infer<typeof mutationInput>;

/** The machine branches on these; each ends the batch but the first two and the undo's first two. */
export const STEP_OUTCOMES = [
  "done",
  /** The effect was there already: an earlier attempt's, by the ledger. */
  "already_done",
  /** The pre-flight model saw something wrong. */
  "aborted",
  /** The state is not the one that was approved. */
  "drifted",
  "denied",
  "failed",
  /** Whether it took effect can't be known; `message` says what to look at. Never tried again. */
  "indeterminate",
  /** Done, but what is read back is not what was promised. */
  "unverified",
  "halted",
  "stopped",
  "approval_invalid",
  "not_run",
  "undone",
  /** Nothing had been done, so nothing is to undo. */
  "nothing_to_undo",
  /** Changed again since: the undo stopped before it. */
  "undo_drifted",
  "undo_failed",
  "not_undoable",
  /** The worker ended before it said anything; the ledger knows. */
  "crashed",
] as const;
export type StepOutcomeKind = (typeof STEP_OUTCOMES)[number];

export const stepOutcome = z.strictObject({
  stepId,
  outcome: z.enum(STEP_OUTCOMES),
  code: z.string(),
  /** What happened, where, what to do; redacted. */
  message: z.string().max(600),
  /** The ARN as made or changed. */
  resource: z.string(),
  /** Who did it: the narrowed session's ARN; empty before there was one. */
  principal: z.string(),
  /** Expected and found, where it drifted or is unverified. */
  differences: z.array(change).max(20),
  /** Made by the step: what references take ("GroupId"). */
  output: z.record(z.string(), z.string()),
  failure: failureReport.nullable(),
  at: z.iso.datetime(),
});
export type StepOutcome = z.infer<typeof stepOutcome>;

export const mutationResult = z.strictObject({
  callId: z.string(),
  worker: z.string(),
  phase: z.number().int().positive(),
  mode: z.enum(["apply", "undo"]),
  /** `done`: every step of the call; `halted` and `stopped` leave what was done; `failed`: the machine rolls back. */
  status: z.enum(["done", "halted", "stopped", "failed"]),
  outcomes: z.array(stepOutcome),
  resolutions: z.array(roleResolution),
  usage: z.array(usageEntry),
  redactions: z.number().int().nonnegative(),
  durationMs: z.number().nonnegative(),
});
export type MutationResult = z.infer<typeof mutationResult>;

/** What Catch leaves of a mutation worker that crashed or timed out. */
export const mutationCrash = z.strictObject({
  callId: z.string(),
  worker: z.string(),
  phase: z.number().int().positive(),
  mode: z.enum(["apply", "undo"]),
  stepIds: z.array(stepId),
  crashed: z.strictObject({ error: z.string(), cause: z.string() }),
});
export type MutationCrash = z.infer<typeof mutationCrash>;
