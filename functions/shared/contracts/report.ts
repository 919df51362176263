/** Report: how a request ends. */
import * as z from "zod";
import { admission } from "./admission.ts";
import { decision, failedDecision } from "./decision.ts";
import { historyRound, orchestratorInput } from "./rounds.ts";
import { usageEntry } from "./work.ts";

export const STATUSES = ["answered", "partial", "needs_input", "declined", "not_available", "refused", "failed"] as const;
export type Status = (typeof STATUSES)[number];

/** Statuses that end the execution in Succeed; every other ends it in Fail. */
export const SUCCEEDING: readonly Status[] = ["answered", "partial", "needs_input", "declined"];

export const reportInput = z.strictObject({
  request: z.unknown(),
  admission: admission.nullable(),
  outcome: z.union([
    decision,
    failedDecision,
    z.strictObject({ kind: z.literal("refused") }),
    z.strictObject({ kind: z.literal("crashed"), state: z.string(), error: z.string(), cause: z.string() }),
  ]),
  history: z.array(historyRound),
  /** A round that was read but not folded into history yet, when the request ended between the two. */
  latest: orchestratorInput.shape.latest.default(null),
  usage: z.array(usageEntry),
  redactions: z.number().int().nonnegative(),
  startedAt: z.string(),
});
export type ReportInput = z.infer<typeof reportInput>;

export const reportResult = z.strictObject({
  status: z.enum(STATUSES),
  code: z.string(),
  summary: z.string(),
  reportKey: z.string().nullable(),
  markdownKey: z.string().nullable(),
  findings: z.number().int().nonnegative(),
  unsupported: z.number().int().nonnegative(),
  partialFailures: z.number().int().nonnegative(),
  redactions: z.number().int().nonnegative(),
  usd: z.number().nonnegative(),
  tokens: z.number().int().nonnegative(),
  durationMs: z.number().nonnegative(),
});
export type ReportResult = z.infer<typeof reportResult>;
