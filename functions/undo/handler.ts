import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { required } from "../shared/environment.ts";
import { dynamoLedger } from "./ledger.ts";
import { makeHandler } from "./undo.ts";

export const handler = makeHandler({ ledger: dynamoLedger(DynamoDBDocumentClient.from(new DynamoDBClient({})), required("LEDGER_TABLE")) });
