/** A step's input against its catalog entry: closed, no value that was taken out, nothing with a wildcard, nothing of another account, nothing the settings don't list. */
import { allowedValues } from "../../../config/catalog/limited.ts";
import type { BeforeRead, LimitingSetting, StepInput, WriteDefinition } from "../../../config/catalog/write.ts";
import type { Settings } from "../../../config/settings.ts";
import { firstIssue } from "../../shared/issue.ts";
import { fieldWithMark } from "../../shared/secrets/mark.ts";
import type { StepPlace } from "./place.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { withReferences, withSamples } from "./references.ts";
import { told } from "./told.ts";

/** Whose rule a setting carries out; forbid.cedar says the same of each. */
export const LIMITING_RULES: Readonly<Record<LimitingSetting, readonly string[]>> = {
  rolePath: ["I17"],
  roleBoundary: ["I09"],
  attachablePolicies: ["B08", "I04"],
  detachablePolicies: ["B08", "I04"],
  passableRoles: ["I17"],
  logBuckets: ["K13", "N02"],
};

/** @returns the parsed input with references as they stand, or what is wrong. */
export function inputOf(id: string, input: StepInput, write: WriteDefinition, place: StepPlace, settings: Settings): { readonly input: StepInput } | Problem {
  const { revise, refuse } = problemsOf(id);
  const marked = fieldWithMark(input, ["input"]);
  if (marked !== undefined) return takenOut(id, marked);
  const wild = stringsIn(input, identifying(write)).find((text) => /[*?]/.test(text));
  if (wild !== undefined) return refuse("wildcard_resource", `${told(wild)} stands for many resources.`, "One step changes one named resource.", "law-7");
  const foreign = stringsIn(input, () => true).find((text) => isElsewhere(text, place));
  if (foreign !== undefined)
    return refuse("foreign_arn", `${told(foreign)} is not in account ${place.account}, ${place.region}.`, "A step names what lives where it acts.", "law-7");
  const parsed = write.input.safeParse(withSamples(input));
  if (!parsed.success) return revise("invalid_input", told(firstIssue(parsed.error), 300), "Give the input that the catalog takes.", "law-4");
  const given = withReferences(parsed.data as StepInput, input);
  return outsideSettings(id, given, write, place, settings) ?? { input: given };
}

function outsideSettings(id: string, given: StepInput, { limited = {}, apart = {} }: WriteDefinition, place: StepPlace, settings: Settings): Problem | null {
  const { revise } = problemsOf(id);
  for (const [field, setting] of Object.entries(limited)) {
    const allowed = allowedValues(setting, settings.changes, place.account);
    const isListed = (value: unknown) => typeof value === "string" && allowed.includes(value);
    const value = given[field];
    if (value === undefined) continue;
    const may = allowed.length === 0 ? "The settings allow none." : `The settings allow ${told(allowed.join(", "), 300)}.`;
    const rules = LIMITING_RULES[setting];
    if (!isListed(value)) return revise("not_in_settings", `${field} ${told(value)} is not in the settings' ${setting}.`, may, ...rules);
    const listed = Object.keys(apart).find((other) => apart[other] === field && isListed(given[other]));
    if (listed === undefined) continue;
    const message = `${listed} ${told(given[listed])} is in the settings' ${setting} itself, and so has no ${field}: one would feed the other.`;
    return revise("invalid_input", message, `Leave ${field} out, or the step.`, ...rules);
  }
  return null;
}

/** What a reader is shown in a secret's place is not the value, and written it would replace the value. */
function takenOut(id: string, field: string): Problem {
  const message = `${told(field, 120)} holds the mark of a secret that was taken out, which is no value.`;
  const remedy = "Leave it out; secrets belong in Secrets Manager or Parameter Store, and are named from there.";
  return { ...problemsOf(id).revise("secret_in_proposal", message, remedy, "H04"), severity: "critical" };
}

/** Fields that say which resource is meant. */
function identifying({ arn, permissions, before, after }: WriteDefinition): (field: string) => boolean {
  const templates = [arn, ...permissions.flatMap(({ resource, conditions = {} }) => [resource, JSON.stringify(conditions)])];
  const inArns = templates.flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name));
  const fields = new Set([...inArns, ...[...before, ...(after ?? [])].flatMap(sourcesOf)]);
  return (field) => fields.has(field);
}

function sourcesOf({ by, match }: BeforeRead): string[] {
  const parts = Object.values(by).flatMap((source) =>
    typeof source === "string" ? [source] : source.map((part) => (typeof part === "string" ? part : part.Values[0])),
  );
  return [...parts, ...Object.values(match)];
}

/** Texts of the chosen fields at any depth, and ARNs wherever they stand. */
function stringsIn(value: unknown, isChosen: (field: string) => boolean, chosen = false): string[] {
  if (typeof value === "string") return chosen || value.startsWith("arn:") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => stringsIn(inner, isChosen, chosen || isChosen(field)));
}

/** AWS's own policies (account "aws") and what has no account in its ARN are nobody else's. */
function isElsewhere(text: string, { account, region }: StepPlace): boolean {
  if (!text.startsWith("arn:")) return false;
  const [, , , where = "", whose = ""] = text.split(":");
  return (/^\d/.test(whose) && whose !== account) || (where !== "" && region !== "global" && where !== region);
}
