import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoLedger } from "../../../functions/mutation/ledger.ts";
import type { LedgerItem } from "../../../functions/shared/ledger.ts";
import { named } from "../shared/fake-model.ts";
import { REQUEST_ID } from "../shared/samples.ts";
import { inputOf, planOf, world } from "./world.ts";

async function item(): Promise<LedgerItem> {
  const at = world();
  await at.worker().run(inputOf(planOf(at.aws, [{ id: "s1", operation: "SetFlag", input: { Name: "one" } }])));
  const found = at.ledger.of("s1");
  if (!found) throw new Error("no item");
  return found;
}

/** Answers in turn; an Error is thrown. */
function table(...answers: readonly unknown[]) {
  const asked: { name: string; input: Record<string, unknown> }[] = [];
  const client = {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const answer = answers[asked.length];
      asked.push({ name: command.constructor.name, input: command.input });
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { asked, ledger: dynamoLedger(client as never, "ledger") };
}
const refused = () => new ConditionalCheckFailedException({ message: "no", $metadata: {} });

describe("the ledger table", () => {
  it("is read consistently by request and step, and refuses an item of another form", async () => {
    const { asked, ledger } = table({ Item: await item() }, {}, { Item: { pk: "x" } });
    expect(await ledger.get(REQUEST_ID, 1, "s1")).toEqual(await item());
    expect(asked[0]).toEqual({ name: "GetCommand", input: { TableName: "ledger", Key: { pk: REQUEST_ID, sk: "STEP#001#s1" }, ConsistentRead: true } });
    expect(await ledger.get(REQUEST_ID, 1, "s1")).toBeNull();
    await expect(ledger.get(REQUEST_ID, 1, "s1")).rejects.toThrow();
  });

  it("is written on condition of the version before, the first time of none", async () => {
    const one = await item();
    const { asked, ledger } = table({}, {});
    expect(await ledger.put({ ...one, version: 1 }, null)).toBe(true);
    expect(await ledger.put({ ...one, version: 8 }, 7)).toBe(true);
    expect(asked[0]?.input).toMatchObject({ Item: { status: "done" }, ConditionExpression: "attribute_not_exists(pk)" });
    expect(asked[1]?.input).toMatchObject({ ConditionExpression: "#version = :expected", ExpressionAttributeValues: { ":expected": 7 } });
  });

  it("tells a lost race from an own write that the SDK repeated", async () => {
    const one = await item();
    const own = table(refused(), { Item: one });
    expect(await own.ledger.put(one, one.version - 1)).toBe(true);
    const other = table(refused(), { Item: { ...one, attempt: "another" } });
    expect(await other.ledger.put(one, one.version - 1)).toBe(false);
    const gone = table(refused(), {});
    expect(await gone.ledger.put(one, one.version - 1)).toBe(false);
  });

  it("throws what else goes wrong", async () => {
    await expect(table(named("ProvisionedThroughputExceededException")).ledger.put(await item(), null)).rejects.toThrow();
  });
});
