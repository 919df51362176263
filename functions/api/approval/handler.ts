import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoApprovals } from "../../shared/approvals-table.ts";
import { required } from "../../shared/environment.ts";
import { loadSettings } from "../../shared/settings.ts";
import { dynamoStops } from "../../shared/stops-table.ts";
import { logLine } from "../errors.ts";
import { dynamoStore } from "../store.ts";
import { makeHandler } from "./api.ts";
import { kmsMac, taskAnswers } from "./aws.ts";

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const { approvers, deployment } = loadSettings();

export const handler = makeHandler({
  approvals: dynamoApprovals(tables, required("APPROVALS_TABLE")),
  stops: dynamoStops(tables, required("STOPS_TABLE")),
  store: dynamoStore(tables, required("REQUESTS_TABLE")),
  approvers,
  retentionDays: deployment.retention.journalDays,
  mac: kmsMac(new KMSClient({}), required("APPROVAL_KEY")),
  succeed: taskAnswers(new SFNClient({})),
  now: () => new Date(),
  log: logLine,
});
