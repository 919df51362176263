/** Propose: what the planner (or an undo) wants changed, before anything of it is believed. */
import * as z from "zod";

/** UTF-8 bytes of one step's input as JSON. */
const MOST_INPUT = 4 * 1024;
/** More steps than this are no proposal at all; how many a plan may have is config/limits.ts's to say. */
const MOST_STEPS = 600;

export const stepId = z.string().regex(/^s\d{1,3}$/, "s and a number, such as s1");

export const proposedStep = z.strictObject({
  id: stepId,
  service: z.string().max(40),
  /** Id or registered name. */
  account: z.string().max(60),
  /** Where the resource lives; "global" for IAM. */
  region: z.string().max(30),
  operation: z.string().max(100),
  /** The catalog's input; a value may be `{ "$ref": "s1.GroupId" }`, an output of an earlier step. */
  input: z
    .record(z.string(), z.unknown())
    .default({})
    .refine((input) => Buffer.byteLength(JSON.stringify(input)) <= MOST_INPUT, `at most ${MOST_INPUT} bytes of JSON`),
  reason: z.string().max(300).default(""),
});
export type ProposedStep = z.infer<typeof proposedStep>;

export const proposal = z.strictObject({
  kind: z.literal("propose"),
  summary: z.string().min(1).max(4000),
  steps: z.array(proposedStep).min(1).max(MOST_STEPS),
});
export type Proposal = z.infer<typeof proposal>;
