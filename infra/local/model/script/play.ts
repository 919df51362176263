/** A scripted reply as what goes over the wire. */
import { setTimeout as delay } from "node:timers/promises";
import { BedrockError } from "../errors.ts";
import { type ModelReply, messageOf } from "../reply.ts";
import type { ScriptReply } from "./schema.ts";

export type Played = ModelReply | { readonly raw: string } | "cut";

/** @param gone ends a `hang` early. @throws BedrockError for a scripted error. */
export async function play(script: ScriptReply, modelId: string, inputTokens: number, gone: AbortSignal): Promise<Played> {
  if ("errorType" in script) throw new BedrockError(script.errorType, script.message, script.status);
  if ("message" in script) return { message: script.message };
  if ("content" in script) return messageOf(modelId, script.content, inputTokens);
  if ("text" in script) return messageOf(modelId, [{ type: "text", text: script.text }], inputTokens);
  if ("tool" in script) return messageOf(modelId, [{ type: "tool_use", ...script.tool }], inputTokens);
  if ("raw" in script) return { raw: script.raw };
  if ("giant" in script) return messageOf(modelId, [{ type: "text", text: "x".repeat(script.giant) }], inputTokens);
  // An abort is the caller hanging up: the wait is over either way.
  await delay(script.hang, undefined, { signal: gone }).catch(() => undefined);
  return "cut";
}
