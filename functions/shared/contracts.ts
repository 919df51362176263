/**
 * The documents that travel between the states of request.asl.json. Each is closed: an unknown field is
 * an error. Sizes are bounded by config/limits.ts; a state may carry 256 KiB (AWS Step Functions quota).
 */
import * as z from "zod";

import { ENVIRONMENTS } from "../../config/accounts.ts";
import { SERVICES } from "../../config/catalog/services.ts";

const accountId = z.string().regex(/^\d{12}$/, "a 12-digit account id");
const regionName = z.string().regex(/^(global|[a-z]{2}(-[a-z]+)+-\d)$/, "a region such as eu-west-1");
const service = z.enum(SERVICES);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

// ---------------------------------------------------------------- the request

/** What StartExecution is given: the agent's whole interface. */
export const requestDocument = z.strictObject({
  requestId: z.string().regex(/^req-[0-9a-f]{32}$/),
  text: z.string(),
  /** The caller's ARN; a role session is its role, unless it is an Identity Center role. */
  requester: z.string().min(1),
  accounts: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  budgetUsd: z.number().positive().optional(),
  receivedAt: z.iso.datetime(),
});
export type RequestDocument = z.infer<typeof requestDocument>;

// ---------------------------------------------------------------- failures and usage

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

// ---------------------------------------------------------------- Admit

/** A12, law 2 of the flow: which role will be used where; `exists` stays unverified until the worker's own AssumeRole. */
export const roleResolution = z.strictObject({
  account: accountId,
  worker: z.string(),
  scopedRole: z.string(),
  exists: z.enum(["unverified", "yes", "no", "refused"]),
  /** The ARN GetCallerIdentity answered with, or "nothing". */
  using: z.string(),
});
export type RoleResolution = z.infer<typeof roleResolution>;

export const target = z.strictObject({
  account: accountId,
  name: z.string(),
  environment: z.enum(ENVIRONMENTS),
  classificationSource: z.literal("registry"),
  regions: z.array(regionName).min(1),
});
export type Target = z.infer<typeof target>;

export const REFUSALS = ["text_empty", "text_too_long", "account_not_registered", "unknown_region", "region_not_allowed", "budget_out_of_range", "malformed_request"] as const;

/** An account or region that was asked for and is not part of the request. */
export const exclusion = z.strictObject({
  code: z.enum(REFUSALS),
  subject: z.string(),
  message: z.string(),
  suggestions: z.array(z.string()).optional(),
});
export type Exclusion = z.infer<typeof exclusion>;

/** C04/C05: said before anything is called. */
export const announcement = z.strictObject({
  operationType: z.literal("read-only discovery"),
  roles: z.array(z.string()),
  accounts: z.array(target),
});

export const admission = z.strictObject({
  outcome: z.enum(["admitted", "refused"]),
  requestId: z.string(),
  requester: z.string(),
  /** The request's text with secrets redacted. */
  text: z.string(),
  redactions: z.number().int().nonnegative(),
  targets: z.array(target),
  /** The request named regions: rows of global lists outside a target's regions are left out. */
  regionsNarrowed: z.boolean(),
  exclusions: z.array(exclusion),
  announcement: announcement.nullable(),
  resolutions: z.array(roleResolution),
  budget: z.strictObject({ usd: z.number().positive(), rounds: z.number().int().positive() }),
  admittedAt: z.iso.datetime(),
});
export type Admission = z.infer<typeof admission>;

// ---------------------------------------------------------------- Orchestrate

export const readCall = z.strictObject({ operation: z.string().min(1).max(100), input: z.record(z.string(), z.unknown()).default({}) });
export type ReadCall = z.infer<typeof readCall>;

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

export const FAILURE_CODES = ["model_output_invalid", "model_reply_too_large", "model_refused", "model_access_denied", "budget_exhausted", "round_limit", "input_too_large"] as const;

export const decision = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("discover"), rationale: z.string().max(2000).default(""), tasks: z.array(task).min(1).max(20) }),
  z.strictObject({ kind: z.literal("propose"), summary: z.string().min(1).max(4000) }),
  z.strictObject({ kind: z.literal("answer"), answer: z.string().min(1).max(20_000), findings: z.array(finding).max(200).default([]) }),
  z.strictObject({ kind: z.literal("ask"), missing: z.array(z.string().min(1).max(500)).min(1).max(10) }),
  z.strictObject({ kind: z.literal("decline"), reason: z.string().min(1).max(2000) }),
]);
export type Decision = z.infer<typeof decision>;

/** Not the model's to return: the orchestrator function says so itself. */
export const failedDecision = z.strictObject({ kind: z.literal("failed"), code: z.enum(FAILURE_CODES), message: z.string() });

// ---------------------------------------------------------------- Guardrail (tasks)

/** Where a worker reads. `within`: keep only resources of these regions (a global list of a request that named regions). */
export const workerTarget = z.strictObject({ account: accountId, region: regionName, within: z.array(regionName).optional() });
export type WorkerTarget = z.infer<typeof workerTarget>;

export const workerCall = z.strictObject({
  requestId: z.string(),
  callId: z.string().regex(/^r\d+c\d+$/),
  /** Comes from config/catalog, never from a model. */
  worker: z.string(),
  service,
  targets: z.array(workerTarget).min(1),
  reads: z.array(readCall),
  objective: z.string().optional(),
  /** This call's part of a per-resource read: items whose stable hash modulo `of` is `index`. */
  shard: z.strictObject({ index: z.number().int().nonnegative(), of: z.number().int().positive() }),
  /** Most bytes the result may have. */
  shareBytes: z.number().int().positive(),
  /** Most the call's models may cost. */
  shareUsd: z.number().nonnegative(),
});
export type WorkerCall = z.infer<typeof workerCall>;

export const refusedTask = z.strictObject({ task: z.number().int().nonnegative(), service: z.string(), code: z.string(), reason: z.string(), ruleIds: z.array(z.string()) });
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

// ---------------------------------------------------------------- Discover

export type Cell = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

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

// ---------------------------------------------------------------- Orchestrate, continued

/** One finished round, as the next rounds see it. */
export const historyRound = z.strictObject({
  round: z.number().int().positive(),
  results: z.array(workerResult),
  refused: z.array(refusedTask),
  /** Rows removed to keep history inside its share, by evidence id. */
  cut: z.record(z.string(), z.number().int().positive()).default({}),
});
export type HistoryRound = z.infer<typeof historyRound>;

export const orchestratorInput = z.strictObject({
  admission,
  round: z.number().int().positive(),
  history: z.array(historyRound),
  /** The round just finished, if any. */
  latest: z.strictObject({ results: z.array(z.union([workerResult, workerCrash])), refused: z.array(refusedTask) }).nullable(),
  usage: z.array(usageEntry),
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

// ---------------------------------------------------------------- Report

export const STATUSES = ["answered", "partial", "needs_input", "declined", "not_available", "refused", "failed"] as const;
export type Status = (typeof STATUSES)[number];

/** Statuses that end the execution in Succeed; every other ends it in Fail. */
export const SUCCEEDING: readonly Status[] = ["answered", "partial", "needs_input", "declined"];

export const reportInput = z.strictObject({
  request: z.unknown(),
  admission: admission.nullable(),
  outcome: z.union([decision, failedDecision, z.strictObject({ kind: z.literal("refused") }), z.strictObject({ kind: z.literal("crashed"), state: z.string(), error: z.string(), cause: z.string() })]),
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
