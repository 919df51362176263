/** A model's reply: the Messages API document, its usage and Bedrock's headers. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { HttpReply } from "./http.ts";
import type { ReplyBlock, Usage } from "./messages.ts";
import { estimateTokens } from "./tokens.ts";

export interface ModelReply {
  /** The Messages API document; a scripted one need not be whole. */
  readonly message: Readonly<Record<string, unknown>>;
}

const usageSchema = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});

export function messageOf(modelId: string, content: readonly ReplyBlock[], inputTokens: number): ModelReply {
  const blocks = content.map((block) =>
    block.type === "tool_use" ? { type: block.type, id: block.id ?? newId("toolu"), name: block.name, input: block.input } : block,
  );
  const usage: Usage = { input_tokens: inputTokens, output_tokens: estimateTokens(blocks), cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  return {
    message: {
      id: newId("msg"),
      type: "message",
      role: "assistant",
      model: modelId,
      content: blocks,
      stop_reason: blocks.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn",
      stop_sequence: null,
      usage,
    },
  };
}

/** Undefined when the reply has no usage to read: a misbehaving script. */
export function usageOf({ message }: ModelReply): Usage | undefined {
  const parsed = usageSchema.safeParse(message.usage);
  if (!parsed.success) return undefined;
  const { input_tokens, output_tokens, cache_creation_input_tokens: written, cache_read_input_tokens: read } = parsed.data;
  return { input_tokens, output_tokens, cache_creation_input_tokens: written ?? 0, cache_read_input_tokens: read ?? 0 };
}

/** The reply with the headers that Bedrock adds. @param ms how long the model took. */
export function invokeReply(reply: ModelReply | { readonly raw: string }, ms: number): HttpReply {
  const usage = "raw" in reply ? undefined : usageOf(reply);
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "x-amzn-bedrock-invocation-latency": String(Math.round(ms)),
      ...(usage
        ? {
            "x-amzn-bedrock-input-token-count": String(usage.input_tokens),
            "x-amzn-bedrock-output-token-count": String(usage.output_tokens),
            "x-amzn-bedrock-cache-read-input-token-count": String(usage.cache_read_input_tokens),
            "x-amzn-bedrock-cache-write-input-token-count": String(usage.cache_creation_input_tokens),
          }
        : {}),
    },
    body: "raw" in reply ? reply.raw : JSON.stringify(reply.message),
  };
}

function newId(prefix: string): string {
  return `${prefix}_local_${randomBytes(12).toString("hex")}`;
}
