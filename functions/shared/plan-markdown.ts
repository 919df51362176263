/**
 * A plan as a person judges it (E06): what changes and what the rules say first, words last (governance B22). What comes from
 * accounts, models and people is escaped. Pure.
 */
import type { Phase, Plan, PlanStep } from "./contracts.ts";
import { block, inline } from "./escape.ts";

/** What waits, beside its plan. */
export interface ApprovalView {
  readonly phase: number;
  readonly status: "waiting" | "decided" | "expired";
  readonly planHash: string;
  readonly mayApprove: readonly string[];
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

export function approvalMarkdown(plan: Plan, view: ApprovalView): string {
  const turn = plan.phases.find(({ number }) => number === view.phase);
  const covered = plan.phases.filter(({ coveredBy }) => coveredBy === view.phase).map(({ number }) => number);
  const state =
    view.status === "decided"
      ? `**Decided: ${inline(view.decision ?? "")}** by ${inline(view.decidedBy ?? "")} at ${inline(view.decidedAt ?? "")}.`
      : view.status === "expired"
        ? "**Expired.** Nothing can be approved any more."
        : `**Waits for approval** of phase ${covered.join(", ")} of ${plan.phases.length}${turn?.destructive ? ": **destructive**, confirmed by itself" : ""}.`;
  const lines = [
    state,
    "",
    view.mayApprove.length > 0
      ? `May approve: ${view.mayApprove.map(inline).join("; ")}.`
      : "Nobody may approve: no approver is registered for all of its accounts (the settings file's approvers).",
    ...bullets("To be acknowledged, word by word:", plan.approval.acknowledge.map(inline)),
  ];
  return `${lines.join("\n")}\n\n${planMarkdown(plan, view.planHash)}`;
}

export function planMarkdown(plan: Plan, planHash: string): string {
  const sections = [
    `# Plan of ${plan.requestId}`,
    table(
      ["", ""],
      [
        ["Plan hash", `\`${planHash}\``],
        ["Requested by", inline(plan.requester)],
        ["Changes", `${count(plan)} to ${plan.blastRadius.count} resources, ${classes(plan)}`],
        ["Expires", plan.expiresAt],
        ...(plan.undoOf ? [["Takes back", plan.undoOf]] : []),
        ...(plan.ticket ? [["Ticket", inline(plan.ticket)]] : []),
      ],
    ),
    ...plan.phases.map((phase) => phaseMarkdown(plan, phase)),
    "## Verdict of the rules",
    governance(plan),
    ...wellArchitected(plan),
    "## Impact",
    impact(plan),
    "## Undo, by phase, last first",
    ...plan.phases.map(({ number, rollback }) => `Phase ${number}:\n\n${list(rollback.map(inline))}`),
    "## In words",
    block(plan.summary),
    `What was asked:\n\n${quoted(plan.text)}`,
    ...words(plan),
  ];
  return `${sections.join("\n\n")}\n`;
}

function phaseMarkdown(plan: Plan, { number, title, destructive, coveredBy, steps }: Phase): string {
  const confirmed = destructive ? " (destructive: confirmed by itself)" : coveredBy === number ? "" : ` (approved with phase ${coveredBy})`;
  return [`## Phase ${number}: ${inline(title)}${confirmed}`, ...steps.map((step) => stepMarkdown(plan, step))].join("\n\n");
}

function stepMarkdown(plan: Plan, step: PlanStep): string {
  const target = plan.targets.find(({ account }) => account === step.account);
  const roles = target?.roles.filter((role) => role.endsWith(`mutation-${step.service}`)) ?? [];
  const head = table(
    ["", ""],
    [
      ["Account", `${step.account}${target ? ` ${inline(target.name)}` : ""} (${step.environment})`],
      ["Region", inline(step.region)],
      ["Role", (roles.length > 0 ? roles : (target?.roles ?? [])).map(inline).join("; ")],
      ["Operation", `${step.service} ${inline(step.operation)}: **${step.class}**`],
      ["Resource", `${inline(step.resource)}${step.creates ? " (is made)" : ""}`],
      ["Undo", undo(step)],
      ...(step.notRestorable.length > 0 ? [["Stays changed", step.notRestorable.map(inline).join("; ")]] : []),
      ...(step.dependsOn.length > 0 ? [["After", step.dependsOn.join(", ")]] : []),
    ],
  );
  const changes = table(
    ["Field", "Before", "After"],
    step.changes.map(({ field, before, after }) => [inline(field), value(before), value(after)]),
  );
  return [`### ${step.id} ${inline(step.operation)}`, head, changes, `Input: ${value(step.input)}`].join("\n\n");
}

function undo({ inverse, reversible }: PlanStep): string {
  if (!inverse) return "**cannot be undone**";
  return `${inline(inverse.operation)} ${value(inverse.input)}${reversible === "partly" ? " (**in part**)" : ""}`;
}

function governance({ governance: findings, approval }: Plan): string {
  const people = approval.requesterMayApprove ? "The requester may approve what is not destructive." : "Somebody else than the requester approves.";
  if (findings.length === 0) return `No finding. ${people}`;
  const rows = findings.map(({ severity, effect, stepId, message, remediation, ruleIds }) => [
    severity,
    effect,
    stepId ?? "plan",
    inline(message),
    inline(remediation),
    ruleIds.map(inline).join(", "),
  ]);
  return `${table(["Severity", "Effect", "Step", "Finding", "Remediation", "Rules"], rows)}\n\n${people}`;
}

function wellArchitected({ wellArchitected: rows }: Plan): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ status, severity, pillar, item, resource, detail, remediation, ruleIds }) => [
    status,
    severity,
    inline(pillar),
    inline(item),
    inline(resource),
    inline(detail),
    inline(remediation),
    ruleIds.map(inline).join(", "),
  ]);
  return ["## Well-Architected", table(["Status", "Severity", "Pillar", "Item", "Resource", "Detail", "Remediation", "Rules"], cells)];
}

