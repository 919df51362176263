/** One DynamoDB table behind the document client's `send`: keys, conditions and transactions are really enforced. */
import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";

type Item = Record<string, unknown>;
interface Put {
  Item?: Item;
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

export interface FakeTable {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly items: Map<string, Item>;
  /** Commands sent, by name. */
  readonly calls: string[];
}

/** Indexes of the real tables; `projected`: the fields beside the keys, absent: all. */
const INDEXES: Readonly<Record<string, { readonly partition?: string; readonly sort: string; readonly projected?: readonly string[] }>> = {
  byReceivedAt: { sort: "receivedAt" },
  byExpiry: { partition: "waiting", sort: "planExpiresAt", projected: ["phase", "requester", "accounts", "createdAt"] },
};

/** @param before runs before each command: let others go first, or throw what AWS would. */
export function fakeTable(partition: string, sort: string, before: (command: unknown) => Promise<void> = async () => {}): FakeTable {
  const items = new Map<string, Item>();
  const calls: string[] = [];
  const keyOf = (item: Item) => JSON.stringify([item[partition], item[sort]]);
  const allowed = (put: Put) => !put.ConditionExpression || holds(put.ConditionExpression, put, items.get(keyOf(put.Item ?? {})));
  const store = (item: Item) => items.set(keyOf(item), structuredClone(item));

  async function send(command: unknown): Promise<unknown> {
    calls.push((command as object).constructor.name);
    await before(command);
    if (command instanceof GetCommand) {
      const item = items.get(keyOf(command.input.Key ?? {}));
      return item ? { Item: structuredClone(item) } : {};
    }
    if (command instanceof PutCommand) {
      if (!allowed(command.input as Put)) throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {} });
      store(command.input.Item ?? {});
      return {};
    }
    if (command instanceof TransactWriteCommand) {
      const puts = (command.input.TransactItems ?? []).map(({ Put: put }) => put as Put);
      if (puts.length > 100) throw new Error("a transaction holds 100 items");
      if (new Set(puts.map(({ Item: item = {} }) => keyOf(item))).size !== puts.length) throw new Error("a transaction names an item twice");
      const reasons = puts.map((put) => ({ Code: allowed(put) ? "None" : "ConditionalCheckFailed" }));
      if (reasons.some(({ Code }) => Code !== "None"))
        throw new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons: reasons });
      for (const { Item: item = {} } of puts) store(item);
      return {};
    }
    if (command instanceof QueryCommand) return query(command.input);
    throw new Error(`fake table: ${(command as object).constructor.name} is not known`);
  }

  function query(input: QueryCommand["input"]) {
    const { ":pk": pk, ":from": from, ":to": to, ":after": after } = input.ExpressionAttributeValues ?? {};
    const index = input.IndexName === undefined ? { sort } : INDEXES[input.IndexName];
    if (!index) throw new Error(`fake table: index ${input.IndexName} is not known`);
    if (index.partition && input.ConsistentRead) throw new Error("a global index has no consistent reads");
    const { sort: by, partition: of = partition } = index;
    const text = (item: Item) => `${String(item[by])}\u0000${String(item[sort])}\u0000${String(item[partition])}`;
    const within = (key: string) => (from === undefined || (key >= String(from) && key <= String(to))) && (after === undefined || key > String(after));
    const matching = [...items.values()].filter((item) => item[of] === pk && item[by] !== undefined && within(String(item[by])));
    matching.sort((a, b) => (text(a) < text(b) ? -1 : 1));
    if (input.ScanIndexForward === false) matching.reverse();
    const start = input.ExclusiveStartKey;
    const at = start ? matching.findIndex((item) => item[sort] === start[sort] && item[partition] === start[partition]) + 1 : 0;
    const page = matching.slice(at, at + (input.Limit ?? 1000));
    const last = page.at(-1);
    const more = last !== undefined && at + page.length < matching.length;
    const shown = index.projected && [partition, sort, of, by, ...index.projected];
    const Items = page.map((item) => structuredClone(shown ? Object.fromEntries(shown.map((name) => [name, item[name]])) : item));
    return { Items, ...(more ? { LastEvaluatedKey: Object.fromEntries([partition, sort, of, by].map((name) => [name, last[name]])) } : {}) };
  }

  return { client: { send } as unknown as Pick<DynamoDBDocumentClient, "send">, items, calls };
}

/** The part of DynamoDB's condition language the code uses: attribute_not_exists(a), #a = :b, AND, OR, one level of parentheses. */
function holds(expression: string, { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Put, item: Item | undefined): boolean {
  const inner = expression.replace(/\(([^()]*=[^()]*)\)/g, (_, group: string) =>
    holds(group, { ExpressionAttributeNames: names, ExpressionAttributeValues: values }, item) ? "TRUE" : "FALSE",
  );
  return inner.split(" OR ").some((all) => all.split(" AND ").every((term) => holdsTerm(term.trim())));

  function holdsTerm(term: string): boolean {
    if (term === "TRUE" || term === "FALSE") return term === "TRUE";
    const absent = /^attribute_not_exists\(([#\w]+)\)$/.exec(term)?.[1];
    if (absent) return item?.[names[absent] ?? absent] === undefined;
    const equal = /^(#\w+) = (:\w+)$/.exec(term);
    if (!equal) throw new Error(`fake table: condition ${term} is not known`);
    return item !== undefined && item[names[equal[1] ?? ""] ?? ""] === values[equal[2] ?? ""];
  }
}
