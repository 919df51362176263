import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../../config/catalog/index.ts";
import { readTools } from "../../../../config/catalog/read-tools.ts";
import { type MessagesBody, messagesBody, type ReplyBlock } from "../../../../infra/local/model/messages.ts";
import { answerOffline } from "../../../../infra/local/model/rules/index.ts";
import { NOW, table } from "./fixtures/tables.ts";

const FINISH = { name: "finish", description: "Ends.", input_schema: { type: "object", properties: { summary: { type: "string" } } } };
const asked = (objective: string) => ({ role: "user", content: `<objective>\n${JSON.stringify({ objective, targets: [] })}\n</objective>` });

function workerBody(messages: object[], service: "ec2" | "s3" = "ec2"): MessagesBody {
  return messagesBody.parse({
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 100,
    tools: [...readTools(CATALOG[service]), FINISH],
    tool_choice: { type: "any" },
    messages,
  });
}

const toolNames = (blocks: readonly ReplyBlock[]) => blocks.flatMap((block) => (block.type === "tool_use" ? [block.name] : []));

describe("a discovery worker's model", () => {
  it.each([
    ["investigate the security groups that are open to the world", "ec2", "DescribeSecurityGroups"],
    ["look into volumes and their encryption", "ec2", "DescribeVolumes"],
    ["which buckets have no lifecycle rules?", "s3", "GetBucketLifecycleConfiguration"],
  ] as const)("%s", (objective, service, read) => {
    const blocks = answerOffline(workerBody([asked(objective)], service), NOW);
    expect(toolNames(blocks)).toContain(read);
    expect(blocks.every((block) => block.type === "tool_use" && JSON.stringify(block.input) === "{}")).toBe(true);
    expect(blocks.length).toBeLessThanOrEqual(4);
  });

  it("finishes after the reads, saying what they brought", () => {
    const results = {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "t1", content: JSON.stringify({ tables: [table("ec2", "DescribeVolumes", [{ VolumeId: "vol-1" }])] }) }],
    };
    const [block, ...more] = answerOffline(
      workerBody([asked("volumes"), { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "DescribeVolumes", input: {} }] }, results]),
      NOW,
    );
    expect(more).toEqual([]);
    expect(block).toEqual({ type: "tool_use", name: "finish", input: { summary: "[offline model] Read DescribeVolumes in 111111111111 us-east-1: 1 rows." } });
  });

  it("finishes when there is no objective, and after a read that failed", () => {
    expect(toolNames(answerOffline(workerBody([{ role: "user", content: "read everything" }]), NOW))).toEqual(["finish"]);
    const failed = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "There is no tool x.", is_error: true }] };
    expect(
      toolNames(
        answerOffline(
          workerBody([asked("volumes"), { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "DescribeVolumes", input: {} }] }, failed]),
          NOW,
        ),
      ),
    ).toEqual(["finish"]);
  });
});

it("answers anything else with text that says who wrote it", () => {
  const plain = messagesBody.parse({ anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: [{ role: "user", content: "hello" }] });
  expect(answerOffline(plain, NOW)).toEqual([{ type: "text", text: expect.stringMatching(/^\[offline model\]/) }]);
});
