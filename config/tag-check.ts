/** Judges the tags of one resource. Pure: a finding list, no decision. */
import { environmentOfTag, TAG_SEVERITY, type TagContext, type TagFinding, type TagRule, type TagRules } from "./tags.ts";

/**
 * @param tags by key as AWS returns them; keys are case-sensitive there.
 * @returns one finding a mistake, in the rules' order; empty when all is well.
 */
export function checkTags(rules: TagRules, tags: Readonly<Record<string, string>>, context: TagContext): TagFinding[] {
  return rules.flatMap((rule) => {
    const finding = judge(rule, tags, context);
    return finding === null ? [] : [finding];
  });
}

function judge(rule: TagRule, tags: Readonly<Record<string, string>>, context: TagContext): TagFinding | null {
  const found = (code: TagFinding["code"], message: string): TagFinding => ({
    key: rule.key,
    code,
    severity: TAG_SEVERITY[code],
    message: `${rule.key} ${message}`,
    source: rule.source,
  });
  const present = [rule.key, ...rule.aliases].filter((key) => Object.hasOwn(tags, key));
  const values = new Set(present.map((key) => tags[key]?.trim() ?? ""));
  const [value] = values;

  if (rule.setBy === "system" && context.origin === "request") return value === undefined ? null : found("reserved", "is set by the system: leave it out");
  if (value === undefined) {
    if (rule.when === "recommended") return found("recommended", "is missing (recommended)");
    const needed = rule.when === "always" || context[rule.when] === true;
    return needed ? found("missing", "is missing") : null;
  }
  if (values.size > 1) return found("ambiguous", `says different things as ${present.join(" and ")}`);
  if (value === "") return found("empty", "is empty");
  const problem = rule.problem(value, context);
  if (problem !== null) return found("invalid", `${JSON.stringify(value)} ${problem}`);
  if (rule.key === "Environment" && environmentOfTag(value) !== context.environment) {
    return found("environmentMismatch", `says ${JSON.stringify(value)} in an account registered as ${context.environment}`);
  }
  return null;
}
