/** Deciding a wait: the table first, then the machine. Whoever crashes between the two is healed by repeating the same decision. */

import { macMessage } from "../../shared/approval-mac.ts";
import type { PendingApproval } from "../../shared/approvals.ts";
import type { Approvals } from "../../shared/approvals-table.ts";
import { type Approval, approval as approvalSchema } from "../../shared/contracts.ts";
import type { Log } from "../errors.ts";

export interface AnswerDependencies {
  readonly approvals: Pick<Approvals, "get" | "put">;
  /** KMS HMAC_256 over the message, base64. */
  readonly mac: (message: Uint8Array) => Promise<string>;
  /** @returns false where nothing waits on the token any more. */
  readonly succeed: (taskToken: string, output: string) => Promise<boolean>;
  readonly log: Log;
}

export type Decision = Pick<Approval, "decision" | "approver" | "decidedAt" | "note">;

/** @returns the decided item, or undefined where somebody else was first: then nothing may be sent. */
export async function decided({ approvals, mac }: AnswerDependencies, wait: PendingApproval, decision: Decision): Promise<PendingApproval | undefined> {
  const { pk: requestId, phase, tokenDigest, planHash, planExpiresAt: expiresAt } = wait;
  const bound = { requestId, phase, tokenDigest, planHash, expiresAt, ...decision };
  const answer: Approval = { ...bound, mac: decision.decision === "approve" ? await mac(macMessage(bound)) : null };
  const item: PendingApproval = {
    ...wait,
    status: "decided",
    decision: decision.decision,
    decidedBy: decision.approver,
    decidedAt: decision.decidedAt,
    answer: JSON.stringify(answer),
  };
  return (await approvals.put(item, wait)) ? item : undefined;
}

export function answerOf({ pk, answer }: PendingApproval): Approval {
  if (answer === null) throw new Error(`the approvals table's decided item of ${pk} has no answer`);
  return approvalSchema.parse(JSON.parse(answer));
}

/** Tells the machine, once. @returns false where the wait is over and this answer did not end it, as far as the table knows. */
export async function deliver({ approvals, succeed, log }: AnswerDependencies, item: PendingApproval): Promise<boolean> {
  if (item.sent) return true;
  if (!(await succeed(item.taskToken, JSON.stringify(answerOf(item))))) {
    const now = await approvals.get(item.pk, item.phase);
    return now?.sent === true && now.tokenDigest === item.tokenDigest;
  }
  try {
    await approvals.put({ ...item, sent: true }, item);
  } catch (error) {
    // The machine has the answer: the caller is told so, whatever the table says.
    log({ level: "WARN", code: "sent_not_marked", request: item.pk, phase: item.phase, error: String(error) });
  }
  return true;
}
