/** The report for people: the answer first. Pure; everything that is not the report's own text is escaped. */

import { block, inline } from "../shared/escape.ts";
import { changeMarkdown, planSection } from "./change-markdown.ts";
import type { ReportDocument } from "./document.ts";
import { table } from "./table.ts";

const MARK = "⚠ unsupported: ";

export function toMarkdown(report: ReportDocument): string {
  return `${[...answer(report), ...changeMarkdown(report), ...findings(report), ...unsupported(report), ...notRead(report), ...roles(report), ...evidence(report), ...cost(report), ...durations(report), ...planSection(report)].join("\n")}\n`;
}

function answer(report: ReportDocument): string[] {
  const { answer: text, status, code, message, missing, question, id } = report;
  const said =
    text === null ? [] : [...(code === "no_evidence" ? ["**What the planner said, without evidence:**", ""] : []), block(marked(report, text, "answer")), ""];
  const why = [`**${status}** (${inline(code)}): ${inline(message)}`, "", ...missing.map((one) => `- ${inline(one)}`), ...(missing.length > 0 ? [""] : [])];
  return [
    "# Answer",
    "",
    ...(status === "answered" || status === "partial" ? [...said, ...why] : [...why, ...said]),
    `Request ${inline(id)}: ${inline(question) || "(no text)"}`,
    "",
  ];
}

function findings(report: ReportDocument): string[] {
  if (report.findings.length === 0) return [];
  const list = report.findings.flatMap((finding, index) => [
    `### ${index + 1}. ${finding.severity.toUpperCase()}: ${inline(marked(report, finding.title, `findings[${index}].title`))}`,
    "",
    ...(finding.detail ? [block(marked(report, finding.detail, `findings[${index}].detail`)), ""] : []),
    ...finding.resources.map(({ arn, supported }) => `- ${supported ? "" : MARK}${inline(arn)}`),
    ...finding.evidence.map(
      (one) =>
        `- Evidence ${inline(one.id)}: ${inline(one.operation)} in ${inline(one.account)} ${inline(one.region)}, object ${inline(one.key)}, SHA-256 ${inline(one.sha256)}`,
    ),
    ...finding.unknownEvidence.map((id) => `- ⚠ cites evidence ${inline(id)}, which does not exist`),
    "",
  ]);
  return ["## Findings", "", ...list];
}

/** Marks go in from the end, so that the places before them stay right; one whose text moved is only listed. */
function marked({ unsupported: all }: ReportDocument, text: string, where: string): string {
  const here = all.filter((one) => one.where === where && text.startsWith(one.text, one.at));
  return here.toSorted((a, b) => b.at - a.at).reduce((out, { at, text: claim }) => `${out.slice(0, at)}${MARK}${claim}${out.slice(at + claim.length)}`, text);
}

function unsupported(report: ReportDocument): string[] {
  if (report.unsupported.length === 0) return [];
  return [
    "## Unsupported",
    "",
    "No evidence contains these; do not rely on them.",
    "",
    ...report.unsupported.map(({ text, kind, where }) => `- ${MARK}${inline(text)} (${kind}, in ${inline(where)})`),
    "",
  ];
}

function notRead(report: ReportDocument): string[] {
  if (report.notRead.length === 0) return [];
  const rows = report.notRead.map((one) => [
    one.kind,
    one.worker,
    one.operation,
    one.account,
    one.region,
    one.role,
    one.errorCode,
    String(one.count),
    one.message,
    one.access,
  ]);
  return ["## Not read", "", ...table(["what", "worker", "operation", "account", "region", "role", "code", "count", "why", "needed"], rows)];
}

function roles(report: ReportDocument): string[] {
  if (report.roles.length === 0) return [];
  const used = report.roles.filter(({ exists }) => exists !== "unverified");
  const unused = report.roles.length - used.length;
  const rows = used.map((one) => [one.account, one.worker, one.scopedRole, one.exists, one.using]);
  return [
    "## Roles",
    "",
    ...(rows.length > 0 ? table(["account", "worker", "scoped role", "exists", "using"], rows) : []),
    ...(unused > 0 ? [`${unused} announced role(s) were not needed.`, ""] : []),
  ];
}

function evidence(report: ReportDocument): string[] {
  if (report.evidence.length === 0) return [];
  const rows = report.evidence.map((one) => [one.id, `${one.service} ${one.operation}`, one.account, one.region, String(one.rows), one.key, one.sha256]);
  return ["## Evidence", "", ...table(["id", "read", "account", "region", "rows", "object", "SHA-256"], rows)];
}

function cost({ usage, redactions }: ReportDocument): string[] {
  const row = (name: string, one: ReportDocument["usage"]["total"]): string[] => [
    name,
    String(one.calls),
    String(one.inputTokens),
    String(one.outputTokens),
    String(one.cacheReadTokens),
    String(one.cacheWriteTokens),
    `${dollars(one.usd)}${one.estimated ? " (estimated in part)" : ""}`,
  ];
  const rows = [...usage.models.map((one) => row(one.model, one)), row("total", usage.total)];
  return [
    "## Cost",
    "",
    ...table(["model", "calls", "tokens in", "out", "cache read", "cache write", "US dollars"], rows),
    ...(redactions > 0 ? [`${redactions} secret(s) were redacted.`, ""] : []),
  ];
}

function durations({ durations: { totalMs, workers }, startedAt, finishedAt }: ReportDocument): string[] {
  const lines = workers.map(({ callId, worker, durationMs }) => `- ${inline(worker)} (${inline(callId)}): ${seconds(durationMs)}`);
  return ["## Durations", "", `${seconds(totalMs)} in all, ${inline(startedAt)} to ${inline(finishedAt)}`, "", ...lines];
}

/** A small request costs less than a cent. */
function dollars(usd: number): string {
  return usd.toFixed(4);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
