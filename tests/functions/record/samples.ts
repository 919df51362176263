/** Results of each state as the machine hands them to Record. */
import type { Admission, GuardrailResult, OrchestratorResult, ReportResult, WorkerCrash, WorkerResult } from "../../../functions/shared/contracts.ts";

export const ID = `req-${"0123456789abcdef".repeat(2)}`;
const ROLE = "aws-coworker/acw-discovery-s3";
const target = { account: "111122223333", name: "acme-sandbox", environment: "sandbox", classificationSource: "registry", regions: ["eu-west-1"] } as const;
const usage = (by: string, usd: number) => ({
  by,
  model: by === "orchestrator" ? "opus" : "haiku",
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd,
  calls: 1,
  estimated: false,
});

export const admission: Admission = {
  outcome: "admitted",
  requestId: ID,
  requester: "arn:aws:iam::111122223333:role/Analyst",
  text: "which buckets are public?",
  redactions: 0,
  targets: [{ ...target, regions: [...target.regions] }],
  regionsNarrowed: false,
  exclusions: [{ code: "account_not_registered", subject: "999988887777", message: "not in the registry" }],
  announcement: { operationType: "read-only discovery", roles: [ROLE], accounts: [{ ...target, regions: [...target.regions] }] },
  resolutions: [
    { account: target.account, worker: "discovery-s3", scopedRole: ROLE, exists: "unverified", using: "nothing yet" },
    { account: target.account, worker: "discovery-iam", scopedRole: "aws-coworker/acw-discovery-iam", exists: "unverified", using: "nothing yet" },
  ],
  budget: { usd: 2, rounds: 5 },
  admittedAt: "2026-11-22T10:00:00.000Z",
};

export const discover: OrchestratorResult = {
  decision: {
    kind: "discover",
    rationale: "S3 knows.",
    tasks: [{ service: "s3", accounts: [target.account], regions: [], reads: [{ operation: "ListBuckets", input: {} }] }],
  },
  history: [],
  usage: [usage("orchestrator", 0.01)],
  redactions: 0,
  durationMs: 10,
};

export const answer: OrchestratorResult = {
  ...discover,
  decision: { kind: "answer", answer: "One bucket is public.", findings: [] },
  usage: [usage("orchestrator", 0.03), usage("r1c2", 0.002)],
};

export const guardrail: GuardrailResult = {
  verdict: { decision: "proceed", reason: "2 calls", ruleIds: ["F06"] },
  scope: { mode: "single", agents: 2, resources: 0, estimatedSeconds: 400, advisement: "This takes about 400 s." },
  calls: [
    {
      requestId: ID,
      callId: "r1c1",
      worker: "discovery-s3",
      service: "s3",
      targets: [{ account: target.account, region: "global" }],
      reads: [{ operation: "ListBuckets", input: {} }],
      shard: { index: 0, of: 1 },
      shareBytes: 1000,
      shareUsd: 0,
    },
    {
      requestId: ID,
      callId: "r1c2",
      worker: "discovery-iam",
      service: "iam",
      targets: [{ account: target.account, region: "global" }],
      reads: [],
      objective: "who is an administrator?",
      shard: { index: 0, of: 1 },
      shareBytes: 1000,
      shareUsd: 0.5,
    },
  ],
  refused: [{ task: 1, service: "rds", code: "unknown_service", reason: "no worker", ruleIds: ["A09"] }],
};

export const workerResult: WorkerResult = {
  callId: "r1c1",
  worker: "discovery-s3",
  service: "s3",
  status: "partial",
  projectionKey: "projections/r1c1.json",
  resolutions: [
    {
      account: target.account,
      worker: "discovery-s3",
      scopedRole: ROLE,
      exists: "yes",
      using: `arn:aws:sts::${target.account}:assumed-role/acw-discovery-s3/x`,
    },
  ],
  tables: [
    {
      evidenceId: "r1c1.1",
      service: "s3",
      operation: "ListBuckets",
      entity: "bucket",
      account: target.account,
      region: "global",
      columns: ["Name"],
      rows: [["acme-very-private-name"]],
      total: 40,
      shown: 1,
      truncated: false,
      evidence: { key: "evidence/1.json", sha256: "a".repeat(64), bytes: 900 },
    },
  ],
  failures: [
    {
      operation: "GetBucketPolicy",
      account: target.account,
      region: "global",
      role: ROLE,
      errorCode: "AccessDenied",
      message: "denied",
      access: "s3:GetBucketPolicy",
      count: 3,
    },
  ],
  usage: [usage("r1c1", 0.004)],
  redactions: 1,
  durationMs: 120,
};

export const crash: WorkerCrash = {
  callId: "r1c2",
  worker: "discovery-iam",
  service: "iam",
  crashed: { error: "Lambda.Unknown", cause: "out of memory" },
  targets: [{ account: target.account, region: "global" }],
  reservedUsd: 0.5,
};

export const report: ReportResult = {
  status: "partial",
  code: "partial_results",
  summary: "One bucket is public.",
  reportKey: "reports/r/report.json",
  markdownKey: "reports/r/report.md",
  findings: 1,
  unsupported: 0,
  partialFailures: 2,
  redactions: 1,
  usd: 0.03,
  tokens: 240,
  durationMs: 900,
};

/** Visits of one request in order. */
export const VISITS = [
  { visit: "Admit#1", state: "Admit", result: admission },
  { visit: "Orchestrate#1", state: "Orchestrate", result: discover },
  { visit: "Guardrail#1", state: "Guardrail", result: guardrail },
  { visit: "Discover#1", state: "Discover", result: [workerResult, crash] },
  { visit: "Orchestrate#2", state: "Orchestrate", result: answer },
  { visit: "Report#1", state: "Report", result: report },
] as const;
