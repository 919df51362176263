/** From what the machine kept to the report's document. Pure but for the time it is given. */
import type { MutationResult, ReportInput, ResultTable, RoleResolution } from "../shared/contracts.ts";
import { changeReport } from "./change-facts.ts";
import type { NotRead, ReportDocument } from "./document.ts";
import type { Loaded } from "./load.ts";
import type { Work } from "./rounds.ts";
import { spentOf } from "./spent.ts";
import { statusOf } from "./status.ts";
import { checkSupport } from "./support.ts";
import { notReadOf } from "./unread.ts";

export interface BuildInput {
  readonly id: string;
  readonly question: string;
  readonly input: ReportInput;
  /** What of the input was left out. */
  readonly malformed: readonly NotRead[];
  readonly work: Work;
  readonly loaded: Loaded;
  readonly now: Date;
}

export function buildDocument({ id, question, input, malformed, work, loaded, now }: BuildInput): ReportDocument {
  const { admission, outcome } = input;
  const { tables } = loaded;
  const exclusions = admission?.exclusions ?? [];
  const notRead = notReadOf(work, exclusions, loaded.uncheckable, malformed);
  const change = input.change && changeReport(id, input.change);
  const mutations = (input.change?.mutations ?? []).filter((one): one is MutationResult => !("crashed" in one));
  const roles = resolved(
    admission?.resolutions ?? [],
    [...work.results, ...mutations].flatMap(({ resolutions }) => resolutions),
  );
  const answer = outcome.kind === "answer" ? outcome.answer : null;
  const findings = outcome.kind === "answer" ? outcome.findings : [];
  const failures = work.results.flatMap((result) => result.failures);
  const counts = [notRead.length, failures.length, failures.reduce((sum, { count }) => sum + count, 0), work.refused.length, work.crashes.length];
  const support = checkSupport(answer ?? "", findings, { tables, admission, question, failures, resolutions: roles, counts });
  const evidence = new Map(tables.map((table) => [table.evidenceId, reference(table)]));

  return {
    id,
    ...statusOf({ outcome, tables: tables.length, accounts: new Set(tables.map(({ account }) => account)).size, notRead, change }),
    question,
    answer,
    missing: outcome.kind === "ask" ? outcome.missing : [],
    findings: findings.map((finding, index) => ({
      title: finding.title,
      severity: finding.severity,
      detail: finding.detail,
      resources: finding.resources.map((arn, position) => ({ arn, supported: support.resources[index]?.[position] ?? false })),
      evidence: finding.evidence.flatMap((cited) => evidence.get(cited) ?? []),
      unknownEvidence: finding.evidence.filter((cited) => !evidence.has(cited)),
    })),
    unsupported: [...support.unsupported],
    notRead,
    exclusions,
    roles,
    evidence: [
      ...tables.map((table) => ({ ...reference(table), service: table.service, rows: table.total })),
      ...(input.change?.evidence ?? []).map(({ evidenceId, ...one }) => ({ id: evidenceId, service: "", ...one })),
    ],
    usage: spentOf([...input.usage, ...[...work.unfolded, ...mutations].flatMap(({ usage }) => usage)]),
    redactions: input.redactions + [...work.unfolded, ...mutations].reduce((sum, { redactions }) => sum + redactions, 0),
    durations: {
      totalMs: Math.max(0, now.getTime() - (Date.parse(input.startedAt) || now.getTime())),
      workers: [...work.results, ...mutations].map(({ callId, worker, durationMs }) => ({ callId, worker, durationMs })),
    },
    change,
    startedAt: input.startedAt,
    finishedAt: now.toISOString(),
  };
}

function reference({ evidenceId, operation, account, region, evidence }: ResultTable): ReportDocument["findings"][number]["evidence"][number] {
  return { id: evidenceId, operation, account, region, key: evidence.key, sha256: evidence.sha256 };
}

/** Admit's resolutions, completed by what each worker's own AssumeRole and GetCallerIdentity said; the last word counts. */
function resolved(announced: readonly RoleResolution[], completed: readonly RoleResolution[]): RoleResolution[] {
  const byRole = new Map<string, RoleResolution>();
  for (const one of [...announced, ...completed]) byRole.set(`${one.account} ${one.worker}`, one);
  return [...byRole.values()];
}
