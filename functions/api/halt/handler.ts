import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { required } from "../../shared/environment.ts";
import { loadSettings } from "../../shared/settings.ts";
import { logLine } from "../errors.ts";
import { makeHandler } from "./api.ts";
import { awsBrakes } from "./switch.ts";

export const handler = makeHandler({
  brakes: awsBrakes(new SSMClient({}), required("HALT_PARAMETER"), new LambdaClient({})),
  functions: z.array(z.string()).parse(JSON.parse(required("MUTATION_FUNCTIONS"))),
  approvers: loadSettings().approvers,
  now: () => new Date(),
  log: logLine,
});
