/** The part of a report that tells about a change: what was planned, decided, done, verified and taken back. */
import * as z from "zod";
import { approvalSeen, artifactResult, changeCounts, plan, sha256, stepId, stepOutcome, verdict, verification } from "../shared/contracts.ts";

const { outcome, differences } = stepOutcome.shape;

export const changeReport = z.strictObject({
  summary: z.string(),
  undoOf: z.string().nullable(),
  /** Proposals that were made. */
  attempt: z.number().int().positive(),
  /** Of a proposal that became no plan. */
  proposed: z.array(z.strictObject({ stepId, service: z.string(), account: z.string(), region: z.string(), operation: z.string() })),
  verdict: verdict.nullable(),
  plan: plan.nullable(),
  planHash: sha256.nullable(),
  approvals: z.array(approvalSeen),
  steps: z.array(
    z.strictObject({
      stepId,
      phase: z.number().int().positive(),
      service: z.string(),
      operation: z.string(),
      account: z.string(),
      region: z.string(),
      /** As made or changed. */
      resource: z.string(),
      /** What is left of it now (functions/shared/effects.ts). */
      standing: z.enum(["none", "done", "unknown", "undone"]),
      outcome,
      code: z.string(),
      message: z.string(),
      principal: z.string(),
      differences,
      at: z.string(),
      undo: z.strictObject({ outcome, message: z.string(), principal: z.string(), differences }).nullable(),
    }),
  ),
  counts: changeCounts,
  verification: verification.nullable(),
  artifact: artifactResult.nullable(),
  /** How what is left is taken back, and what of it would stay. Null: there is nothing to take back. */
  undo: z.strictObject({ command: z.string().nullable(), steps: z.array(stepId), stays: z.array(z.string()) }),
});
export type ChangeReport = z.infer<typeof changeReport>;
