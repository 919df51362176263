/** The report as it is stored and later served: one closed document. */
import * as z from "zod";

import { exclusion, finding, roleResolution, STATUSES } from "../shared/contracts.ts";
import { changeReport } from "./change-document.ts";

const count = z.number().int().nonnegative();

/** Where a finding's evidence lies: an object of the evidence bucket and its SHA-256. */
const evidenceRef = z.strictObject({ id: z.string(), operation: z.string(), account: z.string(), region: z.string(), key: z.string(), sha256: z.string() });

export const NOT_READ_KINDS = ["failure", "crash", "refused_task", "exclusion", "truncated", "cut", "evidence_missing", "malformed"] as const;

/** Something that is not part of the answer's ground, and why. Fields that don't apply are empty texts. */
export const notRead = z.strictObject({
  kind: z.enum(NOT_READ_KINDS),
  worker: z.string(),
  operation: z.string(),
  account: z.string(),
  region: z.string(),
  role: z.string(),
  errorCode: z.string(),
  message: z.string(),
  /** What access is needed, or what to do. */
  access: z.string(),
  /** Resources, rows or places it stands for. */
  count: z.number().int().positive(),
});
export type NotRead = z.infer<typeof notRead>;

/** The fields of a NotRead that don't apply. */
export const NOTHING: Omit<NotRead, "kind"> = {
  worker: "",
  operation: "",
  account: "",
  region: "",
  role: "",
  errorCode: "",
  message: "",
  access: "",
  count: 1,
};

const tokens = {
  calls: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  usd: z.number().nonnegative(),
  estimated: z.boolean(),
};

export const reportDocument = z.strictObject({
  id: z.string(),
  status: z.enum(STATUSES),
  code: z.string(),
  /** What happened, said by code: why the status is what it is and what to do. */
  message: z.string(),
  /** The request's text, redacted. */
  question: z.string(),
  /** The model's text, if it answered; null otherwise. */
  answer: z.string().nullable(),
  /** What a request that needs input must be given. */
  missing: z.array(z.string()),
  findings: z.array(
    z.strictObject({
      title: z.string(),
      severity: finding.shape.severity,
      detail: z.string(),
      /** `supported`: a table holds this very text. */
      resources: z.array(z.strictObject({ arn: z.string(), supported: z.boolean() })),
      evidence: z.array(evidenceRef),
      /** Evidence ids it cites that no table has. */
      unknownEvidence: z.array(z.string()),
    }),
  ),
  /** Claims of answer and findings that no evidence contains; `at` is an index in that place. */
  unsupported: z.array(z.strictObject({ text: z.string(), kind: z.enum(["arn", "number", "resource"]), where: z.string(), at: count })),
  notRead: z.array(notRead),
  exclusions: z.array(exclusion),
  roles: z.array(roleResolution),
  evidence: z.array(evidenceRef.extend({ service: z.string(), rows: count })),
  usage: z.strictObject({ models: z.array(z.strictObject({ model: z.string(), ...tokens })), total: z.strictObject(tokens) }),
  /** Secrets replaced on the way, this document's included. */
  redactions: count,
  durations: z.strictObject({
    totalMs: z.number().nonnegative(),
    workers: z.array(z.strictObject({ callId: z.string(), worker: z.string(), durationMs: z.number().nonnegative() })),
  }),
  /** Null: nothing was planned. */
  change: changeReport.nullable(),
  startedAt: z.string(),
  finishedAt: z.string(),
});
export type ReportDocument = z.infer<typeof reportDocument>;
