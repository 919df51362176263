/** The halt switch and the mutation functions' concurrency, as the halt API sets them. */
import { DeleteFunctionConcurrencyCommand, type LambdaClient, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { HaltSwitch } from "../../shared/halt.ts";
import { readHaltParameter } from "../../shared/halt-parameter.ts";

export interface Brakes {
  read(): Promise<string | undefined>;
  set(state: HaltSwitch): Promise<void>;
  /** Reserved concurrency 0: Lambda starts it no more. */
  hold(functionName: string): Promise<void>;
  release(functionName: string): Promise<void>;
}

export function awsBrakes(parameters: Pick<SSMClient, "send">, name: string, functions: Pick<LambdaClient, "send">): Brakes {
  return {
    read: () => readHaltParameter(parameters, name),
    async set(state) {
      await parameters.send(new PutParameterCommand({ Name: name, Value: JSON.stringify(state), Type: "String", Overwrite: true }));
    },
    async hold(functionName) {
      await functions.send(new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: 0 }));
    },
    async release(functionName) {
      await functions.send(new DeleteFunctionConcurrencyCommand({ FunctionName: functionName }));
    },
  };
}
