/** The artifact's README and pull request text (R07–R09). Everything that is not the artifact's own is escaped. */
import type { ArtifactResult, Plan, PlanStep } from "../shared/contracts.ts";
import { inline } from "../shared/escape.ts";
import type { Built } from "./template.ts";

export interface Told {
  readonly plan: Plan;
  readonly planHash: string;
  readonly branch: string;
  readonly templates: readonly { readonly path: string; readonly account: string; readonly region: string; readonly built: Built; readonly body: string }[];
  readonly blockers: ArtifactResult["blockers"];
}

/** CloudFormation takes a larger template from S3 only (its quotas, "Template body size in a request"). */
const REQUEST_BYTES = 51_200;

export function readme({ plan, planHash, templates, blockers }: Told): string {
  const commands = templates.flatMap(({ path, account, region, built, body }, index) => [
    "",
    `Account ${account}, ${region}:`,
    "",
    "```console",
    `$ aws cloudformation deploy --region ${region} --stack-name coworker-${plan.requestId.slice(4, 12)}-${index + 1} --template-file ${path} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ChangeTicket=<ticket>${Buffer.byteLength(body) > REQUEST_BYTES ? " --s3-bucket <bucket>" : ""}`,
    ...(built.automated.length > 0
      ? [`$ aws ssm start-automation-execution --region ${region} --document-name <AutomationDocument> --parameters AutomationAssumeRole=<AutomationRole>`]
      : []),
    "```",
  ]);
  return lines(
    `# ${inline(plan.summary.slice(0, 200))}`,
    "",
    `Built from plan ${plan.requestId} (hash ${planHash}). Nothing was executed: this is for a pipeline.`,
    ...notice(blockers),
    "",
    "## What it does",
    "",
    ...steps(plan).map((step) => `- ${inline(`${step.service} ${step.operation} ${step.resource}`)}: ${inline(step.expected)}`),
    ...manualOf(templates),
    "",
    "## Deploy",
    ...commands,
    "",
    "## Validate",
    "",
    ...steps(plan).map((step) => `- ${inline(step.validation)}`),
    "",
    "## Roll back",
    "",
    "Revert the commit, or:",
    "",
    ...rollback(plan),
  );
}

export function pullRequest(told: Told): string {
  const { plan, planHash, branch, templates, blockers } = told;
  return lines(
    `# ${inline(plan.summary.slice(0, 200))}`,
    "",
    `Branch \`${branch}\``,
    ...notice(blockers),
    "",
    "## Background",
    "",
    `Asked: ${inline(plan.text)}`,
    "",
    "## Infrastructure changes",
    "",
    "| step | account | region | resource | before → after | undo |",
    "| --- | --- | --- | --- | --- | --- |",
    ...steps(plan).map(
      (step) =>
        `| ${step.id} ${inline(step.operation)} | ${step.account} | ${step.region} | ${inline(step.resource)} | ${inline(changesOf(step))} | ${inline(step.inverse?.operation ?? "none: irreversible")} |`,
    ),
    ...manualOf(templates),
    "",
    "## Files",
    "",
    ...templates.map(({ path }) => `- \`${path}\``),
    "",
    "## Well-Architected",
    "",
    "| pillar | item | resource | status | severity | detail | remediation |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...plan.wellArchitected.map(
      (row) =>
        `| ${inline(row.pillar)} | ${inline(row.item)} | ${inline(row.resource)} | ${row.status} | ${row.severity} | ${inline(row.detail)} | ${inline(row.remediation)} |`,
    ),
    "",
    "## Guardrail result",
    "",
    ...(plan.governance.length === 0
      ? ["No findings."]
      : plan.governance.map(({ severity, effect, message, ruleIds }) => `- ${severity}, ${effect}: ${inline(message)} (${ruleIds.join(", ")})`)),
    "",
    "## Rollback plan",
    "",
    ...rollback(plan),
    "",
    "Rollback criteria: a stack or automation that fails, or a validation below that does not hold.",
    "",
    "## Testing checklist",
    "",
    "- [ ] validated in staging",
    "- [ ] cfn-lint is clean",
    "- [ ] security review",
    "- [ ] change board and window",
    "",
    `Change ticket: ${plan.ticket ?? "MISSING"}`,
    "Change window: see the calendar in the settings file",
    "",
    `Change-Id: ${plan.requestId}`,
    `Plan-Ref: sha256:${planHash}`,
  );
}

const changesOf = ({ changes }: PlanStep): string =>
  changes.map(({ field, before, after }) => `${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`).join("; ");
const steps = (plan: Plan): PlanStep[] => plan.phases.flatMap((phase) => phase.steps);
const rollback = (plan: Plan): string[] =>
  plan.phases.toReversed().flatMap((phase) => phase.rollback.map((text) => `- phase ${phase.number}: ${inline(text)}`));

function notice(blockers: Told["blockers"]): string[] {
  if (blockers.length === 0) return [];
  return ["", "**NOT RELEASABLE YET**", "", ...blockers.map(({ code, message }) => `- \`${code}\`: ${message}`)];
}

function manualOf(templates: Told["templates"]): string[] {
  const manual = templates.flatMap(({ built }) => built.manual);
  if (manual.length === 0) return [];
  return [
    "",
    "Manual steps (no template can carry them):",
    "",
    ...manual.map((step) => `- [ ] ${inline(`${step.service} ${step.operation} ${step.resource}: ${step.expected} ${changesOf(step)}`.trim())}`),
  ];
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
