import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { priceOf, type ResolvedModel, resolveModel } from "../../../config/models.ts";
import { callModel, type ModelRequest } from "../../../functions/shared/model.ts";
import { message, named, says, scripted, TOKENS, use } from "./fake-model.ts";
import { SETTINGS } from "./samples.ts";

const opus = resolveModel(SETTINGS.models, "opus", "us-east-1");
const haiku = resolveModel(SETTINGS.models, "haiku", "us-east-1");
const TOOL = { name: "answer", input_schema: { type: "object" as const } };
const asking = (changes: Partial<ModelRequest> = {}): ModelRequest => ({
  model: opus,
  system: "Be brief.",
  tools: [{ ...TOOL, name: "ask" }, TOOL],
  messages: [{ role: "user", content: "hello" }],
  maxTokens: 1000,
  budgetUsd: 1,
  maxReplyBytes: 10_000,
  by: "orchestrator",
  ...changes,
});

describe("the body", () => {
  const bodyOf = async (changes: Partial<ModelRequest>) => {
    const { invoke, asked } = scripted(says("x"));
    await callModel(asking(changes), invoke);
    return asked[0]?.body;
  };

  it("caches system and tools and forces a tool only where the model takes that", async () => {
    expect(await bodyOf({})).toMatchObject({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 1000,
      tool_choice: { type: "auto" },
      system: [{ text: "Be brief.", cache_control: { type: "ephemeral" } }],
    });
    expect((await bodyOf({}))?.tools.map(({ cache_control }) => cache_control)).toEqual([undefined, { type: "ephemeral" }]);
    expect(await bodyOf({})).not.toHaveProperty("thinking");
    expect(await bodyOf({ model: haiku })).toMatchObject({ tool_choice: { type: "any" }, thinking: { type: "disabled" } });
  });

  it("has no empty system text, which the API refuses", async () => {
    expect(await bodyOf({ system: "" })).not.toHaveProperty("system");
  });
});

