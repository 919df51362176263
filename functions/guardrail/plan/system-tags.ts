/** Tags of what a plan makes: the system's are set whatever a model said, the others are asked for, never invented (L09, L16). */
import { REQUEST_TAG, type StepInput } from "../../../config/catalog/write.ts";
import type { Settings } from "../../../config/settings.ts";
import { checkTags } from "../../../config/tag-check.ts";
import { type Problem, problemsOf } from "./problem.ts";
import type { ResolvedStep } from "./step.ts";
import { told } from "./told.ts";

export interface Tagging {
  readonly requestId: string;
  /** ISO; its day becomes CreatedDate. */
  readonly now: string;
  readonly settings: Settings;
}

export const CREATED_BY = "aws-coworker";

/** @returns the input with the system's tags, or what the person has to be asked. An undo puts tags back as they were. */
export function tagged(step: ResolvedStep, { requestId, now, settings }: Tagging): { readonly input: StepInput } | Problem {
  const { write, input, environment } = step;
  if (!write.tagged) return { input };
  const rules = settings.tags;
  const isSystems = (key: string) => key === REQUEST_TAG || key === "Environment" || rules.some((rule) => rule.key === key && rule.setBy === "system");
  const given = Object.fromEntries(Object.entries((input.Tags ?? {}) as Record<string, string>).filter(([key]) => !isSystems(key)));
  const asked = { ...given, Environment: environment };
  const wrong = checkTags(rules, asked, { environment, origin: "request", storesData: write.storesData === true }).filter(({ code }) => code !== "recommended");
  if (wrong.length > 0) {
    const message = `${step.operation} makes something whose tags are not complete: ${wrong.map((finding) => told(finding.message, 160)).join("; ")}.`;
    return problemsOf(step.id).revise("tags_missing", message, "Ask the requester for these tags; never make a value up.", "L01", "L02", "L16");
  }
  const system = { Environment: environment, CreatedBy: CREATED_BY, CreatedDate: now.slice(0, 10), [REQUEST_TAG]: requestId };
  return { input: { ...input, Tags: { ...given, ...system } } };
}
