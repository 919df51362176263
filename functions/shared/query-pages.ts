/** A DynamoDB query to its end. lib-dynamodb's own paginator asks for a whole client; this takes what can send. */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";

/** Its items, a page read when the one before is used up; `Limit` is a page's. */
export async function* queryItems(client: Pick<DynamoDBDocumentClient, "send">, query: QueryCommandInput): AsyncGenerator<Record<string, unknown>> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new QueryCommand({ ...query, ...(from ? { ExclusiveStartKey: from } : {}) }));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
