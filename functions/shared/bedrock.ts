/** Amazon Bedrock's InvokeModel as the Invoke that model.ts calls. */
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Invoke } from "./model.ts";

const SOCKET_TIMEOUT_MS = 240_000;

/** HTTP/1.1 on purpose: an HTTP/2 session that Lambda froze between invocations is dead when it thaws. */
export function bedrockInvoke(region: string): Invoke {
  const client = new BedrockRuntimeClient({ region, maxAttempts: 4, requestHandler: new NodeHttpHandler({ requestTimeout: SOCKET_TIMEOUT_MS }) });
  return async (modelId, body) => {
    const { body: reply } = await client.send(new InvokeModelCommand({ modelId, body, contentType: "application/json", accept: "application/json" }));
    return reply;
  };
}
