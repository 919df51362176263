/** One model call through Bedrock's InvokeModel: bounded before it is made, counted after. */
import type Anthropic from "@anthropic-ai/sdk";
import { type CallTokens, priceOf, type ResolvedModel } from "../../config/models.ts";
import type { UsageEntry } from "./contracts.ts";
import { uncountedUsage } from "./usage.ts";

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

export type ModelFailureCode =
  | "budget_exhausted"
  | "input_too_large"
  | "model_reply_too_large"
  | "model_output_invalid"
  | "model_access_denied"
  | "model_unavailable";
export type ModelReply =
  | { readonly outcome: "reply"; readonly message: Anthropic.Message; readonly usage: UsageEntry }
  | { readonly outcome: "failed"; readonly code: ModelFailureCode; readonly message: string; readonly usage: UsageEntry | null };

/** Bedrock's version of the Messages API body. */
const ANTHROPIC_VERSION = "bedrock-2023-05-31";

/** Refused before any token was read (Bedrock API reference, InvokeModel errors): such a call costs nothing. */
const UNPAID = new Set(["AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ThrottlingException", "ValidationException"]);

/**
 * Every failure is an outcome, throttling past the SDK's retries and outages too: what earlier calls cost
 * must not be lost with an exception. A call that may have been paid for without telling its tokens is
 * charged the most it can have cost (`estimated`).
 */
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
  // Answered, maybe, and so paid for, but not counted by anyone.
  const uncounted = uncountedUsage({ by: request.by, model: request.model.modelId, usd: worst, calls: 1 });
  let reply: Uint8Array;
  try {
    reply = await invoke(request.model.modelId, body);
  } catch (error) {
    const { code, message } = transportFailure(request.model.modelId, error);
    return failed(code, message, error instanceof Error && UNPAID.has(error.name) ? null : uncounted);
  }
  if (reply.byteLength > request.maxReplyBytes)
    return failed(
      "model_reply_too_large",
      `${request.model.modelId} replied with ${reply.byteLength} bytes; at most ${request.maxReplyBytes} are read.`,
      uncounted,
    );
  const { message, tokens } = parseMessage(reply);
  const usage = tokens ? usageOf(request, tokens) : uncounted;
  if (!message) return failed("model_output_invalid", `${request.model.modelId}'s reply is not a message of the Messages API.`, usage);
  return { outcome: "reply", message, usage };
}

function transportFailure(modelId: string, error: unknown): { code: ModelFailureCode; message: string } {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "AccessDeniedException")
    return {
      code: "model_access_denied",
      message: `Amazon Bedrock refused ${modelId}: ${message.slice(0, 300)}. An administrator must enable the model in this account (use-case form and one invocation), see the README.`,
    };
  if (error instanceof SyntaxError) return { code: "model_output_invalid", message: `${modelId}'s reply is not JSON.` };
  return { code: "model_unavailable", message: `Amazon Bedrock did not answer for ${modelId}: ${name.slice(0, 100)}: ${message.slice(0, 300)}` };
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

/** Whether the reply is a message, and whether its tokens are told, are two questions: either may be null alone. */
function parseMessage(reply: Uint8Array): { message: Anthropic.Message | null; tokens: CallTokens | null } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(reply));
  } catch {
    return { message: null, tokens: null };
  }
  if (!isObject(value)) return { message: null, tokens: null };
  const whole = Array.isArray(value.content) && value.content.every(isBlock);
  return { message: whole ? (value as unknown as Anthropic.Message) : null, tokens: tokensOf(value.usage) };
}

function isBlock(block: unknown): boolean {
  if (!isObject(block) || typeof block.type !== "string") return false;
  return block.type !== "tool_use" || (typeof block.id === "string" && typeof block.name === "string");
}

/** Null if a count is missing or impossible; the cache's counts may be absent. */
function tokensOf(usage: unknown): CallTokens | null {
  if (!isObject(usage)) return null;
  const [input, output] = [count(usage.input_tokens), count(usage.output_tokens)];
  const [cacheRead, cacheWrite] = [count(usage.cache_read_input_tokens ?? 0), count(usage.cache_creation_input_tokens ?? 0)];
  return input === null || output === null || cacheRead === null || cacheWrite === null ? null : { input, output, cacheRead, cacheWrite };
}

function usageOf({ model, by }: ModelRequest, tokens: CallTokens): UsageEntry {
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

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
