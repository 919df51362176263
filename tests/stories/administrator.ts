/** What an administrator of an account may do to a worker's role meanwhile. */
import { AttachRolePolicyCommand, CreatePolicyCommand, DeletePolicyCommand, DetachRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { onTestFinished } from "vitest";
import { root } from "./local.ts";

/** Until the test ends: the role is denied that action. @param role with its path. */
export async function deny(account: string, role: string, Action: string, Resource = "*"): Promise<void> {
  const iam = new IAMClient(root(account));
  const RoleName = role.split("/").at(-1);
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action, Resource }] });
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `company-says-no-${Date.now().toString(36)}`, PolicyDocument }));
  onTestFinished(async () => {
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
    await iam.send(new DeletePolicyCommand({ PolicyArn: Policy?.Arn }));
  });
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
}
