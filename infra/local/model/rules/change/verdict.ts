/** The guardrail's answer to a proposal, as it stands in the planner's prompt; only what these rules use. */
import { z } from "zod";
import { elementIn } from "../elements.ts";

const finding = z.object({ stepId: z.string().nullish(), message: z.string().default("") });
const verdict = z.object({
  code: z.string().default(""),
  reason: z.string().default(""),
  steps: z.array(z.object({ stepId: z.string(), decision: z.string(), reason: z.string().default("") })).default([]),
  findings: z.array(finding).default([]),
});
export type Verdict = z.infer<typeof verdict>;

export function readVerdict(text: string): Verdict | undefined {
  return verdict.safeParse(elementIn(text, "verdict")).data;
}

const MISSING = /\b([A-Z]\w{1,60}) is (?:missing|empty)\b(?! \(recommended\))/g;

/** Keys of tags that the request has to give: they are asked for, never made up. */
export function missingTags({ reason, findings, steps }: Verdict): string[] {
  const texts = [reason, ...findings.map(({ message }) => message), ...steps.map((step) => step.reason)];
  return [...new Set(texts.flatMap((text) => [...text.matchAll(MISSING)].map(([, key = ""]) => key)))];
}
