/** What Orchestrate is given and gives: history, round by round. */
import * as z from "zod";
import { admission } from "./admission.ts";
import { decision, failedDecision } from "./decision.ts";
import { verdict } from "./plan.ts";
import { proposal } from "./proposal.ts";
import { workerCrash, workerResult } from "./results.ts";
import { refusedTask } from "./tasks.ts";
import { usageEntry } from "./work.ts";

/** One finished round, as the next rounds see it. */
export const historyRound = z.strictObject({
  round: z.number().int().positive(),
  results: z.array(workerResult),
  refused: z.array(refusedTask),
  /** Rows removed to keep history inside its share, by evidence id. */
  cut: z.record(z.string(), z.number().int().positive()).default({}),
});
export type HistoryRound = z.infer<typeof historyRound>;

/** Why a proposal came back: the guardrail's verdict, and what it was about (null once there is newer evidence to look at). */
export const feedback = z.strictObject({ attempt: z.number().int().positive(), verdict, proposal: proposal.nullable() });
export type Feedback = z.infer<typeof feedback>;

export const orchestratorInput = z.strictObject({
  admission,
  round: z.number().int().positive(),
  history: z.array(historyRound),
  /** The round just finished, if any. */
  latest: z.strictObject({ results: z.array(z.union([workerResult, workerCrash])), refused: z.array(refusedTask) }).nullable(),
  usage: z.array(usageEntry),
  feedback: feedback.nullable().default(null),
});
export type OrchestratorInput = z.infer<typeof orchestratorInput>;

export const orchestratorResult = z.strictObject({
  decision: z.union([decision, failedDecision]),
  /** History with the latest round folded in and cut to its share. */
  history: z.array(historyRound),
  /** All usage so far: what came in, the workers' and this call's. */
  usage: z.array(usageEntry),
  redactions: z.number().int().nonnegative(),
  durationMs: z.number().nonnegative(),
});
export type OrchestratorResult = z.infer<typeof orchestratorResult>;
