/** The requests table: who asked what, under which id. Partition `requester`, sort `requestId`, index `byReceivedAt`. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";

const storedRequest = z.object({
  requester: z.string(),
  requestId: z.string(),
  /** ISO 8601; sort key of the index. */
  receivedAt: z.string(),
  /** SHA-256 of the canonical body, before redaction. */
  bodyHash: z.string(),
  /** Redacted. */
  text: z.string(),
  /** Secrets removed from the text. */
  redactions: z.number(),
  /** The request document, exactly as StartExecution gets it. */
  input: z.string(),
  /** Epoch seconds after which DynamoDB removes the item. */
  expiresAt: z.number(),
});
export type StoredRequest = z.infer<typeof storedRequest>;

export interface RequestPage {
  readonly requests: StoredRequest[];
  /** Where the next page starts; absent: there is none. */
  readonly next?: { readonly requestId: string; readonly receivedAt: string };
}

export interface RequestStore {
  /** @returns the item that is there already, or undefined when this one was written. */
  put(request: StoredRequest): Promise<StoredRequest | undefined>;
  /** Overwrites what is there. */
  replace(request: StoredRequest): Promise<void>;
  get(requester: string, requestId: string): Promise<StoredRequest | undefined>;
  /** Newest first. */
  list(requester: string, limit: number, from?: RequestPage["next"]): Promise<RequestPage>;
}

export function dynamoStore(client: Pick<DynamoDBDocumentClient, "send">, table: string): RequestStore {
  const get: RequestStore["get"] = async (requester, requestId) => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { requester, requestId }, ConsistentRead: true }));
    return Item ? storedRequest.parse(Item) : undefined;
  };
  return {
    get,
    async put(request) {
      try {
        await client.send(new PutCommand({ TableName: table, Item: request, ConditionExpression: "attribute_not_exists(requestId)" }));
        return undefined;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const existing = await get(request.requester, request.requestId);
        if (!existing) throw new Error(`request ${request.requestId} expired while it was repeated`, { cause: error });
        return existing;
      }
    },
    async replace(request) {
      await client.send(new PutCommand({ TableName: table, Item: request }));
    },
    async list(requester, limit, from) {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "byReceivedAt",
          KeyConditionExpression: "requester = :pk",
          ExpressionAttributeValues: { ":pk": requester },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
          ...(from ? { ExclusiveStartKey: { requester, ...from } } : {}),
        }),
      );
      const requests = (page.Items ?? []).map((item) => storedRequest.parse(item));
      const last = page.LastEvaluatedKey ? requests.at(-1) : undefined;
      return last ? { requests, next: { requestId: last.requestId, receivedAt: last.receivedAt } } : { requests };
    },
  };
}
