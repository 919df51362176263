import { describe, expect, it } from "vitest";
import { requestDocument } from "../../../../functions/shared/contracts.ts";
import { ALICE, BOB, type Call, call, requestsApi } from "../fakes.ts";

const post = (key: string | undefined, body: unknown, more: Call = {}): Call => ({
  headers: { "content-type": "application/json", ...(key ? { "Idempotency-Key": key } : {}) },
  body,
  ...more,
});
const body = { text: "which buckets are public?", regions: ["eu-west-1"], budgetUsd: 1 };

describe("POST /requests", () => {
  it("stores the request and starts one execution of its name with the document", async () => {
    const { handler, machine, table } = requestsApi();
    const answer = await call(handler, post("k1", body));
    expect(answer).toMatchObject({
      status: 202,
      body: { state: "running", links: { self: `/requests/${answer.body.id}`, events: `/requests/${answer.body.id}/events` } },
    });
    expect(answer.body.id).toMatch(/^req-[0-9a-f]{32}$/);
    expect(answer.headers).toMatchObject({ Location: `requests/${answer.body.id}`, "Idempotency-Key": "k1" });
    const [started] = machine.started;
    expect(started?.name).toBe(answer.body.id);
    expect(requestDocument.parse(started?.input)).toEqual({
      requestId: answer.body.id,
      requester: "arn:aws:iam::111122223333:role/Analyst",
      receivedAt: "2026-11-22T10:00:01.000Z",
      ...body,
    });
    const [item] = [...table.items.values()];
    expect(JSON.parse(String(item?.input))).toEqual(started?.input);
  });

  it("a repeated POST is the same request, also from another session of the role and with fields in another order", async () => {
    const { handler, machine, table } = requestsApi();
    const first = await call(handler, post("k1", body));
    const again = await call(
      handler,
      post("k1", { budgetUsd: 1, regions: ["eu-west-1"], text: body.text }, { caller: ALICE.replace("alice", "other-session") }),
    );
    expect(again).toEqual(first);
    expect(machine.started).toHaveLength(1);
    expect(table.items.size).toBe(1);
  });

  it("the same key with another body is a conflict, and changes nothing", async () => {
    const { handler, machine, table } = requestsApi();
    const first = await call(handler, post("k1", body));
    const before = structuredClone(table.items);
    const other = await call(handler, post("k1", { ...body, budgetUsd: 2 }));
    expect(other).toMatchObject({
      status: 409,
      body: { error: { code: "idempotency_conflict", field: "Idempotency-Key", message: expect.stringContaining(first.body.id) } },
    });
    expect(table.items).toEqual(before);
    expect(machine.started).toHaveLength(1);
  });

  it("bodies that differ only in a secret are different bodies", async () => {
    const { handler } = requestsApi();
    const secret = (tail: string) => `https://deploy:${tail}@git.example.com/ is it public?`;
    expect((await call(handler, post("k1", { text: secret("s3cr3tValueA") }))).status).toBe(202);
    expect((await call(handler, post("k1", { text: secret("s3cr3tValueB") }))).status).toBe(409);
  });

  it("a key whose record expired before its execution's name is a conflict, also when repeated", async () => {
    const { handler, machine, table } = requestsApi();
    const first = await call(handler, post("k1", body));
    table.items.clear();
    for (const _ of [1, 2])
      expect(await call(handler, post("k1", body))).toMatchObject({
        status: 409,
        body: { error: { code: "idempotency_conflict", message: expect.stringMatching(/has expired.*new key/) } },
      });
    expect(machine.started).toMatchObject([{ name: first.body.id }]);
    expect((await call(handler, post("k2", body))).status).toBe(202);
  });

  it("a record outlives the journal's 90 days by two", async () => {
    const { handler, table } = requestsApi();
    await call(handler, post("k1", body));
    expect([...table.items.values()][0]?.expiresAt).toBe(Date.parse("2026-11-22T10:00:01Z") / 1000 + 92 * 86_400);
  });

  it("another caller's same key is another request", async () => {
    const { handler, machine } = requestsApi();
    const alice = await call(handler, post("k1", body));
    const bob = await call(handler, post("k1", { ...body, budgetUsd: 2 }, { caller: BOB }));
    expect(bob.status).toBe(202);
    expect(bob.body.id).not.toBe(alice.body.id);
    expect(machine.started).toHaveLength(2);
  });

  it("without a key every POST is its own request", async () => {
    const { handler, machine } = requestsApi();
    const answers = [await call(handler, post(undefined, body)), await call(handler, post(undefined, body))];
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(2);
    expect(machine.started).toHaveLength(2);
  });

  it("a crash between store and start is healed by the retry, with the stored input", async () => {
    const { handler, machine, logged } = requestsApi();
    machine.failNext = new Error("no network");
    const failed = await call(handler, post(undefined, body));
    expect(failed).toMatchObject({ status: 503, body: { error: { code: "start_failed", requestId: "api-1" } }, headers: { "Retry-After": "5" } });
    expect(JSON.stringify(logged)).toContain("no network");
    expect(JSON.stringify(failed.body)).not.toContain("no network");
    expect(machine.started).toEqual([]);
    const key = String(failed.headers["Idempotency-Key"]);
    const healed = await call(handler, post(key, body));
    expect(healed.status).toBe(202);
    expect(failed.body.error.message).toContain(healed.body.id);
    expect(machine.started).toMatchObject([{ name: healed.body.id, input: { receivedAt: "2026-11-22T10:00:01.000Z" } }]);
  });

  it("no secret is stored or sent", async () => {
    const { handler, machine, table } = requestsApi();
    await call(handler, post("k1", { text: "why does https://deploy:s3cr3tValue@git.example.com/ fail?" }));
    const kept = JSON.stringify([[...table.items.values()], machine.started]);
    expect(kept).not.toContain("s3cr3tValue");
    expect(kept).toContain("why does");
    expect([...table.items.values()][0]?.redactions).toBe(1);
  });

  it("a store that fails is told as an error without its details", async () => {
    const { handler, table, logged } = requestsApi();
    Object.assign(table.client, {
      send: async () => Promise.reject(Object.assign(new Error("arn:aws:dynamodb:secret-table"), { name: "ThrottlingException" })),
    });
    const answer = await call(handler, post("k1", body));
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "unavailable", requestId: "api-1" } } });
    expect(answer.text).not.toContain("secret-table");
    expect(JSON.stringify(logged)).toContain("secret-table");
  });
});

describe("GET /catalog and /ping", () => {
  it("serve what can be read and changed, and that the API lives", async () => {
    const catalog = { services: [{ service: "s3" }], changes: [{ operation: "CreateBucket" }] };
    const { handler } = requestsApi(catalog);
    expect(await call(handler, { method: "GET", path: "/catalog" })).toMatchObject({ status: 200, body: catalog });
    expect(await call(handler, { method: "GET", path: "/ping" })).toMatchObject({ status: 200, body: { status: "Healthy", version: "1.2.3" } });
  });
});
