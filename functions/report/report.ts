/** Report: brings the evidence back, checks the answer against it, writes JSON and Markdown, returns the status. */
import { type ReportInput, type ReportResult, requestDocument } from "../shared/contracts.ts";
import { redact, redactDeep } from "../shared/secrets.ts";
import { buildDocument } from "./build.ts";
import type { ReportDocument } from "./document.ts";
import { takeInput } from "./input.ts";
import { type GetObject, loadTables } from "./load.ts";
import { toMarkdown } from "./markdown.ts";
import { workOf } from "./rounds.ts";
import { allTokens } from "./spent.ts";

export interface ReportDependencies {
  /** From the evidence bucket. */
  readonly getObject: GetObject;
  /** Into the report bucket; a failure is thrown, and the machine tries again. */
  readonly putObject: (key: string, body: string, contentType: string) => Promise<void>;
  readonly now: () => Date;
}

const SUMMARY_CHARACTERS = 1_000;

export function makeHandler({ getObject, putObject, now }: ReportDependencies): (event: unknown) => Promise<ReportResult> {
  return async function report(event) {
    const { input: parsed, malformed } = takeInput(event);
    // Before the claims are located, so that redacting can't move them.
    const { value: outcome, redactions: inOutcome } = await redactDeep(parsed.outcome);
    const input: ReportInput = { ...parsed, outcome };
    const { id, question, redactions: inQuestion } = await requestOf(input);
    const work = workOf(input);

    const loaded = await loadTables(work.results, getObject);
    const built = buildDocument({ id: id ?? "unknown", question, input, malformed, work, loaded, now: now() });
    const { value, redactions: inDocument } = await redactDeep(built);
    const document: ReportDocument = { ...value, redactions: built.redactions + inOutcome + inQuestion + inDocument };

    if (id === null) return resultOf(document, null, null);
    const folder = `reports/${id}`;
    await Promise.all([
      putObject(`${folder}/report.json`, JSON.stringify(document), "application/json"),
      putObject(`${folder}/report.md`, toMarkdown(document), "text/markdown; charset=utf-8"),
    ]);
    return resultOf(document, `${folder}/report.json`, `${folder}/report.md`);
  };
}

/** A request that never was one has no id of the right form, and so no place to be stored at. */
async function requestOf({ admission, request }: ReportInput): Promise<{ id: string | null; question: string; redactions: number }> {
  const { requestId, text } = (typeof request === "object" && request !== null ? request : {}) as { requestId?: unknown; text?: unknown };
  const id = [admission?.requestId, requestId].map((one) => requestDocument.shape.requestId.safeParse(one)).find(({ success }) => success)?.data ?? null;
  if (admission) return { id, question: admission.text, redactions: 0 };
  const redacted = await redact(typeof text === "string" ? text : "");
  return { id, question: redacted.text, redactions: redacted.redactions };
}

function resultOf(document: ReportDocument, reportKey: string | null, markdownKey: string | null): ReportResult {
  const { status, code, message, answer, usage, notRead, durations, change } = document;
  const first = status === "answered" || status === "partial" ? `${answer ?? ""}\n\n${message}` : message;
  return {
    status,
    code,
    summary: first.length > SUMMARY_CHARACTERS ? `${first.slice(0, SUMMARY_CHARACTERS - 1)}…` : first,
    reportKey,
    markdownKey,
    findings: document.findings.length,
    unsupported: document.unsupported.length,
    partialFailures: notRead.length,
    redactions: document.redactions,
    usd: usage.total.usd,
    tokens: allTokens(usage.total),
    durationMs: durations.totalMs,
    ...(change ? { change: change.counts } : {}),
  };
}
