/** The Well-Architected table of a plan (M49, M50): rows by code, on the state the plan would leave. */
import type { Environment } from "../accounts.ts";
import type { MutableService } from "../catalog/services.ts";
import type { BeforeRead, Promised, State } from "../catalog/write.ts";
import { ENFORCEMENT, type Enforcement, type Severity } from "../environments.ts";
import { checkTags } from "../tag-check.ts";
import type { TagRules } from "../tags.ts";
import { type Check, type CheckContext, type ChecksOf, TIERS_OF } from "./check.ts";
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
  readonly remediation: string;
  readonly ruleIds: string[];
}

/** What examining a resource of this kind reads besides its write's own reads. */
export function checkReads(service: MutableService, entity: string): readonly BeforeRead[] {
  return CHECKS.filter((one) => one.service === service && one.entity === entity).flatMap(({ reads }) => reads);
}

/** Rows of all resources in their order; of each, the checks of its tier (cumulative). */
export function wellArchitected(resources: readonly CheckedResource[], levels: Readonly<Record<Environment, Enforcement>>, tags: TagRules): WellArchitected[] {
  return resources.flatMap((resource) => {
    const { checks } = CHECKS.find(({ service, entity }) => service === resource.service && entity === resource.entity) ?? { checks: [] };
    const context: CheckContext = {
      environment: resource.environment,
      created: resource.created,
      tagProblems: (own) =>
        checkTags(tags, own, { environment: resource.environment, origin: "resource" })
          .filter(({ severity }) => severity !== "low")
          .map(({ message }) => message),
    };
    return checks.flatMap((check) => {
      const severity = severityIn(check, resource.environment);
      return severity === null ? [] : [row(check, severity, resource, context, levels[resource.environment])];
    });
  });
}

function row(check: Check, severity: Severity, { resource, state }: CheckedResource, context: CheckContext, level: Enforcement): WellArchitected {
  const { result, detail } = check.judge(state, context);
  return {
    pillar: check.pillar,
    item: check.item,
    resource,
    status: result === "pass" ? "PASS" : statusOf(severity, level),
    detail,
    severity,
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

/** The state once the promises are kept: what a promise does not name stays as it was. */
export function afterPlan(before: State, promises: readonly Promised[]): State {
  const after: Record<string, readonly Readonly<Record<string, unknown>>[]> = { ...before };
  for (const [operation, columns] of promises.flatMap((promised) => Object.entries(promised))) {
    if (columns === null) after[operation] = [];
    else after[operation] = [{ ...absentCleared(after[operation]?.[0] ?? {}), ...merged(after[operation]?.[0] ?? {}, columns) }];
  }
  return after;
}

/** What is configured now is no longer absent. */
function absentCleared(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return "Absent" in row ? { ...row, Absent: null } : row;
}

/** Objects (tags) keep the keys that the promise does not name. */
function merged(row: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => {
      const old = row[column];
      const both = isObject(old) && isObject(value);
      if (!both) return [column, value];
      return [column, Object.fromEntries(Object.entries({ ...old, ...value }).filter(([, kept]) => kept !== null))];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
