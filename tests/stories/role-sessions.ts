/** People who share one role of the hub, each under a session name of their own. */
import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";
import type { Api } from "../../infra/local/signed.ts";
import { HUB } from "./accounts.ts";
import { main, root } from "./local.ts";

const CALLS_API = { Effect: "Allow", Action: "execute-api:Invoke", Resource: `arn:aws:execute-api:*:${HUB}:*` };
const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

/** The API as each session; the role is gone when the test ends. */
export async function sessionsOfOneRole(...names: readonly string[]): Promise<Api[]> {
  const iam = new IAMClient(root(HUB));
  const RoleName = `story-operators-${Date.now().toString(36)}`;
  const PolicyName = "call-the-api";
  const trust = policy({ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: "sts:AssumeRole" });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policy(CALLS_API) }));
  onTestFinished(async () => {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });
  const sts = new STSClient(root(HUB));
  return Promise.all(
    names.map(async (RoleSessionName) => {
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${HUB}:role/${RoleName}`, RoleSessionName }));
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return { ...main.api, credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } };
    }),
  );
}
