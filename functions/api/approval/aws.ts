/** What the approval API alone may do: make the MAC, and answer the machine. */
import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import { InvalidToken, SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from "@aws-sdk/client-sfn";
import { MAC_ALGORITHM } from "../../shared/approval-mac.ts";
import type { AnswerDependencies } from "./answer.ts";

export function kmsMac(client: Pick<KMSClient, "send">, keyId: string): AnswerDependencies["mac"] {
  return async (message) => {
    const { Mac } = await client.send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: MAC_ALGORITHM, Message: message }));
    if (!Mac) throw new Error("KMS answered GenerateMac without a MAC");
    return Buffer.from(Mac).toString("base64");
  };
}

export function taskAnswers(client: Pick<SFNClient, "send">): AnswerDependencies["succeed"] {
  return async (taskToken, output) => {
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output }));
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) return false;
      throw error;
    }
  };
}
