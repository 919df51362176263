/** Credentials narrowed just as the mutation worker's for some steps: the account's own role under the compiled session policy. */
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import type { MutableService } from "../../config/catalog/services.ts";
import { compileSessionPolicy } from "../../config/catalog/session-policy.ts";
import { REQUEST_TAG } from "../../config/catalog/write.ts";
import { mutationRole, roleArn } from "../../config/names.ts";
import { main, root } from "./local.ts";

interface Step {
  readonly operation: string;
  readonly region: string;
  readonly input?: unknown;
}

/** The role trusts only the worker: for a moment an administrator of the account lets its root in too. */
export async function narrowedSession(service: MutableService, account: string, requestId: string, steps: readonly Step[]) {
  const { document } = compileSessionPolicy(
    steps.map(({ operation, region, input }) => {
      const write = findWrite(service, operation);
      if (!write) throw new Error(`${service}.${operation} is not in the catalog`);
      return { write, input: input as Record<string, unknown>, account, region, requestId };
    }),
    CATALOG[service].reads,
  );
  const role = mutationRole(main.settings.deployment, service);
  const RoleName = role.split("/").at(-1);
  const iam = new IAMClient(root(account));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  const { Statement, ...rest } = JSON.parse(trust) as { Statement: object[] };
  const letIn = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: ["sts:AssumeRole", "sts:TagSession"] };
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify({ ...rest, Statement: [...Statement, letIn] }) }));
  try {
    const { Credentials } = await new STSClient(root(account)).send(
      new AssumeRoleCommand({
        RoleArn: roleArn(account, role),
        RoleSessionName: requestId,
        Tags: [{ Key: REQUEST_TAG, Value: requestId }],
        Policy: JSON.stringify(document),
      }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    return { ...root(account), credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } };
  } finally {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
  }
}
