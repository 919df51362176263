import { describe, expect, it } from "vitest";
import { makeHandler as makeAwait } from "../../../../functions/approval/approval.ts";
import { dynamoApprovals } from "../../../../functions/shared/approvals-table.ts";
import { requestDocument } from "../../../../functions/shared/contracts.ts";
import { REQUEST, samplePlan, waitFor } from "../../shared/plan-sample.ts";
import { ALICE, BOB, type Call, call, ended, requestsApi } from "../fakes.ts";

const CAROL = "arn:aws:iam::111122223333:user/carol";
const ANALYST = "arn:aws:iam::111122223333:role/Analyst";

async function setUp(document: object = {}, { waited = true } = {}) {
  const api = requestsApi(undefined, [
    { principal: CAROL, accounts: ["666666666666"] },
    { principal: BOB, accounts: ["333333333333"] },
  ]);
  await ended(api.table, api.machine, document, REQUEST);
  const approvals = dynamoApprovals(api.approvals.client, "approvals");
  const awaitApproval = makeAwait({ approvals, stops: { get: async () => undefined }, retentionDays: 90, now: () => new Date() });
  if (waited) await awaitApproval(waitFor(1, "token", samplePlan()));
  const post = (caller: string, { key = "k1", body, path = `/requests/${REQUEST}/rollback` }: { key?: string; body?: unknown; path?: string } = {}) =>
    call(api.handler, { path, caller, headers: { "content-type": "application/json", "Idempotency-Key": key }, body } as Call);
  return { ...api, post };
}

describe("POST /requests/{id}/rollback", () => {
  it("starts a new request that takes back the first, in the accounts of its plan", async () => {
    const { post, machine } = await setUp({ accounts: ["acme-sandbox", "acme-test"], regions: ["eu-west-1"], budgetUsd: 2 });
    const { status, body, headers } = await post(ALICE, { body: { ticket: "CHG0012345" } });
    expect([status, headers.Location, headers["Idempotency-Key"]]).toEqual([202, `../${body.id}`, "k1"]);
    expect(body.id).not.toBe(REQUEST);
    expect(machine.started).toHaveLength(1);
    expect(requestDocument.parse(machine.started[0]?.input)).toEqual({
      requestId: body.id,
      text: `Undo of ${REQUEST}`,
      requester: ANALYST,
      accounts: ["666666666666"],
      regions: ["eu-west-1"],
      ticket: "CHG0012345",
      undoOf: REQUEST,
      receivedAt: "2026-11-22T10:00:01.000Z",
    });
  });

  it("keeps to what the first was asked for where it came to no plan", async () => {
    const { post, machine } = await setUp({ accounts: ["acme-sandbox"] }, { waited: false });
    await post(ALICE);
    expect(machine.started[0]?.input).toMatchObject({ accounts: ["acme-sandbox"] });
    const whole = await setUp({}, { waited: false });
    await whole.post(ALICE);
    expect(whole.machine.started[0]?.input).not.toHaveProperty("accounts");
  });

  it("is open to an approver of the plan's accounts, whose request it then is", async () => {
    const { post, machine } = await setUp();
    expect((await post(CAROL)).status).toBe(202);
    expect(machine.started[0]?.input).toMatchObject({ requester: CAROL, undoOf: REQUEST });
  });

  it.each([
    ["an approver of other accounts", BOB],
    ["an unknown principal", "arn:aws:iam::999999999999:user/stranger"],
  ])("is not there for %s", async (_, caller) => {
    const { post, machine } = await setUp();
    expect((await post(caller)).status).toBe(404);
    expect(machine.started).toEqual([]);
  });

  it("is not there for an approver before there is a plan, nor for an unknown request", async () => {
    const { post } = await setUp({}, { waited: false });
    expect((await post(CAROL)).status).toBe(404);
    expect((await post(ALICE, { path: `/requests/req-${"9".repeat(32)}/rollback` })).status).toBe(404);
    expect((await post(ALICE)).status).toBe(202);
  });

  it.each(["RUNNING", undefined])("waits until the first has ended: %s", async (status) => {
    const { post, machine } = await setUp();
    if (status) machine.status.set(REQUEST, status);
    else machine.status.delete(REQUEST);
    const refused = await post(ALICE);
    expect([refused.status, refused.body.error.code]).toEqual([409, "request_running"]);
    expect(machine.started).toEqual([]);
    machine.status.set(REQUEST, "FAILED");
    expect((await post(ALICE)).status).toBe(202);
  });

  it("is the same request when it is repeated, and another body's conflict", async () => {
    const { post, machine } = await setUp();
    const first = await post(ALICE);
    expect(await post(ALICE)).toEqual(first);
    expect(machine.started).toHaveLength(1);
    expect((await post(ALICE, { body: { ticket: "CHG1" } })).body.error.code).toBe("idempotency_conflict");
    const plain = await post(ALICE, { path: "/requests", body: { text: `Undo of ${REQUEST}` } });
    expect(plain.body.error.code).toBe("idempotency_conflict");
    expect((await post(ALICE, { key: "k2" })).body.id).not.toBe(first.body.id);
  });

  it.each([
    [{ ticket: "no ticket" }, "invalid_field", "ticket"],
    [{ text: "undo" }, "unknown_field", "text"],
    [{ accounts: ["333333333333"] }, "unknown_field", "accounts"],
  ])("takes nothing but a ticket: %j", async (body, code, field) => {
    const { post, machine } = await setUp();
    expect((await post(ALICE, { body })).body.error).toMatchObject({ code, field });
    expect(machine.started).toEqual([]);
  });
});

describe("POST /requests with a ticket", () => {
  it("hands it to the machine, as part of what makes two bodies the same", async () => {
    const { post, machine } = await setUp();
    const body = { text: "close the buckets", ticket: "OPS-17" };
    expect((await post(ALICE, { path: "/requests", body })).status).toBe(202);
    expect(machine.started[0]?.input).toMatchObject({ ticket: "OPS-17" });
    expect((await post(ALICE, { path: "/requests", body: { ...body, ticket: "OPS-18" } })).body.error.code).toBe("idempotency_conflict");
  });

  it.each(["17", "OPS 17", "x", "a".repeat(41), ""])("refuses what is no ticket: %j", async (ticket) => {
    const { post } = await setUp();
    expect((await post(ALICE, { path: "/requests", body: { text: "x", ticket } })).body.error).toMatchObject({ code: "invalid_field", field: "ticket" });
  });
});
