/** The journal table: one transaction writes a visit's marker, the request's head and the events, or nothing. */
import { TransactionCanceledException, TransactionInProgressException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { eventKey, HEAD_KEY, type RequestEvent, visitKey } from "../shared/events.ts";
import type { Head } from "./sequence.ts";

/** What writing one part of a visit came to; kept in its marker, so that a repeated visit gets the same. */
export interface VisitOutcome {
  readonly seq: number;
  readonly events: number;
}

export interface JournalWrite {
  readonly requestId: string;
  readonly visit: string;
  readonly part: number;
  /** Number the head must still have. */
  readonly expectedSeq: number;
  readonly head: Head;
  readonly events: readonly RequestEvent[];
  readonly at: Date;
  /** Epoch seconds after which DynamoDB removes the items. */
  readonly expiresAt: number;
}

export interface Journal {
  /** Strongly consistent. */
  read(requestId: string, visit: string, part: number): Promise<{ head: Head | null; visit: VisitOutcome | null }>;
  /** `lost`: someone else wrote this visit or moved the head; nothing was written. */
  write(write: JournalWrite): Promise<"written" | "lost">;
}

const headItem = z.object({ seq: z.number(), complete: z.boolean(), agents: z.number(), errors: z.number(), state: z.string() });
const visitItem = z.object({ seq: z.number(), events: z.number() });
/** Reasons that mean "read again and retry"; any other is a defect and is thrown. */
const LOST = new Set(["None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

export function dynamoJournal(client: Pick<DynamoDBDocumentClient, "send">, table: string): Journal {
  const get = (pk: string, sk: string) => client.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }));
  return {
    async read(requestId, visit, part) {
      const [head, marker] = await Promise.all([get(requestId, HEAD_KEY), get(requestId, visitKey(visit, part))]);
      return { head: head.Item ? headItem.parse(head.Item) : null, visit: marker.Item ? visitItem.parse(marker.Item) : null };
    },
    async write(write) {
      try {
        await client.send(new TransactWriteCommand({ TransactItems: itemsOf(write).map((put) => ({ Put: { TableName: table, ...put } })) }));
        return "written";
      } catch (error) {
        if (error instanceof TransactionInProgressException) return "lost";
        if (error instanceof TransactionCanceledException && error.CancellationReasons?.every(({ Code }) => LOST.has(Code ?? "None"))) return "lost";
        throw error;
      }
    },
  };
}

const ABSENT = "attribute_not_exists(pk)";

/** An event is kept as JSON text: a DynamoDB map nests at most 32 levels. */
function itemsOf({ requestId: pk, visit, part, expectedSeq, head, events, at, expiresAt }: JournalWrite) {
  const unchanged =
    expectedSeq === 0
      ? { ConditionExpression: `${ABSENT} OR (#seq = :expected AND #complete = :no)` }
      : { ConditionExpression: "#seq = :expected AND #complete = :no" };
  return [
    { Item: { pk, sk: visitKey(visit, part), seq: head.seq, events: events.length, at: at.toISOString(), expiresAt }, ConditionExpression: ABSENT },
    {
      Item: { pk, sk: HEAD_KEY, ...head, updatedAt: at.toISOString(), expiresAt },
      ...unchanged,
      ExpressionAttributeNames: { "#seq": "seq", "#complete": "complete" },
      ExpressionAttributeValues: { ":expected": expectedSeq, ":no": false },
    },
    ...events.map((event) => ({
      Item: { pk, sk: eventKey(event.seq), type: event.type, event: JSON.stringify(event), expiresAt },
      ConditionExpression: ABSENT,
    })),
  ];
}
