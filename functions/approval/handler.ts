import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoApprovals } from "../shared/approvals-table.ts";
import { required } from "../shared/environment.ts";
import { loadSettings } from "../shared/settings.ts";
import { dynamoStops } from "../shared/stops-table.ts";
import { makeHandler } from "./approval.ts";

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = makeHandler({
  approvals: dynamoApprovals(tables, required("APPROVALS_TABLE")),
  stops: dynamoStops(tables, required("STOPS_TABLE")),
  retentionDays: loadSettings().deployment.retention.journalDays,
  now: () => new Date(),
});
