import type { Limits } from "../../../config/limits.ts";
import { parseSettings, type Settings } from "../../../config/settings.ts";
import type { Admission, HistoryRound, RequestDocument, ResultTable, UsageEntry, WorkerResult } from "../../../functions/shared/contracts.ts";
import { example } from "../../config/fixtures/example.ts";

export const REQUEST_ID = `req-${"0f".repeat(16)}`;
export const SANDBOX = "666666666666";
export const DEVELOPMENT = "333333333333";
export const PRODUCTION = "555555555555";
export const UNREGISTERED = "999999999999";

export const SETTINGS: Settings = parseSettings(example(), "config/example.yaml");

export const settingsWith = (limits: Partial<Limits>): Settings => ({ ...SETTINGS, limits: { ...SETTINGS.limits, ...limits } });

/** Built from parts, so that no scanner takes this file for a leak. */
export const SECRET = ["gh", "p_", Array.from({ length: 36 }, (_, index) => "abcdefghijklmnopqrstuvwxyz0123456789"[(index * 7 + 3) % 36]).join("")].join("");

export const document = (changes: Partial<RequestDocument> = {}): RequestDocument => ({
  requestId: REQUEST_ID,
  text: "Which buckets are public?",
  requester: "arn:aws:iam::000000000000:user/ann",
  receivedAt: "2026-11-22T10:00:00.000Z",
  ...changes,
});

export const admitted = (changes: Partial<Admission> = {}): Admission => ({
  outcome: "admitted",
  requestId: REQUEST_ID,
  requester: "arn:aws:iam::000000000000:user/ann",
  text: "Which buckets are public?",
  redactions: 0,
  targets: [
    { account: SANDBOX, name: "acme-sandbox", environment: "sandbox", classificationSource: "registry", regions: ["us-east-1", "eu-west-1"] },
    { account: PRODUCTION, name: "acme-production", environment: "production", classificationSource: "registry", regions: ["us-east-1"] },
  ],
  regionsNarrowed: false,
  exclusions: [],
  announcement: null,
  resolutions: [],
  budget: { usd: 2, rounds: 5 },
  admittedAt: "2026-11-22T10:00:00.000Z",
  ...changes,
});

export const usage = (changes: Partial<UsageEntry> = {}): UsageEntry => ({
  by: "orchestrator",
  model: "global.anthropic.claude-opus-5-5",
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd: 0,
  calls: 1,
  estimated: false,
  ...changes,
});

export const table = (rows: unknown[][], changes: Partial<ResultTable> = {}): ResultTable => ({
  evidenceId: "r1c1.1",
  service: "s3",
  operation: "ListBuckets",
  entity: "bucket",
  account: SANDBOX,
  region: "global",
  columns: ["Arn", "Name"],
  rows,
  total: rows.length,
  shown: rows.length,
  truncated: false,
  evidence: { key: "s3/x/1.json", sha256: "0".repeat(64), bytes: 10 },
  ...changes,
});

export const result = (tables: ResultTable[], changes: Partial<WorkerResult> = {}): WorkerResult => ({
  callId: "r1c1",
  worker: "discovery-s3",
  service: "s3",
  status: "complete",
  projectionKey: "s3/x/projection.json",
  resolutions: [],
  tables,
  failures: [],
  usage: [],
  redactions: 0,
  durationMs: 5,
  ...changes,
});

export const round = (number: number, results: WorkerResult[], changes: Partial<HistoryRound> = {}): HistoryRound => ({
  round: number,
  results,
  refused: [],
  cut: {},
  ...changes,
});
