import { type ReportDocument, reportDocument } from "../../../functions/report/document.ts";
import { makeHandler } from "../../../functions/report/report.ts";
import type { Admission, Finding, HistoryRound, ReportInput, ResultTable, WorkerResult } from "../../../functions/shared/contracts.ts";

export const ID = `req-${"a1".repeat(16)}`;
export const ACCOUNT = "123456789012";
export const NOW = new Date("2026-11-22T10:00:05.000Z");

export const admitted = (changes: Partial<Admission> = {}): Admission => ({
  outcome: "admitted",
  requestId: ID,
  requester: "arn:aws:iam::123456789012:user/ann",
  text: "Which buckets are public?",
  redactions: 0,
  targets: [{ account: ACCOUNT, name: "payments-dev", environment: "development", classificationSource: "registry", regions: ["eu-west-1"] }],
  regionsNarrowed: false,
  exclusions: [],
  announcement: null,
  resolutions: [{ account: ACCOUNT, worker: "discovery-s3", scopedRole: "coworker/discovery-s3", exists: "unverified", using: "nothing yet" }],
  budget: { usd: 2, rounds: 5 },
  admittedAt: "2026-11-22T10:00:00.000Z",
  ...changes,
});

export const table = (columns: string[], rows: unknown[][], changes: Partial<ResultTable> = {}): ResultTable => ({
  evidenceId: "r1c1.1",
  service: "s3",
  operation: "ListBuckets",
  entity: "bucket",
  account: ACCOUNT,
  region: "global",
  columns,
  rows,
  total: rows.length,
  shown: rows.length,
  truncated: false,
  evidence: { key: "s3/x/1.json", sha256: "0".repeat(64), bytes: 10 },
  ...changes,
});

/** A bucket table: name and whether it is public. */
export const buckets = (names: readonly string[], changes: Partial<ResultTable> = {}): ResultTable =>
  table(
    ["Arn", "Name", "Public"],
    names.map((name, index) => [`arn:aws:s3:::${name}`, name, index === 0]),
    changes,
  );

export const worked = (tables: ResultTable[], changes: Partial<WorkerResult> = {}): WorkerResult => ({
  callId: "r1c1",
  worker: "discovery-s3",
  service: "s3",
  status: "complete",
  projectionKey: "s3/x/r1c1/projection.json",
  resolutions: [
    {
      account: ACCOUNT,
      worker: "discovery-s3",
      scopedRole: "coworker/discovery-s3",
      exists: "yes",
      using: "arn:aws:sts::123456789012:assumed-role/discovery-s3/x",
    },
  ],
  tables,
  failures: [],
  usage: [],
  redactions: 0,
  durationMs: 120,
  ...changes,
});

export const round = (results: WorkerResult[], changes: Partial<HistoryRound> = {}): HistoryRound => ({ round: 1, results, refused: [], cut: {}, ...changes });

export const finding = (changes: Partial<Finding> = {}): Finding => ({
  title: "Public bucket",
  severity: "high",
  detail: "",
  resources: [],
  evidence: [],
  ...changes,
});

export const answering = (answer: string, history: HistoryRound[], changes: Partial<ReportInput> = {}): ReportInput => ({
  request: { requestId: ID, text: "Which buckets are public?" },
  admission: admitted(),
  outcome: { kind: "answer", answer, findings: [] },
  history,
  latest: null,
  usage: [],
  redactions: 0,
  startedAt: "2026-11-22T10:00:00.000Z",
  change: null,
  ...changes,
});

/** Runs the function over an evidence bucket in memory; returns its result and both files. */
export async function run(input: unknown, evidence: Record<string, unknown> = {}) {
  const written = new Map<string, string>();
  const handler = makeHandler({
    getObject: async (key) => {
      if (!(key in evidence)) throw Object.assign(new Error("The specified key does not exist."), { name: "NoSuchKey" });
      return JSON.stringify(evidence[key]);
    },
    putObject: async (key, body) => void written.set(key, body),
    now: () => NOW,
  });
  const result = await handler(input);
  const json = written.get(`reports/${ID}/report.json`);
  const document: ReportDocument = reportDocument.parse(json === undefined ? undefined : JSON.parse(json));
  return { result, document, markdown: written.get(`reports/${ID}/report.md`) ?? "", keys: [...written.keys()].sort() };
}

/** The usual case: one worker whose projection holds these tables. */
export const asked = (answer: string, tables: ResultTable[], changes: Partial<ReportInput> = {}) =>
  run(answering(answer, [round([worked(tables)])], changes), { "s3/x/r1c1/projection.json": { tables } });
