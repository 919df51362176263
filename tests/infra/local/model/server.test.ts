import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeModelCommand, ThrottlingException, ValidationException } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { modelAdmin } from "../../../../infra/local/model/client.ts";
import { type ModelServer, startModelServer } from "../../../../infra/local/model/server.ts";
import { plannerBody } from "./fixtures/planner.ts";
import { body, clientOf, HAIKU, invoke, invokeText, OPUS, SONNET } from "./fixtures/server.ts";

const folder = mkdtempSync(join(tmpdir(), "model-server-"));
const logFile = join(folder, "models.jsonl");
let server: ModelServer;
let admin: ReturnType<typeof modelAdmin>;

beforeAll(async () => {
  server = await startModelServer({ port: 0, mode: "offline", logFile });
  admin = modelAdmin(server.url);
});
beforeEach(async () => {
  await admin.clearScript();
  await admin.clearCalls();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe.each(["http2", "http1"] as const)("InvokeModel over %s", (protocol) => {
  it("answers with a whole message, its usage and Bedrock's headers", async () => {
    const client = clientOf(server.url, protocol);
    const headers: Record<string, string> = {};
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        Object.assign(headers, (result.response as { headers: Record<string, string> }).headers);
        return result;
      },
      { step: "deserialize", priority: "low" },
    );
    const reply = await invoke(client, OPUS, body());
    expect(reply).toMatchObject({
      type: "message",
      role: "assistant",
      model: OPUS,
      stop_reason: "end_turn",
      stop_sequence: null,
      content: [{ type: "text", text: expect.stringMatching(/^\[offline model\]/) }],
    });
    expect(reply.id).toMatch(/^msg_/);
    expect(Object.keys(reply.usage).sort()).toEqual(["cache_creation_input_tokens", "cache_read_input_tokens", "input_tokens", "output_tokens"]);
    expect(headers["x-amzn-bedrock-input-token-count"]).toBe(String(reply.usage.input_tokens));
    expect(reply.usage.input_tokens).toBe(Math.ceil(JSON.stringify(body()).length / 4));
  });

  it("plans through the product's own tools", async () => {
    const reply = await invoke(clientOf(server.url, protocol), OPUS, plannerBody({ text: "which buckets are public?" }));
    expect(reply.stop_reason).toBe("tool_use");
    expect(reply.content).toEqual([
      {
        type: "tool_use",
        id: expect.stringMatching(/^toolu_/),
        name: "discover",
        input: expect.objectContaining({ tasks: [expect.objectContaining({ service: "s3" })] }),
      },
    ]);
  });

  it("carries errors as the SDK's own types", async () => {
    const client = clientOf(server.url, protocol);
    await expect(invoke(client, "amazon.nova-pro-v1:0", body())).rejects.toThrow(ValidationException);
    await admin.script([{ family: "opus", reply: { status: 429, errorType: "ThrottlingException", message: "Too many requests" } }]);
    await expect(invoke(client, OPUS, body())).rejects.toThrow(ThrottlingException);
    expect((await invoke(client, OPUS, body())).stop_reason).toBe("end_turn");
  });
});

it("serves both protocols at once, many requests on one HTTP/2 session", async () => {
  const [two, one] = [clientOf(server.url, "http2"), clientOf(server.url, "http1")];
  const replies = await Promise.all([two, one, two, two, one].map((client) => invoke(client, HAIKU, body())));
  expect(new Set(replies.map(({ id }) => id)).size).toBe(5);
});

