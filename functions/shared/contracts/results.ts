/** Discover: what workers return. */
import * as z from "zod";
import { roleResolution } from "./admission.ts";
import { accountId, service, sha256 } from "./common.ts";
import { workerTarget } from "./tasks.ts";
import { failureReport, usageEntry } from "./work.ts";

/** One read in one account and region, as columns and rows; only catalog fields, secrets redacted. */
export const resultTable = z.strictObject({
  /** "<callId>.<n>": how findings cite it. */
  evidenceId: z.string(),
  service,
  operation: z.string(),
  entity: z.string(),
  account: accountId,
  region: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
  /** Rows read, and how many of them are in `rows` (the rest was cut to the payload share). */
  total: z.number().int().nonnegative(),
  shown: z.number().int().nonnegative(),
  /** The service had more than the catalog's bound; `total` is what was read. */
  truncated: z.boolean(),
  evidence: z.strictObject({ key: z.string(), sha256, bytes: z.number().int().nonnegative() }),
});
export type ResultTable = z.infer<typeof resultTable>;

export const workerResult = z.strictObject({
  callId: z.string(),
  worker: z.string(),
  service,
  status: z.enum(["complete", "partial", "failed"]),
  /** Where the uncut tables are, for Report: an object in the evidence bucket. */
  projectionKey: z.string().nullable(),
  resolutions: z.array(roleResolution),
  tables: z.array(resultTable),
  failures: z.array(failureReport),
  usage: z.array(usageEntry),
  redactions: z.number().int().nonnegative(),
  /** What the objective's model said when it finished: untrusted text. */
  note: z.string().max(2000).optional(),
  durationMs: z.number().nonnegative(),
});
export type WorkerResult = z.infer<typeof workerResult>;

/** What Map's Catch leaves of a worker that crashed or timed out: callId and worker come from its call. */
export const workerCrash = z.strictObject({
  callId: z.string(),
  worker: z.string(),
  service,
  crashed: z.strictObject({ error: z.string(), cause: z.string() }),
  targets: z.array(workerTarget),
  reservedUsd: z.number().nonnegative(),
});
export type WorkerCrash = z.infer<typeof workerCrash>;
