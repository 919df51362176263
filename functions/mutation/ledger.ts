/** The ledger table, a step an item: every write is conditional on the one before, so of two attempts one alone goes on. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type LedgerItem, ledgerItem, ledgerKey } from "../shared/ledger.ts";

export interface Ledger {
  /** Strongly consistent. */
  get(requestId: string, phase: number, stepId: string): Promise<LedgerItem | null>;
  /**
   * @param expected version the item must still have; null: there must be none.
   * @returns false when somebody else wrote it; then nothing was written.
   */
  put(item: LedgerItem, expected: number | null): Promise<boolean>;
}

export function dynamoLedger(client: Pick<DynamoDBDocumentClient, "send">, table: string): Ledger {
  return {
    async get(pk, phase, stepId) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk, sk: ledgerKey(phase, stepId) }, ConsistentRead: true }));
      return Item ? ledgerItem.parse(Item) : null;
    },
    async put(item, expected) {
      const condition =
        expected === null
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "#version = :expected",
              ExpressionAttributeNames: { "#version": "version" },
              ExpressionAttributeValues: { ":expected": expected },
            };
      try {
        await client.send(new PutCommand({ TableName: table, Item: item, ...condition }));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // A retry of the SDK's after a lost answer finds its own write.
        const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk: item.pk, sk: item.sk }, ConsistentRead: true }));
        return Item !== undefined && isSame(ledgerItem.parse(Item), item);
      }
    },
  };
}

/** Two workers that write the same version differ in when they began or ended, or as whom. */
function isSame(found: LedgerItem, written: LedgerItem): boolean {
  const fields = ["version", "status", "startedAt", "endedAt", "attempt"] as const;
  return fields.every((field) => found[field] === written[field]);
}