function impact({ blastRadius, risk, rollbackComplexity, cost, estimatedSeconds }: Plan): string {
  const facts = table(
    ["", ""],
    [
      ["Blast radius", `${blastRadius.level}: ${blastRadius.count} resources`],
      ["Risk", risk],
      ["Rollback", rollbackComplexity],
      ["Monthly cost", `${usd(cost.monthlyUsdBefore)} → ${usd(cost.monthlyUsdAfter)} (${cost.difference >= 0 ? "+" : "-"}${usd(Math.abs(cost.difference))})`],
      ["Duration", `about ${Math.ceil(estimatedSeconds)} s`],
    ],
  );
  const items = cost.items.map(({ stepId, before, after, basis }) => `${stepId}: ${usd(before)} → ${usd(after)} a month: ${inline(basis)}`);
  return [facts, list(blastRadius.resources.map(inline)), ...(items.length > 0 ? [list(items)] : [])].join("\n\n");
}

function words({ phases }: Plan): string[] {
  return phases.flatMap(({ steps }) =>
    steps.map(
      ({ id, reason, expected, validation }) =>
        `${id}: ${[reason, expected, validation]
          .filter((text) => text !== "")
          .map(inline)
          .join(" ")}`,
    ),
  );
}

function classes({ phases }: Plan): string {
  const found = new Set(phases.flatMap(({ steps }) => steps.map((step) => step.class)));
  return ["destructive", "sensitive", "non-destructive"].filter((one) => found.has(one as PlanStep["class"])).join(", ");
}

function count({ phases }: Plan): string {
  const steps = phases.reduce((sum, phase) => sum + phase.steps.length, 0);
  return steps === 1 ? "1 step" : `${steps} steps`;
}

/** JSON, so that a text and a number, or nothing and "null", are told apart. */
function value(of: unknown): string {
  return inline(JSON.stringify(of) ?? "null");
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function list(items: readonly string[]): string {
  return items.length > 0 ? items.map((item) => `- ${item}`).join("\n") : "- nothing";
}

function bullets(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? ["", title, "", list(items)] : [];
}

function quoted(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => `> ${inline(line)}`)
    .join("\n");
}
