import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { ApiRefusal, ask } from "../../../infra/local/ask.ts";
import { callApi } from "../../../infra/local/signed.ts";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

/** An API of the test's own; gives its URL and what it was sent. */
async function api(answer: (seen: Seen, nth: number) => [status: number, body: unknown]): Promise<{ apiUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    const [status, document] = answer(seen.at(-1)!, seen.length);
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(document));
  };
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen };
}

const view = (state: string) => ({ id: "req-1", state, costUsd: 0, durationMs: null, usage: [], report: null });

it("posts the question signed, follows the events without repeating one, and ends with the final state", async () => {
  let reads = 0;
  const events = [
    { type: "session_info", payload: {} },
    { type: "execution_complete", payload: {} },
  ];
  const { apiUrl, seen } = await api(({ method, url }) => {
    if (method === "POST") return [202, { id: "req-1", state: "running", links: {} }];
    if (url.includes("/events"))
      return [200, { events: events.slice(Number(new URL(url, "http://x").searchParams.get("after")), reads + 1), cursor: 0, complete: reads > 0 }];
    reads += 1;
    return [200, view(reads === 1 ? "running" : "answered")];
  });
  const told: string[] = [];
  const result = await ask({ apiUrl, text: "which?", accounts: ["acme-sandbox"], idempotencyKey: "key-1", onEvent: ({ type }) => told.push(type) });
  expect(result.state).toBe("answered");
  expect(told).toEqual(["session_info", "execution_complete"]);
  expect(seen[0]).toMatchObject({ method: "POST", url: "/v1/requests", headers: { "idempotency-key": "key-1", "content-type": "application/json" } });
  expect(JSON.parse(seen[0]!.body)).toEqual({ text: "which?", accounts: ["acme-sandbox"] });
  for (const { headers } of seen)
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-east-1\/execute-api\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
    );
});

it("gives every ask a key of its own unless told", async () => {
  const { apiUrl, seen } = await api(({ method }) => (method === "POST" ? [202, { id: "req-1" }] : [200, view("answered")]));
  await ask({ apiUrl, text: "one" });
  await ask({ apiUrl, text: "one" });
  const keys = seen.filter(({ method }) => method === "POST").map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(2);
});

it("hands on what the API refused, whole", async () => {
  const { apiUrl } = await api(() => [400, { error: { code: "text_empty", message: "There is no text." } }]);
  const refusal = await ask({ apiUrl, text: "" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ApiRefusal);
  expect((refusal as ApiRefusal).answer).toMatchObject({ status: 400, body: { error: { code: "text_empty" } } });
});

it("signs with a session's token when there is one", async () => {
  const { apiUrl, seen } = await api(() => [200, {}]);
  await callApi({ apiUrl, credentials: { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "token" } }, { method: "GET", path: "/requests?limit=1" });
  expect(seen[0]).toMatchObject({ url: "/v1/requests?limit=1", headers: { "x-amz-security-token": "token" } });
});
