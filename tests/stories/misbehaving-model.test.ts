import { describe, expect, it } from "vitest";
import type { ScriptEntryInput } from "../../infra/local/model/script/schema.ts";
import { PRODUCTION, SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { answers, main, plans, script, sessionOf, sorted, tell, type Told } from "./local.ts";

const READ = { service: "s3", accounts: [SANDBOX], reads: [{ operation: "ListBuckets", input: {} }] };
const discover = (task: object, more: Partial<ScriptEntryInput> = {}) => plans("discover", { tasks: [{ ...READ, ...task }] }, more);
const opus = (reply: ScriptEntryInput["reply"]): ScriptEntryInput => ({ family: "opus", times: 10_000, reply });
const throttled = { status: 429, errorType: "ThrottlingException", message: "Too many requests" };
const broken = { status: 500, errorType: "InternalServerException", message: "Something is wrong" };
/** A Bedrock client's four attempts, and the machine's one retry of the state. */
const RETRIED = 8;

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
const refusedTask = (name: string, task: object, refused: string): Row => ({ name, replies: [discover(task, { round: 1 }), answers()], state: "failed", code: "no_evidence", asked: 2, refused });
const malformed = (name: string, reply: ScriptEntryInput): Row => ({ name, replies: [reply], state: "failed", code: "model_output_invalid", asked: 2 });

const ROWS: readonly Row[] = [
  malformed("prose", opus({ text: "I think the buckets are fine." })),
  malformed("a body that is not JSON", opus({ raw: '{"content": [' })),
  malformed("a body that is no message", opus({ raw: '{"answer": 42}' })),
  malformed("an unknown tool", plans("RunInstances", { ImageId: "ami-1" })),
  malformed("a tool call with unknown fields", plans("discover", { tasks: [{ ...READ, role: "admin" }] })),
  malformed("two tool calls", opus({ content: [{ type: "tool_use", name: "decline", input: { reason: "no" } }, { type: "tool_use", name: "discover", input: { tasks: [READ] } }] })),
  malformed("an answer before anything was read", answers()),
  { name: "a giant reply", replies: [opus({ giant: 400_000 })], state: "failed", code: "model_reply_too_large", asked: 1 },
  { name: "a loop of discoveries", replies: [discover({})], state: "failed", code: "round_limit", asked: 6 },
  { name: "throttling without end", replies: [opus(throttled)], state: "failed", code: "crashed", asked: RETRIED },
  { name: "an outage", replies: [opus(broken)], state: "failed", code: "crashed", asked: RETRIED },
  { name: "a connection that is cut", replies: [opus({ hang: 50 })], state: "failed", code: "crashed", asked: RETRIED },
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
    expectInside(told);
  });

  it("recovers with a good second attempt", async () => {
    await script([{ ...opus({ text: "Let me think." }), times: 1 }, discover({}, { round: 1 }), answers()]);
    const told = await tell("Which buckets are public?", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("answered");
    expect(told.models).toHaveLength(3);
  });
});

const objective: ScriptEntryInput[] = [plans("discover", { tasks: [{ service: "s3", accounts: [SANDBOX], objective: "Find out about the buckets." }] }, { round: 1 }), answers()];
const haiku = (reply: ScriptEntryInput["reply"], turn?: number): ScriptEntryInput => ({ family: "haiku", times: 10_000, reply, ...(turn === undefined ? {} : { turn }) });
/** Another read each turn, so that none is refused as a repetition. */
const READS = ["ListBuckets", "GetBucketVersioning", "GetBucketTagging", "GetBucketLogging", "GetBucketEncryption", "GetPublicAccessBlock", "GetBucketPolicyStatus", "GetBucketPolicy"];

describe("a worker's model that misbehaves", () => {
  it.each([
    { name: "an unknown tool", replies: [haiku({ tool: { name: "PutObject", input: { Bucket: "b" } } })], code: "model_output_invalid", asked: 2, state: "failed" },
    { name: "prose", replies: [haiku({ text: "All is well." })], code: "model_output_invalid", asked: 2, state: "failed" },
    { name: "a giant reply", replies: [haiku({ giant: 400_000 })], code: "model_reply_too_large", asked: 1, state: "failed" },
    { name: "reads without end", replies: READS.map((name, index) => haiku({ tool: { name, input: {} } }, index + 1)), code: "turn_limit", asked: 6, state: "partial" },
  ])("$name ends as $code", async ({ replies, code, asked, state }) => {
    await script([...objective, ...replies]);
    const told = await tell("Look at the buckets.", { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe(state);
    expect(told.report.notRead.map(({ errorCode }) => errorCode)).toEqual([code]);
    expect(told.models.filter(({ family }) => family === "haiku")).toHaveLength(asked);
    expectInside(told);
  });
});

describe("the planner's other decisions", () => {
  it("propose ends as not available, and nothing was changed", async () => {
    await script([plans("propose", { summary: "Delete all public buckets." })]);
    const told = await tell("Delete the public buckets.", { accounts: [SANDBOX] });
    expect(told.view).toMatchObject({ state: "not_available", code: "change_not_available" });
    expect(told.report.message).toContain("nothing was changed");
    expect(told.report.message).toContain("Delete all public buckets.");
    expect(told.execution).toBe("FAILED");
    expect(told.calls.filter(({ account }) => account === SANDBOX)).toEqual([]);
  });

  it("ask ends as needs input, with what is missing", async () => {
    await script([plans("ask", { missing: ["Which account?", "Which bucket?"] })]);
    const told = await tell("Check it.", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("needs_input");
    expect(told.report.missing).toEqual(["Which account?", "Which bucket?"]);
    expect(told.execution).toBe("SUCCEEDED");
  });

  it("decline ends as declined, with the reason", async () => {
    await script([plans("decline", { reason: "This is about the weather." })]);
    const told = await tell("Will it rain?", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("declined");
    expect(told.report.message).toContain("This is about the weather.");
    expect(told.execution).toBe("SUCCEEDED");
  });
});

function expectInside(told: Told): void {
  expect(outsideTable(told.calls, main)).toEqual([]);
  const entered = sorted(told.calls.map((call) => sessionOf(call).account)).filter((account) => account !== "000000000000");
  expect(entered.every((account) => account === SANDBOX), entered.join()).toBe(true);
  const end = told.events.filter(({ type }) => type === "execution_complete");
  expect(end).toEqual([told.events.at(-1)]);
}
