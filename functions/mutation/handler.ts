/** What every mutation bundle's entry does: settings and clients once at cold start, then the worker. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DiscoveryService } from "../discovery/service.ts";
import { required } from "../shared/environment.ts";
import { readHaltParameter } from "../shared/halt-parameter.ts";
import type { Invoke } from "../shared/model.ts";
import { loadPrompts } from "../shared/prompts.ts";
import { loadSettings } from "../shared/settings.ts";
import { dynamoStops } from "../shared/stops-table.ts";
import { narrowStsOf } from "./identity.ts";
import { dynamoLedger } from "./ledger.ts";
import type { MutationService } from "./service.ts";
import { switchesOf } from "./switches.ts";
import { kmsVerifyMac } from "./verify-approval.ts";
import { makeHandler } from "./worker.ts";

const ATTEMPTS = { maxAttempts: 4 } as const;

export function mutationHandler(mutation: MutationService, reads: DiscoveryService): ReturnType<typeof makeHandler> {
  const settings = loadSettings();
  const { region } = settings.deployment.hub;
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient(ATTEMPTS), { marshallOptions: { removeUndefinedValues: true } });
  const parameters = new SSMClient(ATTEMPTS);
  const parameter = required("HALT_PARAMETER");
  return makeHandler({
    mutation,
    reads,
    settings,
    prompt: loadPrompts().mutation,
    invoke: bedrockWhenAsked(region),
    sts: narrowStsOf(region),
    ledger: dynamoLedger(tables, required("LEDGER_TABLE")),
    switches: switchesOf(() => readHaltParameter(parameters, parameter), dynamoStops(tables, required("STOPS_TABLE"))),
    verifyMac: kmsVerifyMac(new KMSClient(ATTEMPTS), required("APPROVAL_KEY")),
    now: Date.now,
    wait: (milliseconds) => wait(milliseconds),
    newAttempt: randomUUID,
  });
}

/** An undo asks no model: its client is loaded when the first apply does. */
function bedrockWhenAsked(region: string): Invoke {
  let loaded: Promise<Invoke> | undefined;
  return async (modelId, body) => {
    loaded ??= import("../shared/bedrock.ts").then(({ bedrockInvoke }) => bedrockInvoke(region, PREFLIGHT_MS));
    const invoke = await loaded;
    return invoke(modelId, body);
  };
}

/** Milliseconds for one pre-flight call with its attempts: two of them leave most of the worker's time to the changes. */
const PREFLIGHT_MS = 60_000;
