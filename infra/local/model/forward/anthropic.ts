/** Forwards to Anthropic's own API with ANTHROPIC_API_KEY, for people without Bedrock access. */
import Anthropic from "@anthropic-ai/sdk";
import { BedrockError, errorTypeFor, ModelServerError } from "../errors.ts";
import { anthropicModelId } from "../families.ts";
import { FORWARD_TIMEOUT_MS, type Forward } from "./forward.ts";

/** @throws ModelServerError when ANTHROPIC_API_KEY is missing. */
export function forwardToAnthropic(env: NodeJS.ProcessEnv): Forward {
  const apiKey = env.ANTHROPIC_API_KEY;
  if (!apiKey) throw new ModelServerError("--model anthropic: ANTHROPIC_API_KEY is not set. Set it, or use --model offline.");
  const baseURL = env.ANTHROPIC_BASE_URL;
  const client = new Anthropic({ apiKey, maxRetries: 0, timeout: FORWARD_TIMEOUT_MS, ...(baseURL ? { baseURL } : {}) });
  return async (modelId, body) => {
    const model = anthropicModelId(modelId);
    if (!model) throw new BedrockError("ValidationException", "The provided model identifier is invalid.");
    const { anthropic_version: _version, anthropic_beta: betas, ...fields } = objectOf(body);
    const headers = Array.isArray(betas) && betas.length > 0 ? { "anthropic-beta": betas.join(",") } : {};
    try {
      return { message: await client.post<Record<string, unknown>>("/v1/messages", { body: { ...fields, model }, headers }) };
    } catch (error) {
      if (error instanceof Anthropic.APIError && typeof error.status === "number") throw new BedrockError(errorTypeFor(error.status), error.message);
      throw new BedrockError("ServiceUnavailableException", `Anthropic's API could not be reached: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

function objectOf(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new BedrockError("ValidationException", "Malformed input request: the body is not JSON. Please reformat your input and try again.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BedrockError("ValidationException", "Malformed input request: the body is not a JSON object. Please reformat your input and try again.");
  return value as Record<string, unknown>;
}
