/** POST /model/{modelId}/invoke: script first, then the offline rules or the real model; every call is logged. */
import { randomUUID } from "node:crypto";
import { type AskedBody, describeBody, describeRaw } from "./asked.ts";
import type { CallLog, ModelCall } from "./calls.ts";
import { BedrockError } from "./errors.ts";
import { familyOf } from "./families.ts";
import type { Forward } from "./forward/forward.ts";
import { type HttpReply, type HttpRequest, jsonReply } from "./http.ts";
import { messagesBody } from "./messages.ts";
import { invokeReply, type ModelReply, messageOf, usageOf } from "./reply.ts";
import { answerOffline } from "./rules/index.ts";
import { play } from "./script/play.ts";
import type { ScriptStore } from "./script/store.ts";
import { estimateTokens } from "./tokens.ts";
import { parseBody } from "./validate.ts";

export interface InvokeDependencies {
  readonly scripts: ScriptStore;
  readonly calls: CallLog;
  /** Absent: the offline rules answer. */
  readonly forward?: Forward;
  readonly now: () => Date;
}

type Answer = { readonly source: ModelCall["source"]; readonly asked: AskedBody; readonly reply: ModelReply | { readonly raw: string } | "cut" };

export async function invokeModel(modelId: string, request: HttpRequest, dependencies: InvokeDependencies): Promise<HttpReply | "cut"> {
  const { calls, now } = dependencies;
  const started = now();
  const record = (source: ModelCall["source"], status: ModelCall["status"], asked: AskedBody, reply: string, usage: ModelCall["usage"]) => {
    const { systemBytes, tools, toolChoice, messages } = asked;
    calls.add({
      time: started.toISOString(),
      family: familyOf(modelId) ?? null,
      modelId,
      source,
      status,
      systemBytes,
      tools,
      toolChoice,
      messages,
      reply,
      usage,
      ms: now().getTime() - started.getTime(),
    });
  };
  let source: ModelCall["source"] = "refused";
  try {
    const { reply, asked } = await answer(modelId, request, dependencies, (chosen) => {
      source = chosen;
    });
    if (reply === "cut") record(source, "cut", asked, "(connection cut)", null);
    else
      record(
        source,
        200,
        asked,
        "raw" in reply ? reply.raw : JSON.stringify(reply.message.content ?? reply.message),
        "raw" in reply ? null : (usageOf(reply) ?? null),
      );
    return reply === "cut" ? "cut" : invokeReply(reply, now().getTime() - started.getTime());
  } catch (error) {
    const known =
      error instanceof BedrockError
        ? error
        : new BedrockError(
            "InternalServerException",
            `The local model server failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          );
    record(source, known.status, lenient(request.body), `${known.type}: ${known.message}`, null);
    return errorReply(known);
  }
}

export function errorReply({ status, type, message }: BedrockError): HttpReply {
  return jsonReply(status, { message }, { "x-amzn-errortype": type, "x-amzn-requestid": randomUUID() });
}

async function answer(
  modelId: string,
  { body, gone }: HttpRequest,
  { scripts, forward, now }: InvokeDependencies,
  choose: (source: Answer["source"]) => void,
): Promise<Omit<Answer, "source">> {
  const family = familyOf(modelId);
  if (!family) throw new BedrockError("ValidationException", "The provided model identifier is invalid.");
  const parsed = forward ? undefined : parseBody(body);
  const asked = parsed ? describeBody(parsed) : lenient(body);
  const inputTokens = estimateTokens(body.toString("utf8"));
  const script = scripts.take({ family, ...asked });
  if (script) {
    choose("script");
    return { asked, reply: await play(script, modelId, inputTokens, gone) };
  }
  if (forward) {
    choose("forward");
    return { asked, reply: await forward(modelId, body) };
  }
  choose("rule");
  return { asked, reply: messageOf(modelId, answerOffline(parsed ?? parseBody(body), now()), inputTokens) };
}

function lenient(body: Buffer): AskedBody {
  try {
    const parsed = messagesBody.safeParse(JSON.parse(body.toString("utf8")));
    return parsed.success ? describeBody(parsed.data) : describeRaw(body);
  } catch {
    return describeRaw(body);
  }
}
