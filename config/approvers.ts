/** Who may approve changes besides the requester: principals, and the accounts they may approve for. */
import * as z from "zod";

/** A role without its path (sessions of a role are that role), a user, or one session of an Identity Center role. */
const PRINCIPAL =
  /^arn:aws[a-z-]*:(iam::\d{12}:(role\/[\w+=,.@-]+|user\/[\w+=,.@/-]+)|sts::\d{12}:assumed-role\/AWSReservedSSO_[\w+=,.@-]{1,32}_[0-9a-f]{16}\/[\w+=,.@-]+)$/;

export const approverSchema = z.strictObject({
  principal: z.string().regex(PRINCIPAL, "an IAM user's or role's ARN (without the role's path), or an Identity Center session's ARN; no wildcard, no root"),
  /** Registered account ids. */
  accounts: z.array(z.string().regex(/^\d{12}$/)).min(1),
});
export const approversSchema = z.array(approverSchema);
export type Approver = z.infer<typeof approverSchema>;

/** Whether the principal is registered as an approver for all of these accounts. For none there is nothing to approve. */
export function mayApproveFor(approvers: readonly Approver[], principal: string, accounts: readonly string[]): boolean {
  const own = new Set(approvers.filter((one) => one.principal === principal).flatMap((one) => one.accounts));
  return accounts.length > 0 && accounts.every((account) => own.has(account));
}
