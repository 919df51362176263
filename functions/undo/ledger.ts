/** What a request did, read from the ledger. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { LEDGER_FIRST, LEDGER_LAST, type LedgerItem, ledgerItem } from "../shared/ledger.ts";
import { queryItems } from "../shared/query-pages.ts";

export type ReadLedger = (requestId: string) => Promise<LedgerItem[]>;

/** @throws for an item that is not of the ledger's form: nothing is undone by half an account of it. */
export function dynamoLedger(client: Pick<DynamoDBDocumentClient, "send">, table: string): ReadLedger {
  return async (requestId) => {
    const items: LedgerItem[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": requestId, ":from": LEDGER_FIRST, ":to": LEDGER_LAST },
      ConsistentRead: true,
    };
    for await (const item of queryItems(client, query)) items.push(ledgerItem.parse(item));
    return items;
  };
}
