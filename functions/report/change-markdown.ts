/** A change for people: what was done and what was not, before the plan and its reasons. Pure; all texts are escaped. */
import { inline } from "../shared/escape.ts";
import { planMarkdown } from "../shared/plan-markdown.ts";
import type { ChangeReport } from "./change-document.ts";
import type { ReportDocument } from "./document.ts";
import { table } from "./table.ts";

export function changeMarkdown(report: ReportDocument): string[] {
  const { change } = report;
  if (change === null) return [];
  return [
    ...steps(change),
    ...values(change),
    ...undone(change),
    ...approvals(change),
    ...verification(change),
    ...undo(change),
    ...artifact(change),
    ...refusal(change),
    ...changelog(report, change),
  ];
}

/** Behind the report's own sections: the plan as it was shown, its headings one level lower. */
export function planSection({ change }: ReportDocument): string[] {
  if (!change?.plan || !change.planHash) return [];
  return ["## The plan", "", planMarkdown(change.plan, change.planHash).replace(/^(#+ )/gm, "##$1"), ""];
}

function steps({ steps: all, counts }: ChangeReport): string[] {
  if (all.length === 0) return [];
  const { total, completed, undone: back } = counts.steps;
  const { created, modified, deleted } = counts.resources;
  const rows = all.map((one) => [one.stepId, String(one.phase), one.operation, one.resource, WORDS[one.standing], one.outcome, one.message, one.principal]);
  return [
    `## Steps: ${completed} of ${total} done${back > 0 ? `, ${back} taken back` : ""}`,
    "",
    `Resources: ${created} created, ${modified} modified, ${deleted} deleted.`,
    "",
    ...table(["step", "phase", "operation", "resource", "now", "outcome", "what happened", "done as"], rows),
  ];
}

const WORDS = { none: "not changed", done: "changed", unknown: "not known", undone: "taken back" } as const;

/** Of what is changed now: before, and as it was promised and verified. */
function values({ steps: all, plan }: ChangeReport): string[] {
  const left = new Set(all.filter(({ standing }) => standing === "done").map(({ stepId }) => stepId));
  const planned = (plan?.phases ?? []).flatMap((phase) => phase.steps.filter(({ id }) => left.has(id)));
  const rows = planned.flatMap(({ id, resource, changes }) => changes.map(({ field, before, after }) => [id, resource, field, json(before), json(after)]));
  const found = all.flatMap(({ stepId, resource, differences }) =>
    differences.map(({ field, before, after }) => [stepId, resource, field, json(before), json(after)]),
  );
  return [
    ...(rows.length > 0 ? ["## Before and after", "", ...table(["step", "resource", "field", "before", "after"], rows)] : []),
    ...(found.length > 0 ? ["## Found otherwise", "", ...table(["step", "resource", "field", "expected", "found"], found)] : []),
  ];
}

function undone({ steps: all }: ChangeReport): string[] {
  const rows = all.flatMap(({ stepId, operation, resource, undo: back }) =>
    back ? [[stepId, operation, resource, back.outcome, back.message, back.principal]] : [],
  );
  return rows.length > 0 ? ["## Roll-back", "", ...table(["step", "operation", "resource", "outcome", "what happened", "done as"], rows)] : [];
}

function approvals({ approvals: all }: ChangeReport): string[] {
  const rows = all.map(({ phase, decision, approver, decidedAt, note }) => [String(phase), decision, approver, decidedAt, note]);
  return rows.length > 0 ? ["## Approvals", "", ...table(["phase", "decision", "by", "at", "note"], rows)] : [];
}

/** S07: expected, found, match. */
function verification({ verification: last, plan }: ChangeReport): string[] {
  if (last === null) return [];
  const rows = last.rows.map(({ stepId, resource, field, after, found, match }) => [stepId, resource, field, json(after), json(found), match ? "yes" : "NO"]);
  const shown = new Set(last.rows.map(({ stepId }) => stepId));
  const hidden = (plan?.phases ?? []).flatMap((phase) => phase.steps.filter(({ id }) => !shown.has(id)).map(({ id }) => id));
  return [
    `## Last look: ${last.outcome}`,
    "",
    ...(rows.length > 0 ? table(["step", "resource", "field", "expected", "found", "match"], rows) : []),
    ...(hidden.length > 0 ? [`No row here for ${hidden.join(", ")}; the journal has all.`, ""] : []),
  ];
}

function undo({ undo: { command, steps: able, stays } }: ChangeReport): string[] {
  const lines = [
    ...(command ? [`What is changed can be taken back (${able.join(", ")}): \`${command}\`. It is examined and approved like any other change.`] : []),
    ...stays.map((one) => `- Stays changed: ${inline(one)}`),
  ];
  return lines.length > 0 ? ["## Undo", "", ...lines, ""] : [];
}

function artifact({ artifact: made }: ChangeReport): string[] {
  if (made === null) return [];
  const blockers = made.blockers.map(({ code, message }) => `- Not releasable: ${inline(message)} (${code})`);
  return [
    "## Artifact",
    "",
    `Branch ${inline(made.branch)}. ${made.releasable ? "Releasable." : ""}`.trim(),
    "",
    ...blockers,
    ...(blockers.length > 0 ? [""] : []),
    ...table(
      ["file", "object", "bytes", "SHA-256"],
      made.files.map(({ path, key, bytes, sha256 }) => [path, key, String(bytes), sha256]),
    ),
  ];
}

/** Of a proposal that became no plan: what was proposed, and each reason. */
function refusal({ plan, proposed, verdict }: ChangeReport): string[] {
  if (plan !== null) return [];
  const reasons = (verdict?.steps ?? [])
    .filter(({ decision }) => decision === "deny")
    .map(({ stepId, reason, ruleIds }) => [stepId, reason, ruleIds.join(", "), ""]);
  const findings = (verdict?.findings ?? []).map(({ stepId, severity, message, remediation, ruleIds }) => [
    stepId ?? "plan",
    `${severity}: ${message}`,
    ruleIds.join(", "),
    remediation,
  ]);
  const steps = proposed.map(({ stepId, service, operation, account, region }) => [stepId, `${service}.${operation}`, account, region]);
  return [
    ...(steps.length > 0 ? ["## Proposed, and not done", "", ...table(["step", "operation", "account", "region"], steps)] : []),
    ...(reasons.length + findings.length > 0 ? ["## Why not", "", ...table(["step", "reason", "rules", "what to do"], [...reasons, ...findings])] : []),
  ];
}

/** E14: one line for a log of changes. */
function changelog({ id, status, finishedAt }: ReportDocument, { summary, planHash, approvals: all, steps: told, plan }: ChangeReport): string[] {
  if (plan === null) return [];
  const touched = [...new Set(told.filter(({ standing }) => standing !== "none").map(({ resource }) => resource))];
  const approvers = [...new Set(all.filter(({ decision }) => decision === "approve").map(({ approver }) => approver))];
  const cells = [finishedAt, `${id}: ${summary}`, planHash ?? "", plan.requester, approvers.join("; ") || "nobody", status, touched.join("; ") || "none"];
  return ["## Changelog entry", "", ...table(["date", "plan", "hash", "requested by", "approved by", "status", "resources"], [cells])];
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
