/** The approvals table (approvals.ts). Every write is conditional on what its writer saw: of two that race, one is told. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod";
import { approvalKey, type PendingApproval, pendingApproval, UnreadableWait, type Waiting, waiting } from "./approvals.ts";
import { queryItems } from "./query-pages.ts";

export interface Approvals {
  /** @throws UnreadableWait. */
  get(requestId: string, phase: number): Promise<PendingApproval | undefined>;
  /** All of a request, by phase. One that can't be read hides no other. */
  of(requestId: string): Promise<(PendingApproval | UnreadableWait)[]>;
  /** Of all requests, what waits and has not expired, as an index knows it that is told of a change a moment later. */
  waiting(now: Date): AsyncIterable<Waiting | UnreadableWait>;
  /** @param seen what the writer saw in its place; null: nothing. @returns whether it was still so, and the item is written. */
  put(item: PendingApproval, seen: PendingApproval | null): Promise<boolean>;
}

export function dynamoApprovals(client: Pick<DynamoDBDocumentClient, "send">, table: string): Approvals {
  return {
    async get(requestId, phase) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk: requestId, sk: approvalKey(phase) }, ConsistentRead: true }));
      const item = Item && read(pendingApproval, Item);
      if (item instanceof UnreadableWait) throw item;
      return item;
    },
    async of(requestId) {
      const items: (PendingApproval | UnreadableWait)[] = [];
      const query = {
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": requestId },
        ConsistentRead: true,
      };
      for await (const item of queryItems(client, query)) items.push(read(pendingApproval, item));
      return items;
    },
    async *waiting(now) {
      const query = {
        TableName: table,
        IndexName: "byExpiry",
        KeyConditionExpression: "waiting = :pk AND planExpiresAt > :after",
        ExpressionAttributeValues: { ":pk": WAITS, ":after": now.toISOString() },
        ScanIndexForward: false,
        Limit: 500,
      };
      for await (const item of queryItems(client, query)) yield read(waiting, item);
    },
    async put(item, seen) {
      try {
        await client.send(
          new PutCommand({ TableName: table, Item: toTable(item), ...(seen ? unchanged(seen) : { ConditionExpression: "attribute_not_exists(pk)" }) }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

/** The index's key: an item without it is not in the index. */
const WAITS = "yes";

function toTable(item: PendingApproval): Record<string, unknown> {
  return item.status === "waiting" ? { ...item, waiting: WAITS } : item;
}

/** What the schema found wrong quotes the item, so it is not told. */
function read<T>(schema: z.ZodType<T>, item: Record<string, unknown>): T | UnreadableWait {
  const { success, data } = schema.safeParse(item);
  return success ? data : new UnreadableWait(item);
}

/** A wait has one token, and goes from waiting to decided to sent: these three tell every version of an item apart. */
function unchanged({ taskToken, status, sent }: PendingApproval) {
  return {
    ConditionExpression: "#taskToken = :taskToken AND #status = :status AND #sent = :sent",
    ExpressionAttributeNames: { "#taskToken": "taskToken", "#status": "status", "#sent": "sent" },
    ExpressionAttributeValues: { ":taskToken": taskToken, ":status": status, ":sent": sent },
  };
}
