/** The approvals table (approvals.ts). Every write is conditional on what its writer saw: of two that race, one is told. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { approvalKey, type PendingApproval, pendingApproval } from "./approvals.ts";
import { queryItems } from "./query-pages.ts";

export interface Approvals {
  get(requestId: string, phase: number): Promise<PendingApproval | undefined>;
  /** All of a request, by phase. */
  of(requestId: string): Promise<PendingApproval[]>;
  /** @param seen what the writer saw in its place; null: nothing. @returns whether it was still so, and the item is written. */
  put(item: PendingApproval, seen: PendingApproval | null): Promise<boolean>;
}

export function dynamoApprovals(client: Pick<DynamoDBDocumentClient, "send">, table: string): Approvals {
  return {
    async get(requestId, phase) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk: requestId, sk: approvalKey(phase) }, ConsistentRead: true }));
      return Item ? pendingApproval.parse(Item) : undefined;
    },
    async of(requestId) {
      const items: PendingApproval[] = [];
      const query = {
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": requestId },
        ConsistentRead: true,
      };
      for await (const item of queryItems(client, query)) items.push(pendingApproval.parse(item));
      return items;
    },
    async put(item, seen) {
      try {
        await client.send(new PutCommand({ TableName: table, Item: item, ...(seen ? unchanged(seen) : { ConditionExpression: "attribute_not_exists(pk)" }) }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

/** A wait has one token, and goes from waiting to decided to sent: these three tell every version of an item apart. */
function unchanged({ taskToken, status, sent }: PendingApproval) {
  return {
    ConditionExpression: "#taskToken = :taskToken AND #status = :status AND #sent = :sent",
    ExpressionAttributeNames: { "#taskToken": "taskToken", "#status": "status", "#sent": "sent" },
    ExpressionAttributeValues: { ":taskToken": taskToken, ":status": status, ":sent": sent },
  };
}
