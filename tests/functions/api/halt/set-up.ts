/** The halt API on a parameter and functions that remember, and fail where told to. */
import { DeleteFunctionConcurrencyCommand, type LambdaClient, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "vitest";
import { makeHandler } from "../../../../functions/api/halt/api.ts";
import { awsBrakes } from "../../../../functions/api/halt/switch.ts";
import { type Call, call } from "../fakes.ts";

export const CAROL = "arn:aws:iam::111122223333:user/carol";
export const FUNCTIONS = ["acw-mutation-s3", "acw-mutation-ec2"];
const NAME = "/acw/acw-halt";

export function haltApi() {
  const aws = { value: '{"halted":false}' as string | undefined, held: new Set<string>(), order: [] as string[], failing: new Set<string>() };
  const step = (name: string) => {
    aws.order.push(name);
    if (aws.failing.has(name)) throw Object.assign(new Error("refused"), { name: "AccessDeniedException" });
  };
  const client = {
    async send(command: unknown) {
      if (command instanceof GetParameterCommand) {
        step("read");
        if (aws.value === undefined) throw new ParameterNotFound({ message: "none", $metadata: {} });
        return { Parameter: { Value: aws.value } };
      }
      if (command instanceof PutParameterCommand) {
        step("switch");
        expect(command.input).toMatchObject({ Name: NAME, Overwrite: true, Type: "String" });
        aws.value = command.input.Value;
        return {};
      }
      if (command instanceof PutFunctionConcurrencyCommand) {
        const { FunctionName = "", ReservedConcurrentExecutions } = command.input;
        step(FunctionName);
        expect(ReservedConcurrentExecutions).toBe(0);
        aws.held.add(FunctionName);
        return {};
      }
      if (command instanceof DeleteFunctionConcurrencyCommand) {
        step(command.input.FunctionName ?? "");
        aws.held.delete(command.input.FunctionName ?? "");
        return {};
      }
      throw new Error("not known");
    },
  };
  const logged: unknown[] = [];
  const handler = makeHandler({
    brakes: awsBrakes(client as unknown as SSMClient, NAME, client as unknown as LambdaClient),
    functions: FUNCTIONS,
    approvers: [{ principal: CAROL, accounts: ["666666666666"] }],
    now: () => new Date("2026-11-22T10:00:00Z"),
    log: (line) => logged.push(line),
  });
  const ask = (method: string, caller: string, body?: unknown) => call(handler, { method, path: "/halt", caller, body } as Call);
  return { aws, handler, ask, logged };
}
