/** A proposal, an account as reads would show it, and what the guardrail makes of both. */
import { findRead } from "../../../../config/catalog/index.ts";
import { columnsOf } from "../../../../config/catalog/read-tools.ts";
import { parseSettings, type Settings } from "../../../../config/settings.ts";
import type { Judging } from "../../../../functions/guardrail/plan/decide.ts";
import { examine } from "../../../../functions/guardrail/plan/examine.ts";
import { type Proposed, planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import { judge, POLICY_VERSION } from "../../../../functions/guardrail/policy/judge.ts";
import type {
  Approval,
  ExamineResult,
  Plan,
  ProposedStep,
  StepOutcome,
  StepOutcomeKind,
  UndoGround,
  WorkerCall,
  WorkerRead,
  WorkerResult,
} from "../../../../functions/shared/contracts.ts";
import { example } from "../../../config/fixtures/example.ts";
import { admitted, DEVELOPMENT, document, PRODUCTION, SANDBOX } from "../../shared/samples.ts";

export { DEVELOPMENT, PRODUCTION, SANDBOX };
export const ANA = "arn:aws:iam::000000000000:user/ann";
export const BEN = "arn:aws:iam::000000000000:role/ben";
export const NOW = "2026-11-25T12:00:00.000Z";

export const SETTINGS: Settings = parseSettings(
  {
    ...example(),
    approvers: [{ principal: BEN, accounts: [SANDBOX, DEVELOPMENT] }],
    changes: {
      iam: {
        rolePath: "/coworker-managed/",
        roleBoundary: "coworker-managed-boundary",
        attachablePolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
        passableRoles: [],
      },
      calendar: { timeZone: "UTC", businessHours: { days: [1], from: 9, to: 17 }, windows: [], freezes: [] },
    },
  },
  "config/example.yaml with an approver",
);

export const JUDGING: Judging = { settings: SETTINGS, judge, policyVersion: POLICY_VERSION, wellArchitected: () => [] };

export const step = (id: string, operation: string, input: Record<string, unknown>, more: Partial<ProposedStep> = {}): ProposedStep => ({
  id,
  service: "s3",
  account: SANDBOX,
  region: "eu-west-1",
  operation,
  input,
  reason: "as asked",
  ...more,
});
export const blockOf = (id: string, Bucket: string, more: Partial<ProposedStep> = {}) => step(id, "PutPublicAccessBlock", { Bucket }, more);
export const ec2 = (id: string, operation: string, input: Record<string, unknown>, more: Partial<ProposedStep> = {}) =>
  step(id, operation, input, { service: "ec2", region: "us-east-1", ...more });
export const iam = (id: string, operation: string, input: Record<string, unknown>, more: Partial<ProposedStep> = {}) =>
  step(id, operation, input, { service: "iam", region: "global", ...more });

const target = (account: string, name: string, environment: "sandbox" | "development" | "production", regions: string[]) =>
  ({ account, name, environment, classificationSource: "registry", regions }) as const;

export const proposed = (steps: readonly ProposedStep[], more: Partial<Proposed> = {}): Proposed => ({
  admission: admitted({
    targets: [
      target(SANDBOX, "acme-sandbox", "sandbox", ["us-east-1", "eu-west-1"]),
      target(DEVELOPMENT, "acme-development", "development", ["us-east-1", "eu-west-1"]),
      target(PRODUCTION, "acme-production", "production", ["us-east-1"]),
    ],
  }),
  request: document({ requester: ANA }),
  proposal: { kind: "propose", summary: "What was asked for.", steps: [...steps] },
  undo: null,
  attempt: 1,
  ...more,
});

export const undoOf = (steps: UndoGround["steps"]): UndoGround => ({ undoOf: `req-${"ab".repeat(16)}`, steps });

type Row = Readonly<Record<string, unknown>>;
/** Rows of a read, by column; an error's name instead of rows is a failure. */
export type World = (read: WorkerRead, call: WorkerCall) => readonly Row[] | string;

export interface Bucket {
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
  /** Null: no configuration. */
  readonly flags?: readonly boolean[] | null;
  readonly tags?: Readonly<Record<string, string>>;
}
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/** An account's buckets, as ListBuckets, GetPublicAccessBlock and GetBucketTagging show them. */
export const bucketWorld =
  (...buckets: Bucket[]): World =>
  ({ operation, input, among }, { targets }) => {
    const own = buckets.filter(({ account = SANDBOX }) => account === targets[0]?.account);
    if (operation === "ListBuckets")
      return own
        .filter(({ name }) => name.startsWith(String(input.Prefix ?? "")))
        .map(({ name, region = "eu-west-1" }) => ({ Arn: `arn:aws:s3:::${name}`, Name: name, BucketRegion: region, CreationDate: "2026-01-01T00:00:00.000Z" }));
    const named = (among ?? []).map((name) => own.find((bucket) => bucket.name === name));
    if (named.includes(undefined)) return "NoSuchBucket";
    return named.map((bucket) => {
      const { name, flags = null, tags } = bucket as Bucket;
      const base = { Arn: `arn:aws:s3:::${name}`, Bucket: name };
      if (operation === "GetBucketTagging") return { ...base, Absent: tags ? null : "NoSuchTagSet", TagSet: tags ?? null };
      if (operation === "GetBucketVersioning") return { ...base, Status: null, MFADelete: null };
      const set = FLAGS.map((flag, index) => [`PublicAccessBlockConfiguration.${flag}`, flags?.[index] ?? null]);
      return { ...base, Absent: flags ? null : "NoSuchPublicAccessBlockConfiguration", ...Object.fromEntries(set) };
    });
  };

/** What a worker would return for a call. */
export function answer(call: WorkerCall, world: World): WorkerResult {
  const [place] = call.targets;
  const given = call.reads.map((read) => ({ read, rows: world(read, call) }));
  const tables = given.flatMap(({ read, rows }, index) => {
    const definition = findRead(call.service, read.operation);
    if (!definition || typeof rows === "string") return [];
    const columns = columnsOf(definition);
    return [
      {
        evidenceId: `${call.callId}.${index + 1}`,
        service: call.service,
        operation: read.operation,
        entity: definition.entity,
        account: place?.account ?? "",
        region: place?.region ?? "",
        columns,
        rows: rows.map((row) => columns.map((column) => row[column] ?? null)),
        total: rows.length,
        shown: rows.length,
        truncated: false,
        evidence: { key: `${call.service}/${call.callId}/${index}.json`, sha256: "0".repeat(64), bytes: 1 },
      },
    ];
  });
  const failures = given.flatMap(({ read, rows }) =>
    typeof rows === "string"
      ? [
          {
            operation: read.operation,
            account: place?.account ?? "",
            region: place?.region ?? "",
            role: `aws-coworker/aws-coworker-${call.worker}`,
            errorCode: rows,
            message: "AWS said no.",
            access: "look",
            count: 1,
          },
        ]
      : [],
  );
  return {
    callId: call.callId,
    worker: call.worker,
    service: call.service,
    status: failures.length > 0 ? "partial" : "complete",
    projectionKey: null,
    resolutions: [],
    tables,
    failures,
    usage: [],
    redactions: 0,
    durationMs: 1,
  };
}

/** PlanReads, a snapshot of the world, Examine. */
export function examined(input: Proposed, world: World, judging: Judging = JUDGING): ExamineResult {
  const { verdict, calls } = planReads(input, judging.settings);
  if (verdict) return { verdict, plan: null, planHash: null, evidence: [] };
  return examine({ kind: "examine", ...input, results: calls.map((call) => answer(call, world)), now: NOW }, judging);
}

export function sealed(input: Proposed, world: World, judging: Judging = JUDGING): { readonly plan: Plan; readonly planHash: string } {
  const { verdict, plan, planHash } = examined(input, world, judging);
  if (!plan || !planHash) throw new Error(`no plan: ${verdict.decision} ${verdict.code} ${verdict.reason}`);
  return { plan, planHash };
}

/** What a mutation worker says of a step. */
export const outcome = (stepId: string, kind: StepOutcomeKind, output: Record<string, string> = {}): StepOutcome => ({
  stepId,
  outcome: kind,
  code: kind,
  message: "",
  resource: "",
  principal: "",
  differences: [],
  output,
  failure: null,
  at: NOW,
});

/** BEN's yes to phase 1 of a sealed plan. */
export const approvalOf = ({ plan, planHash }: { plan: Plan; planHash: string }, more: Partial<Approval> = {}): Approval => ({
  requestId: plan.requestId,
  phase: 1,
  tokenDigest: "0".repeat(64),
  planHash,
  decision: "approve",
  approver: BEN,
  expiresAt: plan.expiresAt,
  decidedAt: NOW,
  note: "",
  mac: "AA==",
  ...more,
});

/** What a worker reports of a read that failed. */
export const failureOf = (operation: string, errorCode: string) => ({
  operation,
  account: SANDBOX,
  region: "global",
  role: "r",
  errorCode,
  message: "m",
  access: "a",
  count: 1,
});
