/** An administrator of an account who takes the system's trust back. */
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { onTestFinished } from "vitest";
import { root } from "./local.ts";

const NOBODY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] });

/** Nobody may assume the role. @returns what lets them in again; done when the test ends, too. */
export async function distrust(account: string, RoleName: string): Promise<() => Promise<void>> {
  const iam = new IAMClient(root(account));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  const say = async (PolicyDocument: string) => void (await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })));
  onTestFinished(() => say(trust));
  await say(NOBODY);
  return () => say(trust);
}
