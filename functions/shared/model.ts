/** One model call through Bedrock's InvokeModel: bounded before it is made, counted after. */
import type Anthropic from "@anthropic-ai/sdk";
import { priceOf, type ResolvedModel } from "../../config/models.ts";
import type { UsageEntry } from "./contracts.ts";

/** Sends a body to a model and gives the reply's bytes; throws the SDK's errors. */
export type Invoke = (modelId: string, body: string) => Promise<Uint8Array>;

export interface ModelRequest {
  readonly model: ResolvedModel;
  readonly system: string;
  readonly tools: readonly Anthropic.Tool[];
  readonly messages: readonly Anthropic.MessageParam[];
  readonly maxTokens: number;
  /** What may still be spent; a call that could cost more is not made. */
  readonly budgetUsd: number;
  /** Longer replies are not read. */
  readonly maxReplyBytes: number;
  /** Who calls, for the usage entry: "orchestrator", "discovery-ec2". */
  readonly by: string;
}

export type ModelFailureCode = "budget_exhausted" | "input_too_large" | "model_reply_too_large" | "model_output_invalid" | "model_access_denied";
export type ModelReply =
  | { readonly outcome: "reply"; readonly message: Anthropic.Message; readonly usage: UsageEntry }
  | { readonly outcome: "failed"; readonly code: ModelFailureCode; readonly message: string; readonly usage: UsageEntry | null };

/** Bedrock's version of the Messages API body. */
const ANTHROPIC_VERSION = "bedrock-2023-05-31";

/** Expected failures are outcomes; throttling past the SDK's retries and outages are thrown, for the machine to retry. */
export async function callModel(request: ModelRequest, invoke: Invoke): Promise<ModelReply> {
  const body = JSON.stringify(bodyOf(request));
  const bytes = Buffer.byteLength(body);
  // A token has at least one byte, so the body's bytes bound its tokens; cache writes are the dearest input.
  const worst = priceOf(request.model.price, { input: 0, cacheRead: 0, cacheWrite: bytes, output: request.maxTokens });
  const failed = (code: ModelFailureCode, message: string, usage: UsageEntry | null = null): ModelReply => ({ outcome: "failed", code, message, usage });
  if (bytes + request.maxTokens > request.model.contextTokens)
    return failed(
      "input_too_large",
      `The prompt has ${bytes} bytes; with the reply it may not fit ${request.model.modelId}'s ${request.model.contextTokens} tokens. Ask for fewer resources.`,
    );
  if (worst > request.budgetUsd)
    return failed(
      "budget_exhausted",
      `The next call to ${request.model.modelId} could cost up to $${worst.toFixed(4)}; $${request.budgetUsd.toFixed(4)} of the budget is left, so it was not made. Ask again with a higher budgetUsd or a narrower question.`,
    );
  let reply: Uint8Array;
  try {
    reply = await invoke(request.model.modelId, body);
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDeniedException")
      return failed(
        "model_access_denied",
        `Amazon Bedrock refused ${request.model.modelId}: ${error.message.slice(0, 300)}. An administrator must enable the model in this account (use-case form and one invocation), see the README.`,
      );
    if (error instanceof SyntaxError) return failed("model_output_invalid", `${request.model.modelId}'s reply is not JSON.`);
    throw error;
  }
  // Answered and so paid for, but not counted by anyone: the most it can have cost is taken from the budget.
  const uncounted: UsageEntry = {
    by: request.by,
    model: request.model.modelId,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    usd: worst,
    calls: 1,
    estimated: true,
  };
  if (reply.byteLength > request.maxReplyBytes)
    return failed(
      "model_reply_too_large",
      `${request.model.modelId} replied with ${reply.byteLength} bytes; at most ${request.maxReplyBytes} are read.`,
      uncounted,
    );
  const message = parseMessage(reply);
  if (!message) return failed("model_output_invalid", `${request.model.modelId}'s reply is not a message of the Messages API.`, uncounted);
  return { outcome: "reply", message, usage: usageOf(request, message) };
}

function bodyOf({ model, system, tools, messages, maxTokens }: ModelRequest): Record<string, unknown> {
  const { forcedToolChoice, thinking } = model.capabilities;
  const last = tools.length - 1;
  return {
    anthropic_version: ANTHROPIC_VERSION,
    max_tokens: maxTokens,
    // An empty text block is refused by the API; an empty prompt is simply absent.
    ...(system === "" ? {} : { system: [{ type: "text", text: system, cache_control: { type: "ephemeral" } }] }),
    tools: tools.map((tool, index) => (index === last ? { ...tool, cache_control: { type: "ephemeral" } } : tool)),
    // A model that refuses forced tool use gets "auto"; the caller checks the reply either way.
    tool_choice: forcedToolChoice ? { type: "any" } : { type: "auto" },
    ...(forcedToolChoice && thinking.least === "disabled" ? { thinking: { type: "disabled" } } : {}),
    messages,
  };
}

function parseMessage(reply: Uint8Array): Anthropic.Message | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(reply));
  } catch {
    return null;
  }
  const message = value as Partial<Anthropic.Message> | null;
  const whole =
    typeof message === "object" &&
    message !== null &&
    Array.isArray(message.content) &&
    message.content.every((block) => typeof block === "object" && block !== null && typeof block.type === "string");
  return whole && typeof message.usage === "object" && message.usage !== null ? (message as Anthropic.Message) : null;
}

function usageOf({ model, by }: ModelRequest, { usage }: Anthropic.Message): UsageEntry {
  const tokens = {
    input: count(usage.input_tokens),
    output: count(usage.output_tokens),
    cacheRead: count(usage.cache_read_input_tokens),
    cacheWrite: count(usage.cache_creation_input_tokens),
  };
  return {
    by,
    model: model.modelId,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheWriteTokens: tokens.cacheWrite,
    usd: priceOf(model.price, tokens),
    calls: 1,
    estimated: false,
  };
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : 0;
}
