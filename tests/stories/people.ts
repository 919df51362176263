/** Another person: an IAM user of the hub who may call the API and nothing else. */
import { CreateAccessKeyCommand, CreateUserCommand, EntityAlreadyExistsException, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Credentials } from "../../infra/local/signed.ts";
import { HUB } from "./accounts.ts";
import { root } from "./local.ts";

export async function hubUser(UserName: string): Promise<Credentials> {
  const iam = new IAMClient(root(HUB));
  try {
    await iam.send(new CreateUserCommand({ UserName }));
  } catch (error) {
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
  }
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `arn:aws:execute-api:*:${HUB}:*` }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "call-the-api", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey) throw new Error(`${UserName} got no access key`);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
