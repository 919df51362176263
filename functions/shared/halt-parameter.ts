/** The halt switch where it is kept: an SSM parameter of JSON (halt.ts). */
import { GetParameterCommand, ParameterNotFound, type SSMClient } from "@aws-sdk/client-ssm";

/** @returns undefined where there is none. @throws for anything else that keeps it from being read: the caller does not go on. */
export async function readHaltParameter(client: Pick<SSMClient, "send">, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
