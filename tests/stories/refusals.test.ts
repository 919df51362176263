import { randomBytes } from "node:crypto";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { reportDocument } from "../../functions/report/document.ts";
import { callApi } from "../../infra/local/signed.ts";
import { HUB, SANDBOX } from "./accounts.ts";
import { objectText } from "./evidence.ts";
import { main, models, root } from "./local.ts";
import { ended, recordedSince, type Told, tell } from "./tell.ts";

const states = new SFNClient(root(HUB));

describe("an account that is not registered", () => {
  it.each([
    ["named in the request", "Which buckets are public?", ["999999999999"]],
    ["named in the text", "Which buckets are public in account 999999999999?", undefined],
  ])("%s is refused before any model or worker runs", async (_, text, accounts) => {
    const told = await tell(text, accounts ? { accounts } : {});
    expect(told.view).toMatchObject({ state: "refused", code: "account_not_registered", costUsd: 0 });
    expect(told.report.message).toContain("999999999999");
    expect(told.view.exclusions).toMatchObject([{ code: "account_not_registered", subject: "999999999999" }]);
    expect(told.execution).toBe("FAILED");
    expectUntouched(told);
  });

  it("beside a registered one leaves only itself out", async () => {
    const told = await tell("Which buckets are public?", { accounts: [SANDBOX, "999999999999"] });
    expect(told.view.state).toBe("partial");
    expect(told.report.evidence.every(({ account }) => account === SANDBOX)).toBe(true);
    expect(told.report.notRead).toMatchObject([{ kind: "exclusion", errorCode: "account_not_registered", account: "999999999999" }]);
    expect(told.calls.filter(({ resource, account }) => `${resource} ${account}`.includes("999999999999"))).toEqual([]);
  });
});

describe("a region that does not exist", () => {
  it("is refused by the API, with the nearest names, and nothing is started", async () => {
    const before = await executions();
    const since = new Date();
    const { status, body } = await post({ text: "Which instances are running?", regions: ["eu-wset-1"] });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "unknown_region", field: "regions.0", suggestions: expect.arrayContaining(["eu-west-1"]) } });
    expect(await executions()).toEqual(before);
    expect(recordedSince(since).ran).toEqual(["api-requests"]);
    expect(recordedSince(since).calls).toEqual([]);
  });

  it("is refused by the machine too, whoever starts it", async () => {
    const since = new Date();
    const requestId = await start({ text: "Which instances are running?", regions: ["eu-wset-1"] });
    expect(await ended(requestId)).toBe("FAILED");
    const { error } = await states.send(new DescribeExecutionCommand({ executionArn: main.names.executionArn(requestId) }));
    expect(error).toBe("unknown_region");
    const report = reportDocument.parse(JSON.parse(await objectText(main.names.reportBucket, `reports/${requestId}/report.json`)));
    expect(report).toMatchObject({ status: "refused", code: "unknown_region" });
    expect(report.exclusions[0]?.suggestions).toContain("eu-west-1");
    expectUntouched({ ...recordedSince(since), models: await models.calls(since) });
  });

  it("is read when it does exist", async () => {
    const told = await tell("Which instances are running?", { accounts: [SANDBOX], regions: ["eu-west-1"] });
    expect(told.view.state).toBe("answered");
  });
});

describe("a body that is no request", () => {
  const text = "Which buckets are public?";
  it.each<[string, string, number, string, string | undefined]>([
    ["malformed JSON", '{"text": "Which', 400, "malformed_json", "body"],
    ["an empty body", "", 400, "malformed_json", "body"],
    ["a list", "[]", 400, "invalid_field", "body"],
    ["text of a wrong type", JSON.stringify({ text: 7 }), 400, "invalid_field", "text"],
    ["no text", JSON.stringify({}), 400, "invalid_field", "text"],
    ["accounts of a wrong type", JSON.stringify({ text, accounts: SANDBOX }), 400, "invalid_field", "accounts"],
    ["an account that can't be one", JSON.stringify({ text, accounts: ["*"] }), 400, "invalid_field", "accounts.0"],
    ["an empty list", JSON.stringify({ text, accounts: [] }), 400, "invalid_field", "accounts"],
    ["a budget of a wrong type", JSON.stringify({ text, budgetUsd: "2" }), 400, "invalid_field", "budgetUsd"],
    ["a budget below zero", JSON.stringify({ text, budgetUsd: -1 }), 400, "budget_out_of_range", "budgetUsd"],
    ["a budget above the most", JSON.stringify({ text, budgetUsd: 26 }), 400, "budget_out_of_range", "budgetUsd"],
    ["an unknown field", JSON.stringify({ text, role: "admin" }), 400, "unknown_field", "role"],
    ["empty text", JSON.stringify({ text: " \n" }), 400, "text_empty", "text"],
    ["20,000 characters", JSON.stringify({ text: "x".repeat(20_000) }), 400, "text_too_long", "text"],
    ["100 KB", JSON.stringify({ text: "x".repeat(100_000) }), 413, "body_too_large", "body"],
  ])("%s is refused with the field's name", async (_, body, status, code, field) => {
    const since = new Date();
    const answer = await callApi(main.api, { method: "POST", path: "/requests", body });
    expect(answer.body).toMatchObject({ error: { code, field, message: expect.stringMatching(/.{10}/) } });
    expect(answer.status).toBe(status);
    expect(recordedSince(since).calls).toEqual([]);
  });

  it("of another content type is refused", async () => {
    const answer = await callApi(main.api, { method: "POST", path: "/requests", body: JSON.stringify({ text }), headers: { "content-type": "text/plain" } });
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ error: { code: "unsupported_media_type", field: "Content-Type" } });
  });

  it("is not even looked at when nobody signed it", async () => {
    const since = new Date();
    const { status } = await fetch(`${main.api.apiUrl}/requests`, {
      method: "POST",
      body: JSON.stringify({ text }),
      headers: { "content-type": "application/json" },
    });
    expect(status).toBe(403);
    expect(recordedSince(since).ran).toEqual([]);
  });
});

/** By whom it is started directly does not matter: the machine checks for itself. */
async function start(request: object): Promise<string> {
  const requestId = `req-${randomBytes(16).toString("hex")}`;
  const input = JSON.stringify({ requestId, requester: `arn:aws:iam::${HUB}:root`, receivedAt: new Date().toISOString(), ...request });
  await states.send(new StartExecutionCommand({ stateMachineArn: main.names.machineArn, name: requestId, input }));
  return requestId;
}

function post(body: object) {
  return callApi(main.api, { method: "POST", path: "/requests", body: JSON.stringify(body), headers: { "idempotency-key": crypto.randomUUID() } });
}

async function executions(): Promise<number> {
  const { executions: all = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn: main.names.machineArn, maxResults: 1000 }));
  return all.length;
}

function expectUntouched({ calls, ran, models: asked }: Pick<Told, "calls" | "ran" | "models">): void {
  expect(asked).toEqual([]);
  expect(ran.filter((name) => name.startsWith("discovery-") || name === "orchestrator")).toEqual([]);
  expect(calls.filter(({ service }) => service === "sts")).toEqual([]);
}
