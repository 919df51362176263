import type { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { queryItems } from "../../../functions/shared/query-pages.ts";

/** Answers pages in order, and keeps what it was asked. */
function pages(...answers: { Items?: object[]; LastEvaluatedKey?: object }[]) {
  const asked: unknown[] = [];
  const send = async (command: unknown) => {
    asked.push((command as QueryCommand).input);
    return answers[asked.length - 1];
  };
  return { client: { send } as unknown as Pick<DynamoDBDocumentClient, "send">, asked };
}

const QUERY = { TableName: "t", KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "a" }, ConsistentRead: true };

describe("a query's items", () => {
  it("are those of every page, an empty one between them too", async () => {
    const { client, asked } = pages({ Items: [{ n: 1 }, { n: 2 }], LastEvaluatedKey: { sk: 2 } }, { LastEvaluatedKey: { sk: 3 } }, { Items: [{ n: 4 }] });
    const items: unknown[] = [];
    for await (const item of queryItems(client, QUERY)) items.push(item);
    expect(items).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
    expect(asked).toEqual([QUERY, { ...QUERY, ExclusiveStartKey: { sk: 2 } }, { ...QUERY, ExclusiveStartKey: { sk: 3 } }]);
  });

  it("are read no further than they are taken", async () => {
    const { client, asked } = pages({ Items: [{ n: 1 }, { n: 2 }], LastEvaluatedKey: { sk: 2 } }, { Items: [{ n: 3 }] });
    for await (const { n } of queryItems(client, QUERY)) if (n === 2) break;
    expect(asked).toHaveLength(1);
  });
});
