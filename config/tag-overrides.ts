/** A deployment's own tag rules: additions only (G17). */
import * as z from "zod";
import { TAG_RULES, type TagRule, type TagRules } from "./tags.ts";

const known = new Set(TAG_RULES.flatMap((rule) => [rule.key, ...rule.aliases]).map((key) => key.toLowerCase()));

const additionSchema = z
  .strictObject({
    /** L12: PascalCase. AWS keeps the `aws:` prefix for itself. */
    key: z.string().regex(/^[A-Z][A-Za-z0-9]{0,126}$/, "a PascalCase key"),
    when: z.enum(["always", "storesData", "regulated", "recommended"]),
    values: z.array(z.string().min(1)).min(1).optional(),
    /** A regular expression for the whole value. */
    pattern: z.string().min(1).optional(),
  })
  .superRefine((addition, context) => {
    if (known.has(addition.key.toLowerCase()))
      context.addIssue({ code: "custom", path: ["key"], message: `${addition.key} is a core tag: its rule can't be replaced (G17)` });
    if (addition.values && addition.pattern) context.addIssue({ code: "custom", path: ["pattern"], message: "give values or a pattern, not both" });
    if (addition.pattern !== undefined && compiled(addition.pattern) === null)
      context.addIssue({ code: "custom", path: ["pattern"], message: "not a regular expression" });
  });

export const tagOverridesSchema = z.strictObject({
  /** More tags. */
  add: z.array(additionSchema).optional(),
  /** L07: the cost centres that are active; none given: the form alone is checked. */
  costCenters: z
    .array(z.string().regex(/^CC-\d{4,6}$/, "CC- and four to six digits"))
    .min(1)
    .optional(),
  /** L08: the registry of applications; none given: any value. */
  applications: z.array(z.string().min(1)).min(1).optional(),
});
export type TagOverrides = z.infer<typeof tagOverridesSchema>;

function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return null;
  }
}

function narrowed(rule: TagRule, allowed: readonly string[] | undefined, name: string): TagRule {
  if (!allowed) return rule;
  return { ...rule, problem: (value, context) => rule.problem(value, context) ?? (allowed.includes(value) ? null : `is not in the registry of ${name}`) };
}

/** The core rules, narrowed by the registries and followed by the additions. Nothing is removed or widened. */
export function extendTags(core: TagRules, overrides: TagOverrides): TagRules {
  const kept = core.map((rule) => {
    if (rule.key === "CostCenter") return narrowed(rule, overrides.costCenters, "cost centres");
    return rule.key === "Application" ? narrowed(rule, overrides.applications, "applications") : rule;
  });
  const added = (overrides.add ?? []).map((addition): TagRule => {
    const pattern = addition.pattern === undefined ? null : compiled(addition.pattern);
    const problem = (value: string): string | null => {
      if (addition.values && !addition.values.includes(value)) return `is not one of ${addition.values.join(", ")}`;
      return pattern && !pattern.test(value) ? `does not match ${addition.pattern}` : null;
    };
    return { key: addition.key, aliases: [], when: addition.when, setBy: "request", problem, source: "settings tags.add" };
  });
  return [...kept, ...added];
}
