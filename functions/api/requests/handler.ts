import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import metadata from "../../../package.json" with { type: "json" };
import { required } from "../../shared/environment.ts";
import { loadSettings } from "../../shared/settings.ts";
import { logLine } from "../errors.ts";
import { machineExecutions } from "../executions.ts";
import { dynamoStore } from "../store.ts";
import { makeHandler } from "./api.ts";

export const handler = makeHandler({
  store: dynamoStore(DynamoDBDocumentClient.from(new DynamoDBClient({})), required("REQUESTS_TABLE")),
  executions: machineExecutions(new SFNClient({}), required("MACHINE_ARN")),
  settings: loadSettings(),
  // Loaded when asked for: no other route needs it.
  catalog: async () => (await import("../../../config/catalog/tools.ts")).catalogIndex(),
  version: metadata.version,
  now: () => new Date(),
  newKey: randomUUID,
  log: logLine,
});
