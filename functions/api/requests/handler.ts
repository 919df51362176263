import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import metadata from "../../../package.json" with { type: "json" };
import { dynamoApprovals } from "../../shared/approvals-table.ts";
import { required } from "../../shared/environment.ts";
import { loadSettings } from "../../shared/settings.ts";
import { logLine } from "../errors.ts";
import { machineExecutions } from "../executions.ts";
import { dynamoStore } from "../store.ts";
import { makeHandler } from "./api.ts";

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const settings = loadSettings();

export const handler = makeHandler({
  store: dynamoStore(tables, required("REQUESTS_TABLE")),
  approvals: dynamoApprovals(tables, required("APPROVALS_TABLE")),
  approvers: settings.approvers,
  executions: machineExecutions(new SFNClient({}), required("MACHINE_ARN")),
  settings,
  // Loaded when asked for: no other route needs it.
  catalog: async () => {
    const [{ catalogIndex }, { writeIndex }] = await Promise.all([
      import("../../../config/catalog/tools.ts"),
      import("../../../config/catalog/write-tools.ts"),
    ]);
    return { services: catalogIndex(), changes: writeIndex() };
  },
  version: metadata.version,
  now: () => new Date(),
  newKey: randomUUID,
  log: logLine,
});
