/** What a step's tags would leave of the rules on tags (governance L). */
import { REQUEST_TAG } from "../../../../config/catalog/write.ts";
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { Settings } from "../../../../config/settings.ts";
import { checkTags } from "../../../../config/tag-check.ts";
import type { TagFinding } from "../../../../config/tags.ts";
import type { JudgedStep } from "../step.ts";

type Tags = Readonly<Record<string, string>>;

export function tagFacts(step: JudgedStep, { tags: rules }: Settings): PolicyContext["tags"] {
  const { input, write, environment, creates } = step;
  const set = asTags(input.Tags);
  const removed = Array.isArray(input.TagKeys) ? input.TagKeys.filter((key) => typeof key === "string") : [];
  const context = { environment, origin: "resource" as const, storesData: write.storesData === true };
  const findings = checkTags(rules, set, context).filter(({ key }) => creates || Object.hasOwn(set, key));
  const keys = (...codes: TagFinding["code"][]) => findings.flatMap(({ key, code }) => (codes.includes(code) ? [key] : []));
  const isSystems = (key: string) => key === REQUEST_TAG || rules.some((rule) => rule.key === key && rule.setBy === "system");
  const isRequired = (key: string) => rules.some((rule) => rule.when === "always" && (rule.key === key || rule.aliases.includes(key)));
  return {
    missing: write.tagged && creates ? keys("missing", "empty") : [],
    wrong: keys("invalid", "ambiguous", ...(creates ? [] : (["empty"] as const))),
    contradictsEnvironment: keys("environmentMismatch").length > 0,
    // What is made gets the system's tags from the system itself.
    takesSystems: [...(creates ? [] : Object.keys(set)), ...removed].some(isSystems),
    removesRequired: removed.some(isRequired),
  };
}

/** A record, or AWS's list of keys and values. */
function asTags(value: unknown): Tags {
  if (typeof value !== "object" || value === null) return {};
  const pairs = Array.isArray(value) ? value.map(({ Key, Value }: { Key?: unknown; Value?: unknown }) => [Key, Value]) : Object.entries(value);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair.every((one) => typeof one === "string")));
}
