import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { required } from "../../shared/environment.ts";
import { logLine } from "../errors.ts";
import { machineExecutions } from "../executions.ts";
import { dynamoStore } from "../store.ts";
import { makeHandler } from "./api.ts";
import { s3ArtifactFile } from "./artifact.ts";
import { dynamoJournalReader } from "./journal.ts";
import { s3Reports } from "./report.ts";

const buckets = new S3Client({});
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = makeHandler({
  store: dynamoStore(tables, required("REQUESTS_TABLE")),
  journal: dynamoJournalReader(tables, required("JOURNAL_TABLE")),
  executions: machineExecutions(new SFNClient({}), required("MACHINE_ARN")),
  reports: s3Reports(buckets, required("REPORT_BUCKET"), logLine),
  artifactFile: s3ArtifactFile(buckets, required("ARTIFACT_BUCKET")),
  wait: (milliseconds) => wait(milliseconds),
  log: logLine,
});
