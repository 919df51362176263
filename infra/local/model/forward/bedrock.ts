/** Forwards to Amazon Bedrock with the credentials of whoever started this server. */
import { BedrockRuntimeClient, BedrockRuntimeServiceException, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { BedrockError, ModelServerError } from "../errors.ts";
import { FORWARD_TIMEOUT_MS, type Forward } from "./forward.ts";

/** @throws ModelServerError when region or credentials are missing, or the configured endpoint is this machine's. */
export async function forwardToBedrock(env: NodeJS.ProcessEnv): Promise<Forward> {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region)
    throw new ModelServerError("--model bedrock: AWS_REGION is not set. Set it to a region where the models are enabled, such as AWS_REGION=us-east-1.");
  for (const name of ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"]) {
    const url = env[name];
    if (url && /\/\/(localhost|127\.|\[::1\])/.test(url))
      throw new ModelServerError(`--model bedrock: ${name} is ${url}, which is this machine and not Amazon Bedrock. Unset it.`);
  }
  const client = new BedrockRuntimeClient({ region, maxAttempts: 1, requestHandler: new NodeHttpHandler({ requestTimeout: FORWARD_TIMEOUT_MS }) });
  await client.config.credentials().catch((error: unknown) => {
    throw new ModelServerError(
      `--model bedrock: no AWS credentials were found (${error instanceof Error ? error.message : String(error)}). Sign in first, for example with aws sso login, or set AWS_PROFILE.`,
      { cause: error },
    );
  });
  return async (modelId, body) => {
    try {
      const { body: reply } = await client.send(new InvokeModelCommand({ modelId, body, contentType: "application/json", accept: "application/json" }));
      return { message: JSON.parse(new TextDecoder().decode(reply)) as Record<string, unknown> };
    } catch (error) {
      if (error instanceof BedrockRuntimeServiceException) throw new BedrockError(error.name, error.message, error.$metadata.httpStatusCode ?? 500);
      throw new BedrockError(
        "ServiceUnavailableException",
        `Amazon Bedrock in ${region} could not be reached: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}
