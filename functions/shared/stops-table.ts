/** The stops table (halt.ts): one item for each request that was stopped. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type StopItem, stopItem } from "./halt.ts";

export interface Stops {
  get(requestId: string): Promise<StopItem | undefined>;
  /** The first stop of a request stays. @returns the one that counts. */
  put(stop: StopItem): Promise<StopItem>;
}

export function dynamoStops(client: Pick<DynamoDBDocumentClient, "send">, table: string): Stops {
  const get: Stops["get"] = async (requestId) => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { requestId }, ConsistentRead: true }));
    return Item ? stopItem.parse(Item) : undefined;
  };
  return {
    get,
    async put(stop) {
      try {
        await client.send(new PutCommand({ TableName: table, Item: stop, ConditionExpression: "attribute_not_exists(requestId)" }));
        return stop;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await get(stop.requestId)) ?? stop;
      }
    },
  };
}
