/** What a step leaves of the rules on tags (governance L). */
import { REQUEST_TAG } from "../../../../config/catalog/write.ts";
import { DATA_CLASSES } from "../../../../config/environments.ts";
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { Settings } from "../../../../config/settings.ts";
import { checkTags } from "../../../../config/tag-check.ts";
import type { TagFinding, TagRules } from "../../../../config/tags.ts";
import { environmentOf } from "../entities.ts";
import type { JudgedStep } from "../step.ts";
import { promisedOf } from "./promised.ts";

export function tagFacts(step: JudgedStep, settings: Settings): PolicyContext["tags"] {
  const rules = settings.tags;
  const environment = environmentOf(step, settings);
  const { set, removed } = promisedTags(step);
  const context = { environment, origin: "resource" as const, storesData: step.write.storesData === true };
  const findings = checkTags(rules, set, context);
  const keys = (...codes: TagFinding["code"][]) => findings.flatMap(({ key, code }) => (codes.includes(code) ? [key] : []));
  // What is made has the system's tags from the system itself; otherwise a tag that stays as it is changes nothing.
  const changed = [...Object.keys(set).filter((key) => !step.creates && set[key] !== step.tags[key]), ...removed];
  const most = settings.environments[environment].maxDataClass;
  return {
    missing: step.creates && step.write.tagged ? keys("missing") : [],
    wrong: keys("empty", "invalid", "ambiguous"),
    contradictsEnvironment: keys("environmentMismatch").length > 0,
    exceedsDataClass: valuesOf("DataClassification", set, rules).some((value) => rank(value) > rank(most)),
    takesSystems: changed.some((key) => key === REQUEST_TAG || rules.some((rule) => rule.key === key && rule.setBy === "system")),
    removesRequired: removed.some((key) => rules.some((rule) => rule.when === "always" && [rule.key, ...rule.aliases].includes(key))),
  };
}

/** A promised null is a tag that goes (config/catalog/write.ts, Promised). */
function promisedTags(step: JudgedStep): { set: Record<string, string>; removed: string[] } {
  const pairs = [...promisedOf(step, "Tags"), ...promisedOf(step, "TagSet")].flatMap((tags) => Object.entries((tags ?? {}) as Record<string, unknown>));
  return {
    set: Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string")),
    removed: pairs.flatMap(([key, value]) => (value === null ? [key] : [])),
  };
}

function valuesOf(name: string, tags: Readonly<Record<string, string>>, rules: TagRules): string[] {
  const names = rules.filter(({ key }) => key === name).flatMap(({ key, aliases }) => [key, ...aliases]);
  return names.flatMap((key) => tags[key] ?? []);
}

/** Unknown classes are the tag rules' to refuse. */
function rank(dataClass: string): number {
  return (DATA_CLASSES as readonly string[]).indexOf(dataClass.toLowerCase());
}
