import { describe, expect, it } from "vitest";
import type { ScriptEntryInput } from "../../infra/local/model/script/schema.ts";
import { PRODUCTION, SANDBOX } from "./accounts.ts";
import { expectInside } from "./inside.ts";
import { answers, plans, script } from "./local.ts";
import { tell } from "./tell.ts";

const READ = { service: "s3", accounts: [SANDBOX], reads: [{ operation: "ListBuckets", input: {} }] };
const discover = (task: object, more: Partial<ScriptEntryInput> = {}) => plans("discover", { tasks: [{ ...READ, ...task }] }, more);
const opus = (reply: ScriptEntryInput["reply"]): ScriptEntryInput => ({ family: "opus", times: 10_000, reply });
const throttled = { status: 429, errorType: "ThrottlingException", message: "Too many requests" };
const broken = { status: 500, errorType: "InternalServerException", message: "Something is wrong" };
/** A Bedrock client's four attempts; what failed is not run again. */
const RETRIED = 4;

interface Row {
  readonly name: string;
  readonly replies: readonly ScriptEntryInput[];
  readonly state: string;
  readonly code: string;
  /** Calls to the planner's model. */
  readonly asked: number;
  /** The guardrail's word on the refused task. */
  readonly refused?: string;
}

/** A refused task, and a planner that then answers from nothing. */
const refusedTask = (name: string, task: object, refused: string): Row => ({
  name,
  replies: [discover(task, { round: 1 }), answers()],
  state: "failed",
  code: "no_evidence",
  asked: 2,
  refused,
});
const malformed = (name: string, reply: ScriptEntryInput): Row => ({ name, replies: [reply], state: "failed", code: "model_output_invalid", asked: 2 });

const ROWS: readonly Row[] = [
  malformed("prose", opus({ text: "I think the buckets are fine." })),
  malformed("a body that is not JSON", opus({ raw: '{"content": [' })),
  malformed("a body that is no message", opus({ raw: '{"answer": 42}' })),
  malformed("an unknown tool", plans("RunInstances", { ImageId: "ami-1" })),
  malformed("a tool call with unknown fields", plans("discover", { tasks: [{ ...READ, role: "admin" }] })),
  malformed(
    "two tool calls",
    opus({
      content: [
        { type: "tool_use", name: "decline", input: { reason: "no" } },
        { type: "tool_use", name: "discover", input: { tasks: [READ] } },
      ],
    }),
  ),
  malformed("an answer before anything was read", answers()),
  { name: "a giant reply", replies: [opus({ giant: 400_000 })], state: "failed", code: "model_reply_too_large", asked: 1 },
  { name: "a loop of discoveries", replies: [discover({})], state: "failed", code: "round_limit", asked: 6 },
  { name: "throttling without end", replies: [opus(throttled)], state: "failed", code: "model_unavailable", asked: RETRIED },
  { name: "an outage", replies: [opus(broken)], state: "failed", code: "model_unavailable", asked: RETRIED },
  { name: "a connection that is cut", replies: [opus({ hang: 50 })], state: "failed", code: "model_unavailable", asked: RETRIED },
  refusedTask("an operation outside the catalog", { reads: [{ operation: "GetObject", input: { Bucket: "b", Key: "k" } }] }, "unknown_operation"),
  refusedTask("an illegal input", { reads: [{ operation: "ListBuckets", input: { Prefix: 7 } }] }, "invalid_input"),
  refusedTask("a service without a worker", { service: "secretsmanager", reads: [{ operation: "GetSecretValue", input: {} }] }, "unknown_service"),
  refusedTask("a function's name as a service", { service: "aws-coworker-report" }, "unknown_service"),
  refusedTask("a registered account outside the request", { accounts: [PRODUCTION] }, "account_not_admitted"),
  refusedTask("an unregistered account", { accounts: ["777777777777"] }, "account_not_admitted"),
  refusedTask("a wildcard account", { accounts: ["*"] }, "account_not_admitted"),
  refusedTask("an ARN as an account", { accounts: [`arn:aws:iam::${PRODUCTION}:role/x`] }, "account_not_admitted"),
];

describe("a planner that misbehaves", () => {
  it.each(ROWS)("$name ends as $code", async ({ replies, state, code, asked, refused }) => {
    await script(replies);
    const told = await tell("Which buckets are public?", { accounts: [SANDBOX] });
    expect(told.view, told.report.message).toMatchObject({ state, code });
    expect(told.report.message.length).toBeGreaterThan(40);
    expect(told.execution).toBe("FAILED");
    expect(told.models.length).toBeGreaterThan(0);
    expect(told.models.length).toBeLessThanOrEqual(asked);
    if (refused !== undefined) expect(told.report.notRead).toMatchObject([{ kind: "refused_task", errorCode: refused }]);
    expectInside(told, [SANDBOX]);
  });

  it("recovers with a good second attempt", async () => {
    await script([{ ...opus({ text: "Let me think." }), times: 1 }, discover({}, { round: 1 }), answers()]);
    const told = await tell("Which buckets are public?", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("answered");
    expect(told.models).toHaveLength(3);
  });
});
