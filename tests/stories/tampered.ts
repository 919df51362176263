/** What somebody with an administrator's rights in the hub could do to a wait, past the API. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { PendingApproval } from "../../functions/shared/approvals.ts";
import { dynamoApprovals } from "../../functions/shared/approvals-table.ts";
import type { Approval } from "../../functions/shared/contracts.ts";
import type { ShownApproval } from "../../infra/local/approval.ts";
import { HUB } from "./accounts.ts";
import { main, root } from "./local.ts";

const table = dynamoApprovals(DynamoDBDocumentClient.from(new DynamoDBClient(root(HUB))), main.names.approvalsTable);

async function waitOf({ requestId, phase }: ShownApproval): Promise<PendingApproval> {
  const item = await table.get(requestId, phase);
  if (!item) throw new Error(`phase ${phase} of ${requestId} does not wait`);
  return item;
}

export type Edit = (item: PendingApproval) => Partial<PendingApproval>;

/** Writes over the wait's item. @returns the hash it has now, and what puts it back. */
export async function tamper(shown: ShownApproval, edit: Edit): Promise<{ planHash: string; putBack: () => Promise<void> }> {
  const item = await waitOf(shown);
  const write = async (next: PendingApproval) => {
    if (!(await table.put(next, item))) throw new Error(`the wait of ${shown.requestId} went on meanwhile`);
  };
  const next = { ...item, ...edit(item) };
  await write(next);
  return { planHash: next.planHash, putBack: () => write(item) };
}

/** Answers the machine in the approval API's place, without its key. */
export async function forge(shown: ShownApproval, approver: string, more: Partial<Approval> = {}): Promise<void> {
  const { pk: requestId, phase, tokenDigest, planHash, planExpiresAt: expiresAt, taskToken } = await waitOf(shown);
  const answer: Approval = {
    ...{ requestId, phase, tokenDigest, planHash, expiresAt, approver },
    ...{ decision: "approve", decidedAt: new Date().toISOString(), note: "", mac: Buffer.alloc(32).toString("base64") },
    ...more,
  };
  await new SFNClient(root(HUB)).send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) }));
}
