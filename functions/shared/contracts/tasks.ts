/** Guardrail: tasks become worker calls. */
import * as z from "zod";
import { accountId, regionName, service } from "./common.ts";
import { workerRead } from "./read-call.ts";
import { requestDocument } from "./request.ts";

/** Where a worker reads. `within`: keep only resources of these regions (a global list of a request that named regions). */
export const workerTarget = z.strictObject({ account: accountId, region: regionName, within: z.array(regionName).optional() });
export type WorkerTarget = z.infer<typeof workerTarget>;

export const workerCall = z.strictObject({
  requestId: requestDocument.shape.requestId,
  /** r2c1: first call of round 2; s1c1: snapshot of proposal 1; v1c1: verification. */
  callId: z.string().regex(/^[rsv]\d+c\d+$/),
  /** Comes from config/catalog, never from a model. */
  worker: z.string(),
  service,
  targets: z.array(workerTarget).min(1),
  reads: z.array(workerRead),
  objective: z.string().optional(),
  /** This call's part of a per-resource read: items whose stable hash modulo `of` is `index`. */
  shard: z.strictObject({ index: z.number().int().nonnegative(), of: z.number().int().positive() }),
  /** Most bytes the result may have. */
  shareBytes: z.number().int().positive(),
  /** Most the call's models may cost. */
  shareUsd: z.number().nonnegative(),
});
export type WorkerCall = z.infer<typeof workerCall>;

export const refusedTask = z.strictObject({
  task: z.number().int().nonnegative(),
  service: z.string(),
  code: z.string(),
  reason: z.string(),
  ruleIds: z.array(z.string()),
});
export type RefusedTask = z.infer<typeof refusedTask>;

export const guardrailResult = z.strictObject({
  verdict: z.strictObject({ decision: z.enum(["proceed", "refuse"]), reason: z.string(), ruleIds: z.array(z.string()) }),
  scope: z.strictObject({
    /** F08/F09, the rule that chose the partition. */
    mode: z.enum(["single", "by_account", "by_region", "by_batch"]),
    agents: z.number().int().nonnegative(),
    resources: z.number().int().nonnegative(),
    estimatedSeconds: z.number().nonnegative(),
    advisement: z.string().optional(),
  }),
  calls: z.array(workerCall),
  refused: z.array(refusedTask),
});
export type GuardrailResult = z.infer<typeof guardrailResult>;
