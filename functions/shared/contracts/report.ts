/** Report: how a request ends. */
import * as z from "zod";
import { admission } from "./admission.ts";
import { approval } from "./approval.ts";
import { sha256 } from "./common.ts";
import { decision, failedDecision } from "./decision.ts";
import { artifactResult, examineResult, verification } from "./guardrail.ts";
import { mutationCrash, mutationResult } from "./mutation.ts";
import { plan, verdict } from "./plan.ts";
import { proposal } from "./proposal.ts";
import { historyRound, orchestratorInput } from "./rounds.ts";
import { usageEntry } from "./work.ts";

export const STATUSES = [
  "answered",
  "partial",
  "needs_input",
  "declined",
  /** Every step done, verified. */
  "changed",
  /** Every step done, but the last look found something else, or could not look. */
  "unverified",
  /** A person said no before anything was done (C24). */
  "cancelled",
  /** Nobody approved in time; what earlier phases did stays. */
  "expired",
  /** A person ended it; what was done stays. */
  "stopped",
  /** As stopped, by the halt switch (law 10). */
  "halted",
  /** A step failed; what was done is undone. */
  "rolled_back",
  /** A step failed, and not all that was done is undone. */
  "partial_rollback",
  /** Staging and production: a pipeline's artifact, and not one write. */
  "artifact",
  "refused",
  "failed",
] as const;
export type Status = (typeof STATUSES)[number];

/** Statuses that end the execution in Succeed; every other ends it in Fail. */
export const SUCCEEDING: readonly Status[] = ["answered", "partial", "needs_input", "declined", "changed", "cancelled", "artifact"];

/** How the machine's path through a change ended; what was done stands in `change`. */
const changeOutcomes = [
  /** Examine's or PlanReads's verdict led no further: `change.verdict`. */
  z.strictObject({ kind: z.literal("verdict") }),
  /** functions/undo found nothing to take back. */
  z.strictObject({ kind: z.literal("undo_refused"), code: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal("not_approved"), decision: z.enum(["reject", "stop", "expired"]), phase: z.number().int().positive() }),
  z.strictObject({
    kind: z.literal("not_authorized"),
    phase: z.number().int().positive(),
    code: z.string(),
    reason: z.string(),
    ruleIds: z.array(z.string()),
  }),
  /** Between two steps or by a worker before a write. */
  z.strictObject({ kind: z.literal("halted"), by: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal("stopped"), by: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal("rolled_back") }),
  z.strictObject({ kind: z.literal("verified") }),
  z.strictObject({ kind: z.literal("artifact") }),
] as const;

/** An approval as the report shows it. */
export const approvalSeen = approval.pick({ phase: true, decision: true, approver: true, decidedAt: true, note: true });

/** Everything about a change, from the first proposal on; what the request did not come to is null or empty. */
export const changeInput = z.strictObject({
  /** Null once there is a plan, which says it better. */
  proposal: proposal.nullable(),
  attempt: z.number().int().positive(),
  /** Null once something was done: the plan has its findings. */
  verdict: verdict.nullable(),
  plan: plan.nullable(),
  planHash: sha256.nullable(),
  evidence: examineResult.shape.evidence,
  approvals: z.array(approvalSeen),
  /** The phase whose turn it was. */
  phase: z.number().int().positive(),
  mutations: z.array(z.union([mutationResult, mutationCrash])),
  verification: verification.nullable(),
  artifact: artifactResult.nullable(),
});
export type ChangeInput = z.infer<typeof changeInput>;

export const reportInput = z.strictObject({
  request: z.unknown(),
  admission: admission.nullable(),
  outcome: z.union([
    decision,
    failedDecision,
    z.strictObject({ kind: z.literal("refused") }),
    z.strictObject({ kind: z.literal("crashed"), state: z.string(), error: z.string(), cause: z.string() }),
    ...changeOutcomes,
  ]),
  history: z.array(historyRound),
  /** A round that was read but not folded into history yet, when the request ended between the two. */
  latest: orchestratorInput.shape.latest.default(null),
  usage: z.array(usageEntry),
  redactions: z.number().int().nonnegative(),
  startedAt: z.string(),
  change: changeInput.nullable().default(null),
});
export type ReportInput = z.infer<typeof reportInput>;

const count = z.number().int().nonnegative();
/** D19, E14. */
export const changeCounts = z.strictObject({
  steps: z.strictObject({ total: count, completed: count, undone: count }),
  resources: z.strictObject({ created: count, modified: count, deleted: count }),
});
export type ChangeCounts = z.infer<typeof changeCounts>;

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
  /** Absent: nothing was planned. */
  change: changeCounts.optional(),
});
export type ReportResult = z.infer<typeof reportResult>;
