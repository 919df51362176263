import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { HUB_ACCOUNT } from "../../../infra/local/environment.ts";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { makeRole, remove, root, startedCopy } from "./set-up.ts";

let copy: LocalCopy;
beforeAll(async () => {
  copy = await startedCopy();
  await makeRole(copy, HUB_ACCOUNT, "waiting", "logs:CreateLogGroup");
}, 60_000);
afterAll(() => remove(copy));

/** How a machine ends that waits for a token which its function never answers. */
async function waitOf(name: string, body: string, TimeoutSeconds: unknown): Promise<unknown> {
  const settings = root(copy, HUB_ACCOUNT);
  await new LambdaClient(settings).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${HUB_ACCOUNT}:role/waiting`,
      Code: { ZipFile: zipOf("index.js", `exports.handler = async () => { ${body} };\n`) },
    }),
  );
  const states = new SFNClient(settings);
  const definition = JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Wait",
    States: {
      Wait: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: { FunctionName: name, Payload: { token: "{% $states.context.Task.Token %}" } },
        TimeoutSeconds,
        Catch: [{ ErrorEquals: ["States.ALL"], Output: { caught: "{% $states.errorOutput.Error %}" }, Next: "End" }],
        Next: "End",
      },
      End: { Type: "Succeed" },
    },
  });
  const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name, definition, roleArn: `arn:aws:iam::${HUB_ACCOUNT}:role/waiting` }));
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ seconds: 1 }) }));
  return vi.waitUntil(
    async () => {
      const { status, output, error, cause } = await states.send(new DescribeExecutionCommand({ executionArn }));
      return status === "RUNNING" ? undefined : JSON.parse(output ?? JSON.stringify({ status, error, cause }));
    },
    { timeout: 15_000, interval: 50 },
  );
}

describe("a wait for a task token, as on AWS", () => {
  it("times out after what an expression says", async () => {
    expect(await waitOf("answers-nothing", "", "{% $states.input.seconds %}")).toEqual({ caught: "States.Timeout" });
  });

  it("ends at once when its function throws", async () => {
    expect(await waitOf("throws", "throw new Error('stopped');", 60)).toEqual({ caught: expect.not.stringMatching(/Timeout/) });
  });
});