describe("a beginning that comes in pieces", () => {
  async function firstBytes(pieces: (string | Buffer)[]): Promise<Buffer> {
    const socket = createConnection({ port: Number(new URL(server.url).port), host: "127.0.0.1", noDelay: true });
    const first = new Promise<Buffer>((resolve, reject) =>
      socket
        .once("data", resolve)
        .once("error", reject)
        .once("close", () => reject(new Error("closed without an answer"))),
    );
    for (const piece of pieces) {
      await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
      // The server runs in this process: after its turns of the event loop it has read the piece alone.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    const bytes = await first;
    socket.destroy();
    return bytes;
  }

  it("is HTTP/2's preface", async () => {
    // Answered with a SETTINGS frame: type 4 in the frame header.
    expect((await firstBytes(["P", "RI * HTTP/2.0\r\n", "\r\nSM\r\n\r\n", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]))[3]).toBe(4);
  });

  it("is a POST of HTTP/1.1", async () => {
    expect((await firstBytes(["P", "OST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"])).toString()).toMatch(/^HTTP\/1\.1 404/);
  });
});

it("accepts an inference profile's ARN", async () => {
  const arn = `arn:aws:bedrock:us-east-1:111111111111:inference-profile/${SONNET}`;
  await invoke(clientOf(server.url), arn, body());
  expect(await admin.calls()).toMatchObject([{ family: "sonnet", modelId: arn }]);
});

it("has no other operation", async () => {
  const response = await fetch(`${server.url}/model/${OPUS}/converse`, { method: "POST", body: "{}" });
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([404, "UnknownOperationException"]);
  expect((await fetch(`${server.url}/_model/nothing`)).status).toBe(404);
});

describe("scripts", () => {
  it("are matched by family and turn, in order, and used up", async () => {
    const client = clientOf(server.url);
    await admin.script([
      { family: "haiku", turn: 2, reply: { text: "second" } },
      { family: "haiku", turn: 1, reply: { text: "first" }, times: 2 },
      { family: "opus", reply: { text: "opus" } },
    ]);
    const said = async (modelId: string, turns: number) => {
      const messages = Array.from({ length: turns * 2 - 1 }, (_, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content: "x" }));
      return (await invoke(client, modelId, body({ messages }))).content[0]?.text;
    };
    expect([await said(HAIKU, 1), await said(HAIKU, 2), await said(HAIKU, 1), await said(OPUS, 3)]).toEqual(["first", "second", "first", "opus"]);
    expect(await said(HAIKU, 1)).toContain("[offline model]");
    expect((await admin.scripts()).map(({ used }) => used)).toEqual([1, 2, 1]);
  });

  it("are matched by the planner's round and by text", async () => {
    const client = clientOf(server.url);
    await admin.script([
      { family: "opus", round: 2, reply: { tool: { name: "ask", input: { missing: ["x"] } } } },
      { family: "opus", match: "volumes", reply: { text: "about volumes" } },
    ]);
    expect((await invoke(client, OPUS, plannerBody({ text: "which buckets are public?" }))).content[0]?.name).toBe("discover");
    expect((await invoke(client, OPUS, plannerBody({ text: "which volumes?" }))).content[0]?.text).toBe("about volumes");
    expect((await invoke(client, OPUS, plannerBody({ text: "which buckets are public?", round: 2 }))).content[0]).toMatchObject({
      type: "tool_use",
      name: "ask",
      input: { missing: ["x"] },
    });
  });

  it("misbehave as told: prose, an unknown tool, invalid JSON, a giant, a broken message", async () => {
    const client = clientOf(server.url);
    await admin.script([
      { family: "opus", reply: { raw: "{not json" } },
      { family: "opus", reply: { giant: 300_000 } },
      { family: "opus", reply: { message: { type: "nonsense" } } },
      {
        family: "opus",
        reply: {
          content: [
            { type: "text", text: "a" },
            { type: "tool_use", name: "launch_missiles", input: 7 },
          ],
        },
      },
    ]);
    expect(await invokeText(client, OPUS, body())).toBe("{not json");
    expect((await invokeText(client, OPUS, body())).length).toBeGreaterThan(300_000);
    expect(JSON.parse(await invokeText(client, OPUS, body()))).toEqual({ type: "nonsense" });
    expect((await invoke(client, OPUS, body())).content).toMatchObject([{ type: "text" }, { type: "tool_use", name: "launch_missiles", input: 7 }]);
  });

  it.each(["http1", "http2"] as const)("hang and then cut the connection (%s)", async (protocol) => {
    await admin.script([{ family: "opus", reply: { hang: 30 } }]);
    const started = performance.now();
    await expect(invoke(clientOf(server.url, protocol), OPUS, body())).rejects.toThrow();
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    expect(await admin.calls()).toMatchObject([{ status: "cut", source: "script" }]);
  });

  it("that are wrong are not loaded, and the place is named", async () => {
    await expect(admin.script([{ family: "opus", reply: { text: "x" }, tunr: 1 } as never])).rejects.toThrow(/0: .*tunr/);
    await expect(admin.script([{ family: "gpt", reply: { text: "x" } } as never])).rejects.toThrow(/0\.family/);
    expect(await admin.scripts()).toEqual([]);
  });
});

describe("the calls", () => {
  it("say what was asked and who answered", async () => {
    await admin.script([{ family: "haiku", reply: { text: "scripted" } }]);
    const client = clientOf(server.url);
    await invoke(client, OPUS, plannerBody({ text: "which buckets are public?" }));
    await invoke(client, HAIKU, body());
    await invoke(client, OPUS, body({ max_tokens: 0 })).catch(() => undefined);
    const [planned, scripted, refused] = await admin.calls();
    expect(planned).toMatchObject({
      family: "opus",
      modelId: OPUS,
      source: "rule",
      status: 200,
      systemBytes: 9,
      tools: ["discover", "ask", "propose", "decline"],
      toolChoice: { type: "any" },
      messages: [{ role: "user", text: expect.stringContaining("which buckets are public?") }],
      reply: expect.stringContaining("ListBuckets"),
    });
    expect(planned?.usage?.input_tokens).toBeGreaterThan(100);
    expect(scripted).toMatchObject({ family: "haiku", source: "script", reply: expect.stringContaining("scripted") });
    expect(refused).toMatchObject({ source: "refused", status: 400, usage: null, reply: expect.stringContaining("max_tokens") });
  });

  it("are filtered by time, kept in the log file, and bounded in text", async () => {
    const client = clientOf(server.url);
    await invoke(client, SONNET, body({ messages: [{ role: "user", content: "y".repeat(100_000) }] }));
    const [call] = await admin.calls();
    expect(call?.messages[0]?.text.length).toBeLessThan(70_000);
    expect(call?.messages[0]?.text).toContain("more characters");
    expect(await admin.calls(new Date(Date.now() + 60_000))).toEqual([]);
    expect(await admin.calls(call?.time ?? "")).toHaveLength(1);
    await expect(admin.calls("yesterday")).rejects.toThrow(/not a time/);
    expect(JSON.parse(readFileSync(logFile, "utf8").trimEnd().split("\n").at(-1) ?? "")).toEqual(call);
  });
});

it("tells its health and mode, and is gone after close", async () => {
  expect(await admin.health()).toEqual({ status: "ok", mode: "offline" });
  const other = await startModelServer({ port: 0, mode: "offline" });
  const client = clientOf(other.url, "http2");
  await client.send(new InvokeModelCommand({ modelId: OPUS, body: JSON.stringify(body()) }));
  await other.close();
  await expect(modelAdmin(other.url).health()).rejects.toThrow(/does not answer/);
});
