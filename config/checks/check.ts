/**
 * The grammar of the Well-Architected checks (governance M, N): one check looks at one resource's state as a plan would
 * leave it. Pure data and pure functions; no model writes a row.
 */
import type { Environment } from "../accounts.ts";
import type { MutableService } from "../catalog/services.ts";
import type { BeforeRead, State } from "../catalog/write.ts";
import type { Severity } from "../environments.ts";

/** N: cumulative. `test` has no tier of its own and takes development's (Y-06); sandbox adds nothing to common. */
export const TIERS = ["common", "development", "staging", "production"] as const;
export type Tier = (typeof TIERS)[number];

export const TIERS_OF: Readonly<Record<Environment, readonly Tier[]>> = {
  sandbox: ["common"],
  development: ["common", "development"],
  test: ["common", "development"],
  staging: ["common", "development", "staging"],
  production: TIERS,
  unknown: TIERS,
};

export const PILLARS = ["Operational Excellence", "Security", "Reliability", "Performance Efficiency", "Cost Optimization", "Sustainability"] as const;

/** What a check found: `unknown` where a read it rests on was not possible, which counts as a gap (law 9). */
export interface Judgement {
  readonly result: "pass" | "gap" | "unknown";
  readonly detail: string;
}

/**
 * How a gap is closed. `step`: a write of the catalog on the resource as it is; `anew`: only by making such a resource
 * in its place; `manual`: by nothing that this system may do, so a person does it (Y-22).
 */
export const EXIT_KINDS = ["step", "anew", "manual"] as const;
export type ExitKind = (typeof EXIT_KINDS)[number];
export type Exit = { readonly kind: "step" | "anew"; readonly operation: string } | { readonly kind: "manual" };

export interface Check {
  readonly item: string;
  readonly pillar: (typeof PILLARS)[number];
  /** By the first tier that has it; a later tier may raise it. */
  readonly severity: { readonly [T in Tier]?: Severity };
  /** Governance rows. */
  readonly ruleIds: readonly string[];
  readonly exit: Exit;
  readonly remediation: string;
  readonly judge: (state: State, context: CheckContext) => Judgement;
}

export interface CheckContext {
  readonly environment: Environment;
  /** The resource is made by the plan: what nobody configured is AWS's default (B19). */
  readonly created: boolean;
  /** Findings of config/tag-check.ts for the resource's tags, as texts. */
  readonly tagProblems: (tags: Readonly<Record<string, string>>) => readonly string[];
  /** The settings say that other buckets' access logs go to this one. */
  readonly takesLogs: boolean;
}

/** The checks of one kind of resource. */
export interface ChecksOf {
  readonly service: MutableService;
  /** As the catalog's writes name what they make. */
  readonly entity: string;
  /** Input field of a write that names such a resource. */
  readonly key: string;
  /** Reads with a row for each of many (rules, attached policies) → the column that tells them apart; absent: one row. */
  readonly lists?: Readonly<Record<string, string>>;
  /** What is read of it; sources are the writes' input fields. */
  readonly reads: readonly BeforeRead[];
  readonly checks: readonly Check[];
}

export const pass = (detail: string): Judgement => ({ result: "pass", detail });
export const gap = (detail: string): Judgement => ({ result: "gap", detail });

/** The one row of a read; `unknown` when it was not read, unless the resource is new: then `fresh` says what AWS's default is. */
export function rowOf(
  state: State,
  operation: string,
  context: CheckContext,
  fresh: Readonly<Record<string, unknown>>,
  judge: (row: Readonly<Record<string, unknown>>) => Judgement,
): Judgement {
  const row = state[operation]?.[0] ?? (context.created ? fresh : undefined);
  return row === undefined ? { result: "unknown", detail: `${operation} was not readable, so it counts as a gap` } : judge(row);
}

/** M08, Y-02: the same for every kind of resource; `operation` and `column` are where its tags are read, `write` is what gives them. */
export function governanceTags(baseline: string, operation: string, column: string, write: string): Check {
  return {
    item: "Governance tags",
    pillar: "Operational Excellence",
    severity: { common: "high" },
    ruleIds: [baseline, "M08", "Y-02"],
    exit: { kind: "step", operation: write },
    remediation: `Add a ${write} step with the missing tags; ask the owner for values that are not known.`,
    judge: (state, context) =>
      rowOf(state, operation, context, { [column]: {} }, (row) => {
        const problems = context.tagProblems((row[column] ?? {}) as Record<string, string>);
        return problems.length === 0 ? pass("all required tags are there") : gap(problems.join("; "));
      }),
  };
}
