/** Orchestrate: the planner's one typed decision. */
import * as z from "zod";
import { proposal } from "./proposal.ts";
import { readCall } from "./read-call.ts";

/** What the planner asks of a service: exact operations (no model runs) or an objective (bounded Haiku loop). */
export const task = z.strictObject({
  service: z.string().max(40),
  accounts: z.array(z.string().max(60)).min(1).max(50),
  regions: z.array(z.string().max(30)).max(40).default([]),
  reads: z.array(readCall).max(20).default([]),
  objective: z.string().max(1000).optional(),
});
export type Task = z.infer<typeof task>;

export const finding = z.strictObject({
  title: z.string().min(1).max(300),
  severity: z.enum(["critical", "high", "medium", "low", "info"]),
  detail: z.string().max(2000).default(""),
  resources: z.array(z.string().max(2048)).max(500).default([]),
  /** Evidence ids of the tables it rests on. */
  evidence: z.array(z.string().max(100)).max(100).default([]),
});
export type Finding = z.infer<typeof finding>;

export const FAILURE_CODES = [
  "model_output_invalid",
  "model_reply_too_large",
  "model_refused",
  "model_access_denied",
  "model_unavailable",
  "budget_exhausted",
  "round_limit",
  "input_too_large",
  /** What the guardrail refuses by the same code, where there are so many that no state carries them. */
  "too_many_steps",
] as const;

export const decision = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("discover"), rationale: z.string().max(2000).default(""), tasks: z.array(task).min(1).max(20) }),
  proposal,
  z.strictObject({ kind: z.literal("answer"), answer: z.string().min(1).max(20_000), findings: z.array(finding).max(200).default([]) }),
  z.strictObject({ kind: z.literal("ask"), missing: z.array(z.string().min(1).max(500)).min(1).max(10) }),
  z.strictObject({ kind: z.literal("decline"), reason: z.string().min(1).max(2000) }),
]);
export type Decision = z.infer<typeof decision>;

/** Not the model's to return: the orchestrator function says so itself. */
export const failedDecision = z.strictObject({ kind: z.literal("failed"), code: z.enum(FAILURE_CODES), message: z.string() });
