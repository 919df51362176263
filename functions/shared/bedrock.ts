/** Amazon Bedrock's InvokeModel as the Invoke that model.ts calls. */
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Invoke } from "./model.ts";

/** Milliseconds for one call with all its attempts: below the orchestrator's 290 s, so that it can still say what happened. */
const MOST_MS = 240_000;

/**
 * Throttling and refused connections are retried with the SDK's backoff, three times, all within
 * `mostMs`. A call that runs out of it is not sent again: the model may have answered, and the answer is
 * paid for. One signal over all attempts does both; a request timeout of the handler would be retried.
 * HTTP/1.1 on purpose: an HTTP/2 session that Lambda froze between invocations is dead when it thaws.
 *
 * @returns an Invoke that throws the SDK's error once its retries are spent, or ModelDeadlineExceeded.
 */
export function bedrockInvoke(region: string, mostMs = MOST_MS): Invoke {
  const client = new BedrockRuntimeClient({ region, maxAttempts: 4, requestHandler: new NodeHttpHandler({ connectionTimeout: 5_000 }) });
  return async (modelId, body) => {
    const abortSignal = AbortSignal.timeout(mostMs);
    const command = new InvokeModelCommand({ modelId, body, contentType: "application/json", accept: "application/json" });
    try {
      const { body: reply } = await client.send(command, { abortSignal });
      return reply;
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      const message = `Amazon Bedrock gave no answer of ${modelId} in ${mostMs / 1000} s; it may be charged and was not asked again. Ask a narrower question.`;
      throw Object.assign(new Error(message, { cause: error }), { name: "ModelDeadlineExceeded" });
    }
  };
}
