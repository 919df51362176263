import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { expect, it, onTestFinished } from "vitest";
import { ask } from "../../infra/local/ask.ts";
import { HUB, SANDBOX } from "./accounts.ts";
import { answers, main, plans, root, script } from "./local.ts";
import { ended, tell } from "./tell.ts";

const lambda = new LambdaClient(root(HUB));
const list = (service: string, operation: string) => ({ service, accounts: [SANDBOX], reads: [{ operation, input: {} }] });
const BOTH = plans("discover", { tasks: [list("s3", "ListBuckets"), list("iam", "ListUsers")] }, { round: 1 });

it("a worker that crashes is named in a partial result, beside what another worker read", async () => {
  await misconfigure("discovery-iam", "EVIDENCE_BUCKET");
  await script([BOTH, answers()]);
  const told = await tell("How many buckets and users are there?", { accounts: [SANDBOX] });
  expect(told.view.state, told.report.message).toBe("partial");
  expect(told.execution).toBe("SUCCEEDED");
  expect(told.report.notRead).toMatchObject([{ kind: "crash", worker: "discovery-iam", account: SANDBOX }]);
  expect(told.report.evidence.map(({ service }) => service)).toEqual(["s3"]);
  expect(Object.fromEntries(told.view.tasks.map(({ service, status }) => [service, status]))).toEqual({ s3: "complete", iam: "crashed" });
  // Not again: a run that crashed may have paid for model calls.
  expect(told.ran.filter((name) => name === "discovery-iam")).toHaveLength(1);
});

it("both are read when nothing is wrong", async () => {
  await script([BOTH, answers()]);
  const told = await tell("How many buckets and users are there?", { accounts: [SANDBOX] });
  expect(told.view.state).toBe("answered");
  expect(told.report.evidence.map(({ service }) => service).sort()).toEqual(["iam", "s3"]);
});

it("a report that can't be written ends the request as failed, with advice", async () => {
  await misconfigure("report", "REPORT_BUCKET");
  await script([BOTH, answers()]);
  const view = await ask({ ...main.api, text: "How many buckets and users are there?", accounts: [SANDBOX], timeoutMs: 60_000 });
  expect(view).toMatchObject({ state: "failed", code: "execution_failed", report: null });
  expect(view.notice).toMatch(/Send it again with a new Idempotency-Key.*an administrator finds the cause/);
  expect(await ended(view.id)).toBe("FAILED");
});

/** Until the test ends, one of the function's variables names a bucket that nobody has. */
async function misconfigure(name: string, variable: string): Promise<void> {
  const FunctionName = `${main.settings.deployment.prefix}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = Environment?.Variables ?? {};
  expect(Object.keys(Variables)).toContain(variable);
  onTestFinished(async () => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  });
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...Variables, [variable]: "nobody-has-this-bucket" } } }),
  );
}
