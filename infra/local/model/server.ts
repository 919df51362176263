/** The local model server: Bedrock's InvokeModel for three model families on one port. */

import { answerAdmin } from "./admin.ts";
import { callLog } from "./calls.ts";
import { BedrockError } from "./errors.ts";
import { forwardToAnthropic } from "./forward/anthropic.ts";
import { forwardToBedrock } from "./forward/bedrock.ts";
import type { Forward } from "./forward/forward.ts";
import { BodyTooLarge, cutOff, type Handler, type Incoming, type Outgoing, readRequest, sendReply } from "./http.ts";
import { errorReply, invokeModel } from "./invoke.ts";
import { listen } from "./listener.ts";
import { scriptStore } from "./script/store.ts";

export const MODES = ["offline", "bedrock", "anthropic"] as const;
export type Mode = (typeof MODES)[number];

export interface ModelServerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** `offline` answers by rules; the others forward to the real model with the credentials in `env`. */
  readonly mode: Mode;
  /** Takes one JSON line a model call. */
  readonly logFile?: string;
  /** Where credentials and region come from; this process's environment unless given. */
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => Date;
}

export interface ModelServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Bedrock API reference, InvokeModel: at most 25,000,000 bytes of body. */
const MOST_BODY_BYTES = 25_000_000;
const INVOKE = /^\/model\/([^/]+)\/invoke$/;

/** @throws ModelServerError when credentials are missing; the socket's error when the port is taken. */
export async function startModelServer({ port, mode, logFile, env = process.env, now = () => new Date() }: ModelServerOptions): Promise<ModelServer> {
  const forward = await forwardOf(mode, env);
  const scripts = scriptStore();
  const calls = callLog(logFile);
  const closing = new AbortController();

  const handle: Handler = async (request) => {
    if (request.path.startsWith("/_model/")) return answerAdmin(request, { mode, scripts, calls });
    const modelId = INVOKE.exec(request.path)?.[1];
    if (modelId === undefined || request.method !== "POST")
      return errorReply(
        new BedrockError(
          "UnknownOperationException",
          `${request.method} ${request.path}: this local server speaks InvokeModel only (POST /model/{modelId}/invoke).`,
        ),
      );
    return invokeModel(decoded(modelId), request, { scripts, calls, now, ...(forward ? { forward } : {}) });
  };

  const listener = await listen(port, (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    serve(incoming, outgoing, handle, AbortSignal.any([gone.signal, closing.signal])).catch((error: unknown) => {
      console.error("The local model server could not answer:", error);
      cutOff(outgoing);
    });
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    close: () => {
      closing.abort();
      return listener.close();
    },
  };
}

async function serve(incoming: Incoming, outgoing: Outgoing, handle: Handler, gone: AbortSignal): Promise<void> {
  const reply = await readRequest(incoming, MOST_BODY_BYTES, gone)
    .then(handle)
    .catch((error: unknown) => {
      // A caller that hangs up while it is still sending.
      if (gone.aborted) return "cut" as const;
      return errorReply(
        error instanceof BodyTooLarge ? new BedrockError("ValidationException", error.message) : new BedrockError("InternalServerException", String(error)),
      );
    });
  if (reply === "cut") cutOff(outgoing);
  else if (!gone.aborted) sendReply(outgoing, reply);
}

async function forwardOf(mode: Mode, env: NodeJS.ProcessEnv): Promise<Forward | undefined> {
  if (mode === "bedrock") return forwardToBedrock(env);
  return mode === "anthropic" ? forwardToAnthropic(env) : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