describe("the budget", () => {
  const worst = async (request: ModelRequest): Promise<number> => {
    const { invoke, asked } = scripted(says("x"));
    await callModel({ ...request, budgetUsd: 1000 }, invoke);
    return priceOf(request.model.price, { input: 0, cacheRead: 0, cacheWrite: Buffer.byteLength(JSON.stringify(asked[0]?.body)), output: request.maxTokens });
  };

  it("is not touched by a call that could exceed it; a call that just fits is made", async () => {
    const bound = await worst(asking());
    const none = scripted();
    expect(await callModel(asking({ budgetUsd: bound - 1e-9 }), none.invoke)).toMatchObject({ outcome: "failed", code: "budget_exhausted", usage: null });
    expect(none.asked).toEqual([]);
    expect((await callModel(asking({ budgetUsd: bound }), scripted(says("x")).invoke)).outcome).toBe("reply");
  });

  it("is bounded by UTF-8 bytes: no count of tokens up to the body's bytes and the reply's limit costs more", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    const split = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([a, b, c]) => ({ a, b, c, sum: a + b + c || 1 }));
    await fc.assert(
      fc.asyncProperty(
        text,
        split,
        fc.constantFrom<ResolvedModel>(opus, haiku),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (content, { a, b, c, sum }, model, part) => {
          const request = asking({ model, messages: [{ role: "user", content: `x${content}` }] });
          const { invoke, asked } = scripted(says("x"));
          await callModel({ ...request, budgetUsd: 1000 }, invoke);
          const bytes = Buffer.byteLength(JSON.stringify(asked[0]?.body));
          const tokens = {
            input: Math.floor((bytes * a) / sum),
            cacheRead: Math.floor((bytes * b) / sum),
            cacheWrite: Math.floor((bytes * c) / sum),
            output: Math.floor(request.maxTokens * part),
          };
          expect(priceOf(model.price, tokens)).toBeLessThanOrEqual((await worst(request)) + 1e-12);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("pays for a reply that nobody could count with the most it can have cost", async () => {
    const bound = await worst(asking());
    for (const reply of ["<html>", "[]", "null", JSON.stringify({ content: "text" }), JSON.stringify({ content: [null], usage: {} })]) {
      expect(await callModel(asking(), scripted(reply).invoke)).toMatchObject({
        outcome: "failed",
        code: "model_output_invalid",
        usage: { usd: bound, calls: 1, estimated: true },
      });
    }
    expect(await callModel(asking({ maxReplyBytes: 100 }), scripted("x".repeat(101)).invoke)).toMatchObject({
      code: "model_reply_too_large",
      usage: { usd: bound, estimated: true },
    });
  });
});

describe("the reply", () => {
  it.each([
    ["content that is no list", "text"],
    ["a block that is none", [null]],
    ["a tool call without a name", [{ type: "tool_use", id: "a", input: {} }]],
    ["a tool call whose name is a number", [{ type: "tool_use", id: "a", name: 5, input: {} }]],
    ["a tool call without an id", [{ type: "tool_use", name: "ask", input: {} }]],
  ])("with %s is no message, and is paid for as counted", async (_, content) => {
    expect(await callModel(asking(), scripted(message(content)).invoke)).toMatchObject({
      outcome: "failed",
      code: "model_output_invalid",
      usage: { inputTokens: TOKENS.input_tokens, estimated: false },
    });
  });

  it("is counted by kind of token, at the model's prices", async () => {
    const counted = message([use("ask", {})], { usage: { input_tokens: 10, output_tokens: 20, cache_read_input_tokens: 30, cache_creation_input_tokens: 40 } });
    expect(await callModel(asking(), scripted(counted).invoke)).toMatchObject({
      outcome: "reply",
      usage: {
        by: "orchestrator",
        model: opus.modelId,
        inputTokens: 10,
        outputTokens: 20,
        cacheReadTokens: 30,
        cacheWriteTokens: 40,
        usd: priceOf(opus.price, { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 }),
        calls: 1,
        estimated: false,
      },
    });
  });

  it.each([
    undefined,
    {},
    { input_tokens: 5 },
    { ...TOKENS, input_tokens: -5 },
    { ...TOKENS, output_tokens: "many" },
    { ...TOKENS, cache_read_input_tokens: 1.5 },
    { ...TOKENS, output_tokens: 1e300 },
  ])("with impossible counts is charged the most it can have cost: %j", async (usage) => {
    const reply = await callModel(asking(), scripted(says("x", { usage })).invoke);
    expect(reply).toMatchObject({ outcome: "reply", usage: { inputTokens: 0, outputTokens: 0, calls: 1, estimated: true } });
    expect(reply.usage?.usd).toBeGreaterThan(priceOf(opus.price, { input: 0, output: 1000, cacheRead: 0, cacheWrite: 0 }));
  });

  it("may leave the cache's counts out", async () => {
    const reply = await callModel(asking(), scripted(says("x", { usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: null } })).invoke);
    expect(reply.usage).toMatchObject({ inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, estimated: false });
  });

  it("may have exactly the bytes allowed", async () => {
    const bytes = Buffer.byteLength(JSON.stringify(says("x")));
    expect((await callModel(asking({ maxReplyBytes: bytes }), scripted(says("x")).invoke)).outcome).toBe("reply");
    expect((await callModel(asking({ maxReplyBytes: bytes - 1 }), scripted(says("x")).invoke)).outcome).toBe("failed");
  });
});

describe("before and instead of a reply", () => {
  it("a prompt that may not fit the context is not sent", async () => {
    const small = { ...opus, contextTokens: 1100 };
    expect(await callModel(asking({ model: small }), scripted().invoke)).toMatchObject({ outcome: "failed", code: "input_too_large" });
  });

  it("a refused model is a failure that says who must do what", async () => {
    expect(await callModel(asking(), scripted(named("AccessDeniedException")).invoke)).toMatchObject({
      outcome: "failed",
      code: "model_access_denied",
      message: expect.stringContaining("administrator must enable"),
    });
  });

  it.each(["ServiceUnavailableException", "InternalServerException", "ModelTimeoutException", "TimeoutError"])(
    "%s is an outcome, and charged the most it can have cost",
    async (name) => {
      expect(await callModel(asking(), scripted(named(name)).invoke)).toMatchObject({
        outcome: "failed",
        code: "model_unavailable",
        message: expect.stringContaining(name),
        usage: { usd: expect.any(Number), calls: 1, estimated: true },
      });
    },
  );

  it.each(["ThrottlingException", "ValidationException"])("%s is an outcome that cost nothing", async (name) => {
    expect(await callModel(asking(), scripted(named(name)).invoke)).toMatchObject({ outcome: "failed", code: "model_unavailable", usage: null });
  });
});
