/** The journal as its readers see it: events in order, never beyond a gap. */
import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { eventKey, HEAD_KEY, LAST_EVENT_KEY, type RequestEvent, requestEvent } from "../../shared/events.ts";
import { queryItems } from "../../shared/query-pages.ts";

export interface JournalReader {
  /** The last number written, and whether it is the last one ever; undefined: nothing is recorded yet. */
  head(requestId: string): Promise<{ seq: number; complete: boolean } | undefined>;
  /** Events with numbers after+1, after+2 …; fewer than there are where a number is missing or an answer would become too large. */
  events(requestId: string, after: number, limit: number): Promise<RequestEvent[]>;
}

/** Characters of events in one answer: a Lambda function may return 6 MB (Lambda quota). */
const MOST_CHARACTERS = 2_000_000;

const headItem = z.object({ seq: z.number(), complete: z.boolean() });

export function dynamoJournalReader(client: Pick<DynamoDBDocumentClient, "send">, table: string): JournalReader {
  return {
    async head(requestId) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk: requestId, sk: HEAD_KEY }, ConsistentRead: true }));
      return Item ? headItem.parse(Item) : undefined;
    },
    async events(requestId, after, limit) {
      const events: RequestEvent[] = [];
      let characters = 0;
      const query = {
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": requestId, ":from": eventKey(after + 1), ":to": LAST_EVENT_KEY },
        ConsistentRead: true,
        Limit: Math.min(limit, 500),
      };
      for await (const item of queryItems(client, query)) {
        const text = String(item.event);
        characters += text.length;
        if (characters > MOST_CHARACTERS && events.length > 0) break;
        const event = requestEvent.parse(JSON.parse(text));
        if (event.seq !== after + events.length + 1) break;
        events.push(event);
        if (events.length === limit) break;
      }
      return events;
    },
  };
}

export async function wholeJournal(journal: JournalReader, id: string): Promise<RequestEvent[]> {
  const events: RequestEvent[] = [];
  for (;;) {
    const page = await journal.events(id, events.length, 500);
    if (page.length === 0) return events;
    events.push(...page);
    if (events.at(-1)?.type === "execution_complete") return events;
  }
}
