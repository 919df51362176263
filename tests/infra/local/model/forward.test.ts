import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelAdmin } from "../../../../infra/local/model/client.ts";
import { forwardToAnthropic } from "../../../../infra/local/model/forward/anthropic.ts";
import { forwardToBedrock } from "../../../../infra/local/model/forward/bedrock.ts";
import { startModelServer } from "../../../../infra/local/model/server.ts";
import { body, clientOf, HAIKU, invoke } from "./fixtures/server.ts";

interface Seen {
  readonly path: string | undefined;
  readonly key: unknown;
  readonly beta: unknown;
  readonly body: unknown;
}

let upstream: Server;
let url = "";
const seen: Seen[] = [];
let answer: { status: number; body: unknown } = { status: 200, body: {} };

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({
        path: request.url,
        key: request.headers.authorization,
        beta: request.headers["anthropic-beta"],
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>((resolve) => upstream.close(() => resolve())));

const reply = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-haiku-4-5-20251001",
  content: [{ type: "text", text: "real" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 2, cache_creation_input_tokens: 0, cache_read_input_tokens: 3 },
};

describe("to Anthropic's API", () => {
  it("sends the body without Bedrock's fields under the API's model id, and returns the reply as it is", async () => {
    answer = { status: 200, body: reply };
    const server = await startModelServer({ port: 0, mode: "anthropic", env: { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: url } });
    try {
      expect(await invoke(clientOf(server.url), HAIKU, body({ anthropic_beta: ["one", "two"] }))).toEqual(reply);
      const { anthropic_version: _, ...sent } = body();
      expect(seen.at(-1)).toEqual({ path: "/v1/messages", key: "Bearer key", beta: "one,two", body: { ...sent, model: "claude-haiku-4-5-20251001" } });
      expect(await modelAdmin(server.url).calls()).toMatchObject([{ source: "forward", usage: { cache_read_input_tokens: 3 } }]);
    } finally {
      await server.close();
    }
  });

  it("lets a script answer in its place", async () => {
    const server = await startModelServer({ port: 0, mode: "anthropic", env: { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: url } });
    try {
      await modelAdmin(server.url).script([{ family: "haiku", reply: { text: "scripted" } }]);
      const before = seen.length;
      expect((await invoke(clientOf(server.url), HAIKU, body())).content).toEqual([{ type: "text", text: "scripted" }]);
      expect(seen).toHaveLength(before);
    } finally {
      await server.close();
    }
  });

  it.each([
    [400, "ValidationException"],
    [401, "AccessDeniedException"],
    [404, "ResourceNotFoundException"],
    [429, "ThrottlingException"],
    [500, "InternalServerException"],
    [529, "ServiceUnavailableException"],
  ])("HTTP %i becomes %s", async (status, type) => {
    answer = { status, body: { type: "error", error: { type: "x", message: "because" } } };
    const forward = forwardToAnthropic({ ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: url });
    await expect(forward(HAIKU, Buffer.from(JSON.stringify(body())))).rejects.toMatchObject({ type, message: expect.stringContaining("because") });
  });

  it("doesn't start without a key", async () => {
    await expect(startModelServer({ port: 0, mode: "anthropic", env: {} })).rejects.toThrow(/ANTHROPIC_API_KEY is not set/);
  });
});

describe("to Amazon Bedrock", () => {
  it("doesn't start without a region, nor towards this machine", async () => {
    await expect(forwardToBedrock({})).rejects.toThrow(/AWS_REGION is not set/);
    await expect(forwardToBedrock({ AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:4570" })).rejects.toThrow(/this machine/);
  });
});
