/**
 * All settings of one deployment: parsed at synth from a YAML file, carried as JSON in every function's
 * bundle and parsed again at cold start with the same schema. A bad file stops both.
 */
import * as z from "zod";
import { accountsSchema } from "./accounts.ts";
import { approversSchema } from "./approvers.ts";
import { CLOSED_CHANGES, changesSchema } from "./changes.ts";
import { deploymentSchema } from "./deployment.ts";
import { ENVIRONMENT_RULES, environmentByName, isStricter } from "./environments.ts";
import { LIMITS, limitsOverridesSchema, mergeLimits } from "./limits.ts";
import { FAMILIES, modelsSchema, unreachable } from "./models.ts";
import { scopesSchema } from "./scopes.ts";
import { extendTags, tagOverridesSchema } from "./tag-overrides.ts";
import { TAG_RULES } from "./tags.ts";
import { environmentOverridesSchema, loosenings, tightenEnvironments } from "./tighten.ts";

const settingsSchema = z
  .strictObject({
    deployment: deploymentSchema,
    accounts: accountsSchema,
    scopes: scopesSchema.default([]),
    approvers: approversSchema.default([]),
    changes: changesSchema.default(CLOSED_CHANGES),
    models: modelsSchema,
    limits: limitsOverridesSchema.default({}),
    environments: environmentOverridesSchema.default({}),
    tags: tagOverridesSchema.default({}),
  })
  .superRefine((file, context) => {
    const loosened = loosenings(ENVIRONMENT_RULES, file.environments).length > 0;
    const rules = loosened ? ENVIRONMENT_RULES : tightenEnvironments(ENVIRONMENT_RULES, file.environments);
    const environments = new Map(file.accounts.map((account) => [account.id, account.environment]));
    file.scopes.forEach((scope, index) => {
      const environment = environments.get(scope.account);
      const path = ["scopes", index, "account"];
      if (!environment) context.addIssue({ code: "custom", path, message: `${scope.account} is not in accounts` });
      else if (!rules[environment].directMutation)
        context.addIssue({
          code: "custom",
          path,
          message: `${scope.account} is ${environment}: nothing may be changed there directly (G04–G06, or this file's environments)`,
        });
    });
    file.approvers.forEach((approver, index) => {
      const unknown = approver.accounts.find((account) => !environments.has(account));
      if (unknown) context.addIssue({ code: "custom", path: ["approvers", index, "accounts"], message: `${unknown} is not in accounts` });
    });
    const [own, changed] = [file.deployment.path, file.changes.iam.rolePath];
    if (changed.startsWith(own) || own.startsWith(changed))
      context.addIssue({
        code: "custom",
        path: ["changes", "iam", "rolePath"],
        message: `${changed} and the system's own path ${own} must lie beside each other: its own roles can't be its to change`,
      });
    file.accounts.forEach(({ name, environment }, index) => {
      const claimed = environmentByName(name, rules);
      if (claimed === null || !isStricter(claimed, environment)) return;
      context.addIssue({
        code: "custom",
        path: ["accounts", index, "environment"],
        message: `${name} is named ${claimed} but registered as ${environment}: a name conflict goes to the stricter (Y-08); register it as ${claimed} or correct the name`,
      });
    });
    for (const family of FAMILIES) {
      const problem = unreachable(file.models, family, file.deployment.hub.region);
      const path = file.models.families?.[family] ? ["models", "families", family, "geography"] : ["models", "geography"];
      if (problem !== null) context.addIssue({ code: "custom", path, message: problem });
    }
  })
  .transform((file) => ({
    ...file,
    limits: mergeLimits(LIMITS, file.limits),
    environments: tightenEnvironments(ENVIRONMENT_RULES, file.environments),
    tags: extendTags(TAG_RULES, file.tags),
  }));
export type Settings = z.output<typeof settingsSchema>;
/** What the file holds, before the core rules are merged in; carried in bundles so that both ends parse the same. */
export type SettingsFile = z.input<typeof settingsSchema>;

export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** @param source where the content came from, for the error. @throws SettingsError naming source, path and reason of every mistake. */
export function parseSettings(content: unknown, source: string): Settings {
  // Parsed once a cold start: a compiled parser would cost more than it saves.
  const parsed = settingsSchema.safeParse(content, { jitless: true });
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `  ${issue.path.map(String).join(".") || "(top)"}: ${issue.message}`);
  throw new SettingsError(`${source} is not a valid settings file:\n${reasons.join("\n")}`);
}
