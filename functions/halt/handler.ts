import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { required } from "../shared/environment.ts";
import { readHaltParameter } from "../shared/halt-parameter.ts";
import { dynamoStops } from "../shared/stops-table.ts";
import { makeHandler } from "./halt.ts";

const parameters = new SSMClient({});
const name = required("HALT_PARAMETER");

export const handler = makeHandler({
  readSwitch: () => readHaltParameter(parameters, name),
  stops: dynamoStops(DynamoDBDocumentClient.from(new DynamoDBClient({})), required("STOPS_TABLE")),
});
