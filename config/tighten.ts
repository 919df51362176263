/** Overrides of environment rules: stricter only (law 5, G17). A looser one stops synth and cold start with its path. */
import * as z from "zod";
import { ENVIRONMENTS, type Environment } from "./accounts.ts";
import {
  APPROVAL_LEVELS,
  DATA_CLASSES,
  DRIFT_LEVELS,
  ENFORCEMENT_LEVELS,
  ENVIRONMENT_RULES,
  type EnvironmentRule,
  environmentRuleSchema,
  PRODUCTION_DATA_LEVELS,
  TICKET_LEVELS,
  WINDOW_LEVELS,
} from "./environments.ts";

type Looser<T> = (core: T, asked: T) => boolean;
const below =
  <T>(order: readonly T[]): Looser<T> =>
  (core, asked) =>
    order.indexOf(asked) < order.indexOf(core);
const above =
  <T>(order: readonly T[]): Looser<T> =>
  (core, asked) =>
    order.indexOf(asked) > order.indexOf(core);
const grants: Looser<boolean> = (core, asked) => asked && !core;
const waives: Looser<boolean> = (core, asked) => core && !asked;
const exceeds: Looser<number | null> = (core, asked) => core !== null && (asked === null || asked > core);

/** Whether `asked` loosens the field. The compiler sees to it that every field of a rule is here. */
export const LOOSER: { readonly [Field in keyof EnvironmentRule]: Looser<EnvironmentRule[Field]> } = {
  directMutation: grants,
  pipelineArtifact: grants,
  approval: below(APPROVAL_LEVELS),
  standingApproval: grants,
  requesterMayApprove: grants,
  maxDataClass: above(DATA_CLASSES),
  productionData: below(PRODUCTION_DATA_LEVELS),
  monthlyUsd: exceeds,
  budgetAlertPercent: exceeds,
  maxInstances: exceeds,
  maxDatabases: exceeds,
  ticket: below(TICKET_LEVELS),
  changeWindow: below(WINDOW_LEVELS),
  changeBoard: waives,
  rollbackPlan: waives,
  postDeploymentValidation: waives,
  matchesProduction: waives,
  drift: below(DRIFT_LEVELS),
  autoTerminate: grants,
  crossEnvironmentNetwork: grants,
  enforcement: below(ENFORCEMENT_LEVELS),
  nameWords: (core, asked) => core.some((word) => !asked.includes(word)),
};

export type EnvironmentRules = Readonly<Record<Environment, EnvironmentRule>>;
export type EnvironmentOverrides = { readonly [E in Environment]?: Partial<{ [F in keyof EnvironmentRule]: EnvironmentRule[F] | undefined }> | undefined };

interface Loosening {
  readonly path: readonly [Environment, keyof EnvironmentRule];
  readonly message: string;
}

function looseningOf<Field extends keyof EnvironmentRule>(
  environment: Environment,
  field: Field,
  core: EnvironmentRule,
  asked: EnvironmentRule[Field],
): Loosening | null {
  if (!LOOSER[field](core[field], asked)) return null;
  return {
    path: [environment, field],
    message: `${JSON.stringify(asked)} is looser than the core rule ${JSON.stringify(core[field])}: an override may only be stricter (G17)`,
  };
}

/** Every override that loosens a rule; empty when all are stricter or equal. */
export function loosenings(core: EnvironmentRules, overrides: EnvironmentOverrides): Loosening[] {
  const found: Loosening[] = [];
  for (const environment of ENVIRONMENTS) {
    for (const field of environmentRuleSchema.keyof().options) {
      const asked = overrides[environment]?.[field];
      const loosening = asked === undefined ? null : looseningOf(environment, field, core[environment], asked);
      if (loosening) found.push(loosening);
    }
  }
  return found;
}

/** By environment, the fields to tighten. Closed; a looser value is an issue at its path. */
export const environmentOverridesSchema = z.partialRecord(z.enum(ENVIRONMENTS), environmentRuleSchema.partial()).superRefine((overrides, context) => {
  for (const { path, message } of loosenings(ENVIRONMENT_RULES, overrides)) context.addIssue({ code: "custom", path: [...path], message });
});

/** @throws Error naming path and both values if an override loosens a rule. */
export function tightenEnvironments(core: EnvironmentRules, overrides: EnvironmentOverrides): EnvironmentRules {
  const [first] = loosenings(core, overrides);
  if (first) throw new Error(`environments.${first.path.join(".")}: ${first.message}`);
  const merged = ENVIRONMENTS.map((environment) => {
    const stricter = Object.fromEntries(Object.entries(overrides[environment] ?? {}).filter(([, asked]) => asked !== undefined));
    return [environment, { ...core[environment], ...stricter }] as const;
  });
  return Object.fromEntries(merged) as Record<Environment, EnvironmentRule>;
}
