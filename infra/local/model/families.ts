/** Model ids as Bedrock takes them: foundation models, inference profiles and their ARNs. */
export const FAMILIES = ["opus", "sonnet", "haiku"] as const;
export type Family = (typeof FAMILIES)[number];

/** "anthropic.claude-haiku-4-5-20251001-v1:0", "global.anthropic.claude-opus-5-5", "anthropic.claude-3-opus-…" */
const MODEL_ID = /^(?:[a-z]{2,6}(?:-gov)?\.)?anthropic\.(claude-(?:[\d-]+-)?(opus|sonnet|haiku)(?:-[\w-]+)?)(?::\d+)?$/;

/** The family, or undefined for an id that is no Claude model of the three. An inference profile's ARN ends in its id. */
export function familyOf(modelId: string): Family | undefined {
  return FAMILIES.find((family) => family === MODEL_ID.exec(lastPart(modelId))?.[2]);
}

/** The same model's id at Anthropic's own API: no geography, no vendor, no Bedrock version ("-v1:0"). */
export function anthropicModelId(modelId: string): string | undefined {
  return MODEL_ID.exec(lastPart(modelId))?.[1]?.replace(/-v\d+$/, "");
}

function lastPart(modelId: string): string {
  return modelId.startsWith("arn:") ? (modelId.split("/").at(-1) ?? "") : modelId;
}
