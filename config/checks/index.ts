/** The Well-Architected table of a plan (M49, M50): rows by code, on the state the plan would leave. */
import type { Environment } from "../accounts.ts";
import type { MutableService } from "../catalog/services.ts";
import type { Promised, State, StepInput } from "../catalog/write.ts";
import { ENFORCEMENT, type Enforcement, type Severity } from "../environments.ts";
import type { Settings } from "../settings.ts";
import { checkTags } from "../tag-check.ts";
import { type Check, type CheckContext, type ChecksOf, type ExitKind, TIERS_OF } from "./check.ts";
import { instanceChecks, securityGroupChecks } from "./ec2.ts";
import { iamChecks } from "./iam.ts";
import { lambdaChecks } from "./lambda.ts";
import { s3Checks } from "./s3.ts";

export const CHECKS: readonly ChecksOf[] = [instanceChecks, securityGroupChecks, s3Checks, iamChecks, lambdaChecks];

export interface CheckedResource {
  readonly service: MutableService;
  readonly entity: string;
  readonly resource: string;
  readonly environment: Environment;
  readonly created: boolean;
  readonly before: State;
  /** As the plan would leave it: `afterPlan`. */
  readonly state: State;
}

export interface WellArchitected {
  readonly pillar: string;
  readonly item: string;
  readonly resource: string;
  readonly status: "PASS" | "REMEDIATE" | "ACCEPTABLE" | "BLOCKED";
  readonly detail: string;
  readonly severity: Severity;
  readonly exit: ExitKind;
  readonly remediation: string;
  readonly ruleIds: string[];
}

/** The checks of what a write makes or names; undefined: none are known for it. */
export function checksFor(service: MutableService, entity: string, input: StepInput): ChecksOf | undefined {
  return CHECKS.find((one) => one.service === service && (one.entity === entity || Object.hasOwn(input, one.key)));
}

/** Rows of all resources in their order; of each, the checks of its tier (cumulative). */
export function wellArchitected(
  resources: readonly CheckedResource[],
  levels: Readonly<Record<Environment, Enforcement>>,
  { tags, changes }: Pick<Settings, "tags"> & { readonly changes: Pick<Settings["changes"], "s3"> },
): WellArchitected[] {
  return resources.flatMap((resource) => {
    const { checks } = CHECKS.find(({ service, entity }) => service === resource.service && entity === resource.entity) ?? { checks: [] };
    const context: CheckContext = {
      environment: resource.environment,
      created: resource.created,
      tagProblems: (own) =>
        checkTags(tags, own, { environment: resource.environment, origin: "resource" })
          .filter(({ severity }) => severity !== "low")
          .map(({ message }) => message),
      takesLogs: resource.service === "s3" && changes.s3.logBuckets.some((name) => resource.resource === `arn:aws:s3:::${name}`),
    };
    return checks.flatMap((check) => {
      const severity = severityIn(check, resource.environment);
      return severity === null ? [] : [row(check, severity, resource, context, levels[resource.environment])];
    });
  });
}

function row(check: Check, severity: Severity, checked: CheckedResource, context: CheckContext, level: Enforcement): WellArchitected {
  const { resource, state, before, created } = checked;
  const { result, detail } = check.judge(state, context);
  // A gap that is older than the plan is told: it never stops what closes another.
  const older = !created && check.judge(before, context).result !== "pass";
  return {
    pillar: check.pillar,
    item: check.item,
    resource,
    status: result === "pass" ? "PASS" : statusOf(severity, older ? "optional" : level),
    detail,
    severity,
    exit: check.exit.kind,
    remediation: result === "pass" ? "" : check.remediation,
    ruleIds: [...check.ruleIds],
  };
}

/** N11, G14: the severity and the tier's level decide, nothing about the item. */
export function statusOf(severity: Severity, level: Enforcement): "REMEDIATE" | "ACCEPTABLE" | "BLOCKED" {
  if (ENFORCEMENT[level].blocks.includes(severity)) return "BLOCKED";
  return severity === "critical" || severity === "high" ? "REMEDIATE" : "ACCEPTABLE";
}

/** The severity of the strictest tier that has the check; null: no tier of this environment has it. */
function severityIn({ severity }: Check, environment: Environment): Severity | null {
  return TIERS_OF[environment].reduce<Severity | null>((found, tier) => severity[tier] ?? found, null);
}

/** One step's effect on a state: its promise, and what it saw before (which tells one row of a list from the others). */
export interface Effect {
  readonly promised: Promised;
  readonly image: State;
}

/** The state once the promises are kept: what a promise does not name stays as it was. */
export function afterPlan(before: State, effects: readonly Effect[], lists: ChecksOf["lists"] = {}): State {
  const after: Record<string, Rows> = { ...before };
  for (const { promised, image } of effects) {
    for (const [operation, columns] of Object.entries(promised)) {
      const rows = after[operation] ?? [];
      const column = lists[operation];
      if (column !== undefined)
        after[operation] = listAfter(
          rows,
          columns,
          (image[operation] ?? []).map((row) => row[column]),
          column,
        );
      else if (columns === null) after[operation] = [];
      else after[operation] = [{ ...absentCleared(rows[0] ?? {}), ...merged(rows[0] ?? {}, columns) }];
    }
  }
  return after;
}

type Row = Readonly<Record<string, unknown>>;
type Rows = readonly Row[];

/** A row more, or without those that the step saw and takes away. */
function listAfter(rows: Rows, columns: Row | null, seen: readonly unknown[], column: string): Rows {
  if (columns === null) return rows.filter((row) => !seen.includes(row[column]));
  return rows.some((row) => columns[column] !== undefined && row[column] === columns[column]) ? rows : [...rows, columns];
}

/** What is configured now is no longer absent. */
function absentCleared(row: Row): Row {
  return "Absent" in row ? { ...row, Absent: null } : row;
}

/** Objects (tags) keep the keys that the promise does not name. */
function merged(row: Row, columns: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => {
      const old = row[column];
      if (!isObject(old) || !isObject(value)) return [column, value];
      return [column, Object.fromEntries(Object.entries({ ...old, ...value }).filter(([, kept]) => kept !== null))];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
