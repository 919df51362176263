/**
 * What each environment allows (governance G01–G17; contradictions as section Y decides). Data; the
 * guardrail, the synth and the docs read it. A deployment may tighten a rule, never loosen one (law 5, G17).
 */
import * as z from "zod";
import { ENVIRONMENTS, type Environment } from "./accounts.ts";

/** G10, loosest first. `via-cicd`: only a pipeline acts. */
export const APPROVAL_LEVELS = ["none", "destructive-only", "all-mutations", "always", "via-cicd"] as const;
/** L04, least sensitive first. */
export const DATA_CLASSES = ["public", "internal", "confidential", "restricted"] as const;
/** G13, loosest first; what each means is in ENFORCEMENT. */
export const ENFORCEMENT_LEVELS = ["optional", "warn", "strict", "enforce"] as const;
export type Enforcement = (typeof ENFORCEMENT_LEVELS)[number];

/** Each loosest first. */
export const TICKET_LEVELS = ["none", "recommended", "required"] as const;
export const WINDOW_LEVELS = ["none", "business-hours", "defined"] as const;
export const DRIFT_LEVELS = ["none", "alert", "critical-alert"] as const;
export const PRODUCTION_DATA_LEVELS = ["allowed", "anonymised", "never"] as const;
const bound = z.number().int().nonnegative().nullable();

export const environmentRuleSchema = z.strictObject({
  /** G01–G06, DESIGN "Roles": whether mutation roles may exist in such accounts at all. */
  directMutation: z.boolean(),
  /** G04–G06: whether a plan may become a CI/CD artifact. `unknown` gets neither (C02). */
  pipelineArtifact: z.boolean(),
  /** G10, Y-03: every mutation needs an approval record, in sandbox too. */
  approval: z.enum(APPROVAL_LEVELS),
  /** Y-03: a non-destructive change may be approved by a standing policy instead of a person. */
  standingApproval: z.boolean(),
  /** DESIGN "Await approval": whether the requester may approve the own request's non-destructive changes; sandbox and development. */
  requesterMayApprove: z.boolean(),
  /** G02–G05: most sensitive data class its resources may hold. G01 is silent: as development. */
  maxDataClass: z.enum(DATA_CLASSES),
  /** G01–G03, G05. */
  productionData: z.enum(PRODUCTION_DATA_LEVELS),
  /** G01, G02: US dollars a month an account may cost; null: no bound. Y-06: test as development. */
  monthlyUsd: bound,
  /** G02, G25: percent of `monthlyUsd` at which people are told. */
  budgetAlertPercent: z.number().int().min(1).max(100),
  /** G01: EC2 instances in an account; null: no bound. */
  maxInstances: bound,
  /** G01: RDS databases in an account; null: no bound. */
  maxDatabases: bound,
  /** G01–G05, G16. */
  ticket: z.enum(TICKET_LEVELS),
  /** G01–G05, G16: when a change may happen. */
  changeWindow: z.enum(WINDOW_LEVELS),
  /** G05, G16: a change advisory board decides too. */
  changeBoard: z.boolean(),
  /** G05: a plan without a rollback plan is refused. DESIGN wants one everywhere that can change. */
  rollbackPlan: z.boolean(),
  /** G05: the pipeline's deployment is validated afterwards. */
  postDeploymentValidation: z.boolean(),
  /** G04: its configuration has to match production's. */
  matchesProduction: z.boolean(),
  /** G04, G05. */
  drift: z.enum(DRIFT_LEVELS),
  /** G01: resources may be terminated by clean-up. */
  autoTerminate: z.boolean(),
  /** G01: network paths to other environments. */
  crossEnvironmentNetwork: z.boolean(),
  /** G13. */
  enforcement: z.enum(ENFORCEMENT_LEVELS),
  /** G01–G05, Y-08: words of a name that claim this environment; whole words between hyphens, so `nonprod` and `product` claim nothing. */
  nameWords: z.array(z.string().regex(/^[a-z]+$/, "lower-case letters")),
});
export type EnvironmentRule = z.infer<typeof environmentRuleSchema>;

const DEVELOPMENT: EnvironmentRule = {
  directMutation: true,
  pipelineArtifact: true,
  approval: "all-mutations",
  standingApproval: false,
  requesterMayApprove: true,
  maxDataClass: "internal",
  productionData: "never",
  monthlyUsd: 2000,
  budgetAlertPercent: 80,
  maxInstances: null,
  maxDatabases: null,
  ticket: "none",
  changeWindow: "none",
  changeBoard: false,
  rollbackPlan: true,
  postDeploymentValidation: false,
  matchesProduction: false,
  drift: "none",
  autoTerminate: false,
  crossEnvironmentNetwork: true,
  enforcement: "warn",
  nameWords: ["dev", "development"],
};
const STAGING: EnvironmentRule = {
  ...DEVELOPMENT,
  requesterMayApprove: false,
  directMutation: false,
  maxDataClass: "confidential",
  productionData: "anonymised",
  monthlyUsd: null,
  ticket: "required",
  changeWindow: "business-hours",
  matchesProduction: true,
  drift: "alert",
  enforcement: "strict",
  nameWords: ["staging", "stage", "preprod"],
};

export const ENVIRONMENT_RULES: Readonly<Record<Environment, EnvironmentRule>> = {
  sandbox: {
    ...DEVELOPMENT,
    standingApproval: true,
    monthlyUsd: 500,
    maxInstances: 10,
    maxDatabases: 2,
    autoTerminate: true,
    crossEnvironmentNetwork: false,
    enforcement: "optional",
    nameWords: ["sandbox", "sbx"],
  },
  development: DEVELOPMENT,
  test: { ...DEVELOPMENT, requesterMayApprove: false, productionData: "anonymised", ticket: "recommended", nameWords: ["test", "qa"] },
  staging: STAGING,
  production: {
    ...STAGING,
    approval: "via-cicd",
    maxDataClass: "restricted",
    productionData: "allowed",
    changeWindow: "defined",
    changeBoard: true,
    postDeploymentValidation: true,
    matchesProduction: false,
    drift: "critical-alert",
    enforcement: "enforce",
    nameWords: ["prod", "production", "prd"],
  },
  /** G06: as staging, and read-only. */
  unknown: { ...STAGING, pipelineArtifact: false, nameWords: [] },
};

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** G14 with Y-13: which findings block a plan, and whether the others must be acknowledged. */
export const ENFORCEMENT: Readonly<Record<Enforcement, { readonly blocks: readonly Severity[]; readonly acknowledge: boolean }>> = {
  optional: { blocks: [], acknowledge: false },
  warn: { blocks: [], acknowledge: true },
  strict: { blocks: ["critical", "high", "medium"], acknowledge: true },
  enforce: { blocks: SEVERITIES, acknowledge: true },
};

/** Loosest first; what text may only climb (law 5). `unknown` allows nothing and so stands above all. */
const STRICTNESS: readonly Environment[] = ["sandbox", "development", "test", "staging", "production", "unknown"];

export function isStricter(asked: Environment, than: Environment): boolean {
  return STRICTNESS.indexOf(asked) > STRICTNESS.indexOf(than);
}

/** The strictest environment a name claims, or null. A claim never lowers what the registry says (Y-08). */
export function environmentByName(name: string, rules: Readonly<Record<Environment, EnvironmentRule>> = ENVIRONMENT_RULES): Environment | null {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const claimed = ENVIRONMENTS.filter((environment) => rules[environment].nameWords.some((word) => words.includes(word)));
  return claimed.reduce<Environment | null>((strictest, next) => (strictest === null || isStricter(next, strictest) ? next : strictest), null);
}
