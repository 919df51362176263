/** Await approval: what a person decided, bound to exactly what was shown (law 7). */
import * as z from "zod";
import { sha256 } from "./common.ts";
import { requestDocument } from "./request.ts";

/** `stop`: POST /requests/{id}/stop ended the wait. */
export const APPROVAL_DECISIONS = ["approve", "reject", "stop"] as const;

export const approval = z.strictObject({
  requestId: requestDocument.shape.requestId,
  phase: z.number().int().positive(),
  /** SHA-256 of the task token: the approval is for that one wait. */
  tokenDigest: sha256,
  planHash: sha256,
  decision: z.enum(APPROVAL_DECISIONS),
  /** ARN, as functions/api/principal.ts gives it. */
  approver: z.string().min(1).max(2048),
  /** Of the plan, not of the wait. */
  expiresAt: z.iso.datetime(),
  decidedAt: z.iso.datetime(),
  /** Redacted; not covered by the MAC. */
  note: z.string().max(1000),
  /** KMS HMAC_256 over `macMessage`, base64; null where nothing is approved. */
  mac: z.string().nullable(),
});
export type Approval = z.infer<typeof approval>;
