import { describe, expect, it } from "vitest";
import { type Call, call, requestsApi } from "../fakes.ts";

const text = "which buckets are public?";
const good = { text };
const jsonType = { "content-type": "application/json" };

type Case = [name: string, call: Call, status: number, error: Record<string, unknown>];
const cases: Case[] = [
  ["no body", {}, 400, { code: "malformed_json", field: "body" }],
  ["broken JSON", { body: '{"text": ' }, 400, { code: "malformed_json", field: "body" }],
  ["an array", { body: [] }, 400, { code: "invalid_field", field: "body" }],
  ["a string", { body: '"text"' }, 400, { code: "invalid_field", field: "body" }],
  ["null", { body: "null" }, 400, { code: "invalid_field", field: "body" }],
  ["no text", { body: {} }, 400, { code: "invalid_field", field: "text" }],
  ["text of a wrong type", { body: { text: 7 } }, 400, { code: "invalid_field", field: "text" }],
  ["empty text", { body: { text: "" } }, 400, { code: "text_empty", field: "text" }],
  ["blank text", { body: { text: " \n\t " } }, 400, { code: "text_empty", field: "text" }],
  ["20,000 characters", { body: { text: "a".repeat(20_000) } }, 400, { code: "text_too_long", field: "text", message: expect.stringMatching(/20000.*8000/) }],
  ["half a character", { body: '{"text": "a\\ud800"}' }, 400, { code: "invalid_field", field: "text" }],
  ["accounts of a wrong type", { body: { text, accounts: "111122223333" } }, 400, { code: "invalid_field", field: "accounts" }],
  ["no accounts", { body: { text, accounts: [] } }, 400, { code: "invalid_field", field: "accounts" }],
  ["an account as a number", { body: { text, accounts: ["111122223333", 111122223333] } }, 400, { code: "invalid_field", field: "accounts.1" }],
  ["an account of 11 digits", { body: { text, accounts: ["11112222333"] } }, 400, { code: "invalid_field", field: "accounts.0" }],
  ["an account that is no name", { body: { text, accounts: ["Acme Sandbox"] } }, 400, { code: "invalid_field", field: "accounts.0" }],
  ["regions of a wrong type", { body: { text, regions: { a: 1 } } }, 400, { code: "invalid_field", field: "regions" }],
  [
    "an unknown region",
    { body: { text, regions: ["eu-west-1", "eu-wset-2"] } },
    400,
    { code: "unknown_region", field: "regions.1", suggestions: expect.arrayContaining(["eu-west-2"]) },
  ],
  ["an empty region", { body: { text, regions: [""] } }, 400, { code: "unknown_region", field: "regions.0" }],
  ["a budget of a wrong type", { body: { text, budgetUsd: "2" } }, 400, { code: "invalid_field", field: "budgetUsd" }],
  ["a budget over the limit", { body: { text, budgetUsd: 25.01 } }, 400, { code: "budget_out_of_range", field: "budgetUsd" }],
  ["a budget of nothing", { body: { text, budgetUsd: 0 } }, 400, { code: "budget_out_of_range", field: "budgetUsd" }],
  ["an infinite budget", { body: `{"text": "a", "budgetUsd": 1e999}` }, 400, { code: "invalid_field", field: "budgetUsd" }],
  ["an unknown field", { body: { text, account: "111122223333" } }, 400, { code: "unknown_field", field: "account" }],
  ["a prototype field", { body: `{"text": "a", "__proto__": {}}` }, 400, { code: "unknown_field", field: "__proto__" }],
  ["no content type", { headers: {}, body: good }, 415, { code: "unsupported_media_type", field: "Content-Type" }],
  ["a form", { headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: good }, 415, { code: "unsupported_media_type" }],
  ["almost JSON", { headers: { "Content-Type": "application/jsonx" }, body: good }, 415, { code: "unsupported_media_type" }],
  ["64 KB and a byte", { body: "x".repeat(64 * 1024 + 1) }, 413, { code: "body_too_large", field: "body" }],
  ["64 KB and a byte of UTF-8", { body: "ä".repeat(32 * 1024 + 1) }, 413, { code: "body_too_large", field: "body" }],
  ["an empty key", { headers: { ...jsonType, "Idempotency-Key": "" }, body: good }, 400, { code: "invalid_field", field: "Idempotency-Key" }],
  ["a long key", { headers: { ...jsonType, "Idempotency-Key": "k".repeat(256) }, body: good }, 400, { code: "invalid_field", field: "Idempotency-Key" }],
  [
    "a key with a control character",
    { headers: { ...jsonType, "Idempotency-Key": "a\tb" }, body: good },
    400,
    { code: "invalid_field", field: "Idempotency-Key" },
  ],
  ["no caller", { caller: null, body: good }, 403, { code: "caller_unknown" }],
  ["an unknown path", { path: "/request", body: good }, 404, { code: "not_found" }],
  ["another method", { method: "DELETE", path: "/requests" }, 405, { code: "method_not_allowed" }],
  ["another method of the catalog", { method: "POST", path: "/catalog", body: good }, 405, { code: "method_not_allowed" }],
];

describe("what POST /requests refuses", () => {
  it.each(cases)("%s", async (_, request, status, error) => {
    const { handler, table, machine } = requestsApi();
    const answer = await call(handler, request);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: expect.objectContaining(error) });
    expect(Object.keys(answer.body.error).filter((key) => !["code", "message", "field", "suggestions"].includes(key))).toEqual([]);
    expect(answer.body.error.message.length).toBeGreaterThan(10);
    expect(table.calls).toEqual([]);
    expect(machine.started).toEqual([]);
  });

  it.each<[string, Call]>([
    ["only text", { body: good }],
    ["the longest text", { body: { text: "a".repeat(8000) } }],
    ["everything", { body: { text, accounts: ["111122223333", "acme-sandbox"], regions: ["eu-west-1", "us-east-1"], budgetUsd: 25 } }],
    ["an account nobody registered, which the machine answers", { body: { text, accounts: ["999999999999"] } }],
    ["a content type with a charset, in capitals", { headers: { "CONTENT-TYPE": "Application/JSON; charset=utf-8" }, body: good }],
    ["the longest key", { headers: { ...jsonType, "IDEMPOTENCY-KEY": "k".repeat(255) }, body: good }],
    ["a path with a slash at its end", { path: "/requests/", body: good }],
  ])("and takes %s", async (_, request) => {
    const { handler, machine } = requestsApi();
    expect((await call(handler, request)).status).toBe(202);
    expect(machine.started).toHaveLength(1);
  });

  it("tells a path that was routed to the wrong function as the server's fault", async () => {
    const { handler, logged } = requestsApi();
    expect(await call(handler, { method: "GET" })).toMatchObject({ status: 500, body: { error: { code: "internal", requestId: "api-1" } } });
    expect(JSON.stringify(logged)).toContain("belongs to another API function");
  });

  it("names the methods a path has", async () => {
    const { handler } = requestsApi();
    expect((await call(handler, { method: "DELETE" })).headers.Allow).toBe("GET, POST");
  });
});
