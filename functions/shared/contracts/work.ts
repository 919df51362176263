/** What any function says of its work: failures and usage. */
import * as z from "zod";

/** Law 6, D22: what failed, as whom, and what access would be needed. Never followed by another role. */
export const failureReport = z.strictObject({
  operation: z.string(),
  account: z.string(),
  region: z.string(),
  role: z.string(),
  resource: z.string().optional(),
  errorCode: z.string(),
  message: z.string(),
  /** The access whose lack explains it, or what to look at. */
  access: z.string(),
  /** How many resources of the operation failed alike. */
  count: z.number().int().positive().default(1),
});
export type FailureReport = z.infer<typeof failureReport>;

/** One model call's cost, or a reserved share of a worker that crashed before telling (`estimated`). */
export const usageEntry = z.strictObject({
  by: z.string(),
  model: z.string(),
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cacheReadTokens: z.number().int().nonnegative(),
  cacheWriteTokens: z.number().int().nonnegative(),
  usd: z.number().nonnegative(),
  calls: z.number().int().nonnegative(),
  estimated: z.boolean().default(false),
});
export type UsageEntry = z.infer<typeof usageEntry>;
