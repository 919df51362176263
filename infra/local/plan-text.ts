/** A plan for a terminal, as a person judges it: what changes, what the rules say, what it costs, how it is undone. */
import type { ShownApproval, ShownPlan, ShownStep } from "./approval.ts";
import { table } from "./table.ts";
import { shown, wrapped } from "./words.ts";

const WIDTH = 100;
const THICK = "═".repeat(WIDTH);
const THIN = "─".repeat(WIDTH);

export function planText(approval: ShownApproval): string {
  const { plan, planHash, phase } = approval;
  return [
    THICK,
    `  PLAN${plan.undoOf ? ` that takes back ${plan.undoOf}` : ""}   ${headline(plan)}`,
    THICK,
    ...wrapped(plan.summary, WIDTH - 4).map((line) => `  ${line}`),
    ...plan.phases.flatMap((one) => phaseLines(plan, one, phase)),
    "",
    section("What the rules say"),
    ...governance(plan),
    "",
    section("Well-Architected, on the state that the plan leaves"),
    ...wellArchitected(plan),
    "",
    section("If it goes wrong"),
    ...rollback(plan),
    "",
    section("In short"),
    ...facts(approval),
    THICK,
    `  Hash  ${planHash}   (an approval is for exactly this plan)`,
    THICK,
  ].join("\n");
}

const section = (title: string) => `  ${title} ${THIN.slice(title.length + 3)}`;

function headline({ phases, risk }: ShownPlan): string {
  const steps = phases.flatMap((phase) => phase.steps);
  const environments = [...new Set(steps.map(({ environment }) => environment))];
  return `${steps.length} ${steps.length === 1 ? "step" : "steps"}, ${environments.join(" and ")}, risk ${risk}`;
}

function phaseLines(plan: ShownPlan, { number, title, destructive, coveredBy, steps }: ShownPlan["phases"][number], turn: number): string[] {
  const state = destructive ? "destructive: confirmed by itself" : coveredBy === number ? "" : `approved with phase ${coveredBy}`;
  const now = coveredBy === turn ? "" : " (not decided now)";
  return ["", section(`Phase ${number}: ${title}${state ? `, ${state}` : ""}${now}`), ...steps.flatMap((step) => ["", ...stepLines(plan, step)])];
}

function stepLines({ targets }: ShownPlan, step: ShownStep): string[] {
  const target = targets.find(({ account }) => account === step.account);
  const role = target?.roles.find((name) => name.endsWith(`mutation-${step.service}`)) ?? "";
  const rows: [string, string][] = [
    ["on", step.resource],
    ["in", `${target?.name ?? ""} ${step.account} (${step.environment}), ${step.region}`.trim()],
    ["as", role],
    ["why", step.reason],
    ["undo", undo(step)],
    ...step.notRestorable.map((what): [string, string] => ["stays", what]),
  ];
  return [
    `  ${step.id.padEnd(4)}${step.operation}   ${step.class}`,
    ...rows.filter(([, value]) => value !== "").flatMap(([name, value]) => hung(`      ${name.padEnd(6)}`, value)),
    ...changeLines(step).map((line) => `      ${line}`),
  ];
}

/** "field   before → after", the fields under each other. */
export function changeLines({ changes }: Pick<ShownStep, "changes">): string[] {
  const rows = changes.map(({ field, before, after }) => [lastPart(field, changes), shown(before), shown(after)] as const);
  const [names, befores] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([name, before, after]) => `${name.padEnd(names ?? 0)}   ${before.padEnd(Math.min(befores ?? 0, 40))} → ${after}`);
}

/** Of a dotted path: its last names say what it is and of what. */
const MOST_PARTS = 2;

/** "TagSet.Owner" of a dotted path, where no other field of the step ends so; "A, B" of a path that ends in {A, B}. */
function lastPart(field: string, changes: ShownStep["changes"]): string {
  const several = /\.\{([^{}]+)\}$/.exec(field)?.[1];
  if (several !== undefined) return several;
  const end = (path: string) => path.split(".").slice(-MOST_PARTS).join(".");
  return changes.filter((other) => end(other.field) === end(field)).length === 1 ? end(field) : field;
}

function undo({ inverse, reversible }: ShownStep): string {
  if (!inverse) return "IMPOSSIBLE";
  return `${inverse.operation}${reversible === "partly" ? ", in part" : ""}`;
}

function governance({ governance: findings }: ShownPlan): string[] {
  if (findings.length === 0) return ["  Nothing against it."];
  return findings.flatMap(({ stepId, severity, effect, message, ruleIds }) =>
    hung(`  ${severity.toUpperCase().padEnd(9)}`, `${stepId ? `${stepId}: ` : ""}${message} (${effect}; ${ruleIds.join(", ")})`),
  );
}

function wellArchitected({ wellArchitected: rows }: ShownPlan): string[] {
  if (rows.length === 0) return ["  No check applies to these resources."];
  const passed = rows.filter(({ status }) => status === "PASS");
  const open = rows.filter(({ status }) => status !== "PASS");
  const counts = [...new Set(open.map(({ status }) => status))].map((status) => `${open.filter((row) => row.status === status).length} ${status}`);
  const cells = open.map(({ status, severity, pillar, item, resource }) => [status, severity, pillar, item, resource.split(":").at(-1) ?? resource]);
  return [
    `  ${[`${passed.length} PASS`, ...counts].join(", ")}`,
    ...(open.length > 0
      ? table(["status", "severity", "pillar", "item", "resource"], cells)
          .split("\n")
          .map((line) => `  ${line}`)
      : []),
  ];
}

function rollback({ phases, rollbackComplexity }: ShownPlan): string[] {
  const lines = [...phases].reverse().flatMap((phase) => phase.rollback.flatMap((line, index) => hung(`  ${`${index + 1}.`.padEnd(4)}`, line)));
  return [`  A step that fails ends the plan; what was done is undone, last first (${rollbackComplexity}):`, ...lines];
}

function facts({ plan, mayApprove, expiresAt, acknowledge }: ShownApproval): string[] {
  const { blastRadius, cost, estimatedSeconds } = plan;
  const usd = (value: number) => `$${value.toFixed(2)}`;
  const sign = cost.difference < 0 ? "-" : "+";
  const rows: [string, string][] = [
    ["Blast radius", `${blastRadius.count} ${blastRadius.count === 1 ? "resource" : "resources"} (${blastRadius.level})`],
    ["Cost", `${usd(cost.monthlyUsdBefore)} → ${usd(cost.monthlyUsdAfter)} a month (${sign}${usd(Math.abs(cost.difference))})`],
    ["Takes", `about ${Math.ceil(estimatedSeconds)} s`],
    ["Asked by", plan.requester],
    ["May approve", mayApprove.join(", ") || "nobody: no approver is registered for these accounts"],
    ["Until", expiresAt],
    ...acknowledge.map((item): [string, string] => ["Acknowledge", item]),
  ];
  return rows.flatMap(([name, value]) => hung(`  ${name.padEnd(14)}`, value));
}

/** The first line behind `head`, the others under it. */
function hung(head: string, text: string): string[] {
  return wrapped(text, WIDTH - head.length).map((line, index) => `${index === 0 ? head : " ".repeat(head.length)}${line}`);
}
