/**
 * The approvals table: functions/approval writes what waits, the approval API decides it. pk = request id, sk = `PHASE#<3 digits>`.
 * Index byExpiry (waiting, planExpiresAt) has the items that wait, and of each what `waiting` below names.
 */
import * as z from "zod";
import { APPROVAL_DECISIONS, plan as planSchema, sha256 } from "./contracts.ts";

/** What state AwaitApproval gives functions/approval, with the task token beside it. */
export const approvalRequest = z.strictObject({
  taskToken: z.string().min(1).max(2048),
  plan: planSchema,
  planHash: sha256,
  /** The phase whose turn it is. */
  phase: z.number().int().positive(),
});
export type ApprovalRequest = z.infer<typeof approvalRequest>;

export const pendingApproval = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  /** `decided`: somebody won; the machine was told or is being told. */
  status: z.enum(["waiting", "decided"]),
  phase: z.number().int().positive(),
  destructive: z.boolean(),
  planHash: sha256,
  /** The plan as canonical JSON: what is shown, and what the hash is over. */
  plan: z.string(),
  taskToken: z.string(),
  tokenDigest: sha256,
  requester: z.string(),
  /** Accounts of the plan: an approver must be registered for all of them. */
  accounts: z.array(z.string()),
  requesterMayApprove: z.boolean(),
  /** ISO; after it nothing is decided any more. */
  planExpiresAt: z.string(),
  createdAt: z.string(),
  decision: z.enum(APPROVAL_DECISIONS).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  /** The approval document as the machine is given it, JSON: what a repetition after a crash sends again. */
  answer: z.string().nullable(),
  /** Whether the machine took it. */
  sent: z.boolean(),
  /** Epoch seconds. */
  expiresAt: z.number(),
});
export type PendingApproval = z.infer<typeof pendingApproval>;

/** What the index shows of a wait: enough to tell whose it is. No token and no plan. */
export const waiting = z.object({
  pk: z.string(),
  phase: z.number().int().positive(),
  requester: z.string(),
  accounts: z.array(z.string()),
  createdAt: z.string(),
});
export type Waiting = z.infer<typeof waiting>;

export const approvalKey = (phase: number): string => `PHASE#${String(phase).padStart(3, "0")}`;
