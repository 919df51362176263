/**
 * The ledger table: what each step of a request did. Mutation workers write it, functions/undo reads it.
 * One item a step: pk = request id, sk = `STEP#<phase, 3 digits>#<step id>`.
 */
import * as z from "zod";
import { ENVIRONMENTS } from "../../config/accounts.ts";
import { MUTABLE_SERVICES } from "../../config/catalog/services.ts";
import { stateImage } from "./contracts/plan.ts";

/**
 * `started`: an attempt may have taken effect; of a write of several calls, those in `calls` are known to be done.
 * `done`: verified. `indeterminate`: can't be known, or known (`after`) and not as promised. `failed`: known not to be there (any more). `undoing`, `undone`: the same for the inverse.
 */
export const LEDGER_STATUSES = ["started", "done", "failed", "indeterminate", "undoing", "undone", "undo_indeterminate"] as const;

export const ledgerItem = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  status: z.enum(LEDGER_STATUSES),
  stepId: z.string(),
  phase: z.number().int(),
  service: z.enum(MUTABLE_SERVICES),
  operation: z.string(),
  account: z.string(),
  environment: z.enum(ENVIRONMENTS),
  region: z.string(),
  resource: z.string(),
  planHash: z.string(),
  /** With references filled. */
  input: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.string()),
  before: z.strictObject({ absent: z.boolean(), digest: z.string(), image: stateImage }),
  /** The state read back once done; null until then. */
  after: z.strictObject({ digest: z.string(), image: stateImage }).nullable(),
  /** With outputs filled. */
  inverse: z.strictObject({ operation: z.string(), input: z.record(z.string(), z.unknown()) }).nullable(),
  notRestorable: z.array(z.string()),
  /** SDK commands of the write that are known to be done, in order. */
  calls: z.array(z.string()),
  /** Who approved, in full (a session holds a hash only), and as whom it was done. */
  approver: z.string(),
  principal: z.string(),
  /** Counts writes of this item: each is conditional on the one before. */
  version: z.number().int().positive(),
  /** Which invocation wrote it: tells an own write, repeated after a lost answer, from another worker's. */
  attempt: z.string().optional(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Epoch seconds. */
  expiresAt: z.number(),
});
export type LedgerItem = z.infer<typeof ledgerItem>;

export const ledgerKey = (phase: number, stepId: string): string => `STEP#${String(phase).padStart(3, "0")}#${stepId}`;
/** Between these are all of a request's steps. */
export const LEDGER_FIRST = "STEP#";
export const LEDGER_LAST = "STEP#~";
