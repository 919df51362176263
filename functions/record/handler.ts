import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { required } from "../shared/environment.ts";
import { loadSettings } from "../shared/settings.ts";
import { dynamoJournal } from "./journal.ts";
import { makeHandler } from "./record.ts";

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = makeHandler({
  journal: dynamoJournal(client, required("JOURNAL_TABLE")),
  settings: loadSettings(),
  now: () => new Date(),
  wait: (milliseconds) => wait(milliseconds),
  random: Math.random,
});
