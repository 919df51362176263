import { describe, expect, it } from "vitest";
import { BedrockError } from "../../../../infra/local/model/errors.ts";
import { anthropicModelId, familyOf } from "../../../../infra/local/model/families.ts";
import { parseBody } from "../../../../infra/local/model/validate.ts";
import { body } from "./fixtures/server.ts";

const tools = [{ name: "read", description: "reads", input_schema: { type: "object", properties: {} } }];
const used = { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "read", input: {} }] };
const result = (id: string) => ({ role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "x" }] });
const user = { role: "user", content: "x" };
const parse = (changes: object) => parseBody(Buffer.from(JSON.stringify(body(changes))));

describe("a body that the API would take", () => {
  it.each([
    ["plain", {}],
    ["a forced tool", { tools, tool_choice: { type: "tool", name: "read" } }],
    ["a tool loop", { tools, messages: [user, used, result("toolu_1")] }],
    [
      "cached blocks",
      { system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }], tools: [{ ...tools[0], cache_control: { type: "ephemeral" } }] },
    ],
    ["thinking switched off", { tools, tool_choice: { type: "any" }, thinking: { type: "disabled" } }],
  ])("%s", (_, changes) => {
    expect(parse(changes).max_tokens).toBe(100);
  });
});

describe("a body that it would refuse", () => {
  it.each([
    ["no max_tokens", { max_tokens: undefined }, /^max_tokens: /],
    ["another version", { anthropic_version: "2023-06-01" }, /^anthropic_version: /],
    ["an unknown field", { model: "x" }, /^model: Extra inputs are not permitted/],
    ["no messages", { messages: [] }, /^messages: /],
    ["the assistant first", { messages: [{ role: "assistant", content: "x" }] }, /first message must use the "user" role/],
    ["an empty text", { messages: [{ role: "user", content: "" }] }, /non-empty/],
    ["a schema that is no object", { tools: [{ name: "read", input_schema: { type: "string" } }] }, /^tools\.0\.input_schema/],
    ["a bad tool name", { tools: [{ ...tools[0], name: "no spaces" }] }, /^tools\.0\.name/],
    ["two tools of a name", { tools: [...tools, ...tools] }, /unique/],
    ["a choice without tools", { tool_choice: { type: "any" } }, /^tool_choice/],
    ["a choice of a tool that isn't there", { tools, tool_choice: { type: "tool", name: "write" } }, /'write' not found/],
    ["a tool_use without its result", { tools, messages: [user, used, user] }, /without `tool_result`/],
    ["a tool_use at the end", { tools, messages: [user, used] }, /without `tool_result`/],
    ["a result of nothing", { tools, messages: [user, used, result("toolu_2")] }, /unexpected `tool_use_id`/],
    ["thinking with a forced tool", { tools, tool_choice: { type: "any" }, thinking: { type: "enabled", budget_tokens: 1024 } }, /Thinking may not be enabled/],
    [
      "five cache breakpoints",
      { system: Array.from({ length: 5 }, () => ({ type: "text", text: "s", cache_control: { type: "ephemeral" } })) },
      /maximum of 4/,
    ],
  ])("%s", (_, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
    try {
      parse(changes);
    } catch (error) {
      expect(error).toBeInstanceOf(BedrockError);
      expect(error).toMatchObject({ type: "ValidationException", status: 400 });
    }
  });

  it("no JSON", () => {
    expect(() => parseBody(Buffer.from("{"))).toThrow(/not JSON/);
  });
});

describe("model ids", () => {
  it.each([
    ["global.anthropic.claude-opus-5-5", "opus", "claude-opus-5-5"],
    ["anthropic.claude-haiku-4-5-20251001-v1:0", "haiku", "claude-haiku-4-5-20251001"],
    ["us.anthropic.claude-opus-4-6-v1", "opus", "claude-opus-4-6"],
    ["us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "sonnet", "claude-sonnet-4-5-20250929"],
    ["anthropic.claude-3-5-sonnet-20241022-v2:0", "sonnet", "claude-3-5-sonnet-20241022"],
    ["arn:aws:bedrock:eu-west-1:111111111111:inference-profile/eu.anthropic.claude-sonnet-5", "sonnet", "claude-sonnet-5"],
  ])("%s", (modelId, family, plain) => {
    expect([familyOf(modelId), anthropicModelId(modelId)]).toEqual([family, plain]);
  });

  it.each(["claude-opus-5-5", "amazon.nova-pro-v1:0", "anthropic.claude-fable-5", "global.anthropic.claude-opus-5-5; rm", ""])(
    "of no family: %s",
    (modelId) => {
      expect(familyOf(modelId)).toBeUndefined();
    },
  );
});
