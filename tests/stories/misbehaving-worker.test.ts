import { describe, expect, it } from "vitest";
import type { ScriptEntryInput } from "../../infra/local/model/script/schema.ts";
import { SANDBOX } from "./accounts.ts";
import { expectInside } from "./inside.ts";
import { answers, plans, script } from "./local.ts";
import { tell } from "./tell.ts";

const objective: ScriptEntryInput[] = [
  plans("discover", { tasks: [{ service: "s3", accounts: [SANDBOX], objective: "Find out about the buckets." }] }, { round: 1 }),
  answers(),
];
const haiku = (reply: ScriptEntryInput["reply"], turn?: number): ScriptEntryInput => ({
  family: "haiku",
  times: 10_000,
  reply,
  ...(turn === undefined ? {} : { turn }),
});
/** Another read each turn, so that none is refused as a repetition. */
const READS = [
  "ListBuckets",
  "GetBucketVersioning",
  "GetBucketTagging",
  "GetBucketLogging",
  "GetBucketEncryption",
  "GetPublicAccessBlock",
  "GetBucketPolicyStatus",
  "GetBucketPolicy",
];

describe("a worker's model that misbehaves", () => {
  it.each([
    {
      name: "an unknown tool",
      replies: [haiku({ tool: { name: "PutObject", input: { Bucket: "b" } } })],
      code: "model_output_invalid",
      asked: 2,
      state: "failed",
    },
    { name: "prose", replies: [haiku({ text: "All is well." })], code: "model_output_invalid", asked: 2, state: "failed" },
    { name: "a giant reply", replies: [haiku({ giant: 400_000 })], code: "model_reply_too_large", asked: 1, state: "failed" },
    {
      name: "reads without end",
      replies: READS.map((name, index) => haiku({ tool: { name, input: {} } }, index + 1)),
      code: "turn_limit",
      asked: 6,
      state: "partial",
    },
  ])("$name ends as $code", async ({ replies, code, asked, state }) => {
    await script([...objective, ...replies]);
    const told = await tell("Look at the buckets.", { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe(state);
    expect(told.report.notRead.map(({ errorCode }) => errorCode)).toEqual([code]);
    expect(told.models.filter(({ family }) => family === "haiku")).toHaveLength(asked);
    expectInside(told, [SANDBOX]);
  });
});
