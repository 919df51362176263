/** What the settings let an input field of a write say: roles name these values, the guardrail refuses others. Pure. */
import type { Changes } from "../changes.ts";
import { FULL_ACCESS_POLICIES } from "./full-access-policies.ts";
import type { LimitingSetting } from "./write.ts";

/** @param account takes the place of the account in ARNs. Empty: nothing is allowed. */
export function allowedValues(setting: LimitingSetting, { iam, s3 }: Pick<Changes, "iam" | "s3">, account: string): string[] {
  const policyArn = (name: string) => (name.startsWith("arn:") ? name : `arn:aws:iam::${account}:policy/${name}`);
  switch (setting) {
    case "rolePath":
      return [iam.rolePath];
    case "roleBoundary":
      return [policyArn(iam.roleBoundary)];
    case "attachablePolicies":
      return iam.attachablePolicies.map(policyArn);
    case "detachablePolicies":
      return [...new Set([...iam.attachablePolicies.map(policyArn), ...FULL_ACCESS_POLICIES])];
    case "passableRoles":
      // Of the catalog's writes only RunInstances passes a role.
      return iam.passableRoles.filter(({ service }) => service === "ec2.amazonaws.com").map(({ role }) => role);
    case "logBuckets":
      return s3.logBuckets;
  }
}
