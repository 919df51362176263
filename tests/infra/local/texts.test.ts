import { describe, expect, it } from "vitest";
import { answerText, progressOf } from "../../../infra/local/answer.ts";
import type { RequestView } from "../../../infra/local/ask.ts";
import { isDenied, principalName, type RecordedCall, recordLines } from "../../../infra/local/calls.ts";
import { rolesTable } from "../../../infra/local/roles.ts";

const call = (over: Partial<RecordedCall>): RecordedCall => ({
  time: "2026-11-22T18:00:00.000Z",
  kind: "call",
  principal: "arn:aws:sts::666666666666:assumed-role/discovery-s3/req-1",
  service: "s3",
  operation: "ListBuckets",
  iamAction: "s3:ListAllMyBuckets",
  resource: "*",
  account: "666666666666",
  region: "us-east-1",
  status: 200,
  result: "ok",
  appId: null,
  ms: 3,
  ...over,
});

describe("what each role did", () => {
  it("is counted by role, service and operation, denials and other errors apart", () => {
    const text = rolesTable([
      call({}),
      call({ principal: "arn:aws:sts::333333333333:assumed-role/discovery-s3/req-1", account: "333333333333" }),
      call({ operation: "GetBucketPolicy", result: "AccessDenied", status: 403 }),
      call({ operation: "GetBucketPolicy", result: "NoSuchBucketPolicy", status: 404 }),
    ]);
    const cells = text
      .split("\n")
      .slice(1)
      .map((line) => line.split(/ {2,}/));
    expect(cells).toEqual([
      ["discovery-s3", "s3", "GetBucketPolicy", "666666666666", "2", "1", "1"],
      ["discovery-s3", "s3", "ListBuckets", "333333333333 666666666666", "2", "-", "-"],
    ]);
  });

  it("leaves out root, people without a role and Lambda's own invocations", () => {
    expect(
      rolesTable([call({ principal: "arn:aws:iam::666666666666:root" }), call({ principal: "anonymous" }), call({ kind: "invocation" })]).split("\n"),
    ).toHaveLength(1);
  });
});

it("a name for every principal", () => {
  expect(principalName("arn:aws:sts::666666666666:assumed-role/discovery-s3/req-1")).toBe("discovery-s3");
  expect(principalName("arn:aws:iam::666666666666:root")).toBe("666666666666 root");
  expect(principalName("anonymous")).toBe("anonymous");
});

it.each([
  ["AccessDenied", true],
  ["UnauthorizedOperation", true],
  ["AccessDeniedException", true],
  ["NoSuchBucketPolicy", false],
  ["ok", false],
])("%s is a denial: %s", (result, denied) => {
  expect(isDenied(call({ result }))).toBe(denied);
});

it("a line that is still being written is not read", () => {
  expect(recordLines('{"a":1}\n{"b":2}\n{"c"')).toEqual(['{"a":1}', '{"b":2}']);
});

describe("the answer", () => {
  const view: RequestView = {
    id: "req-1",
    state: "partial",
    code: "partial",
    costUsd: 0.0123,
    durationMs: 2100,
    usage: [{ model: "opus", calls: 2, inputTokens: 900, outputTokens: 80, usd: 0.0123 }],
    report: {
      answer: "2 buckets are public.",
      message: "",
      missing: [],
      findings: [
        {
          title: "Public bucket",
          severity: "high",
          resources: [
            { arn: "arn:aws:s3:::a", supported: true },
            { arn: "arn:aws:s3:::b", supported: false },
          ],
        },
      ],
      notRead: [
        {
          operation: "GetBucketPolicy",
          account: "333333333333",
          region: "us-east-1",
          role: "discovery-s3",
          errorCode: "AccessDenied",
          message: "refused.",
          access: "s3:GetBucketPolicy",
          count: 3,
        },
      ],
    },
  };

  it("comes first, then findings, what could not be read, and the cost", () => {
    const text = answerText(view);
    expect(text.startsWith("2 buckets are public.\n")).toBe(true);
    expect(text).toMatch(/HIGH: Public bucket\n\s+arn:aws:s3:::a\n\s+arn:aws:s3:::b {2}\(unsupported/);
    expect(text).toContain("GetBucketPolicy 333333333333 us-east-1 AccessDenied (3 times): refused. Needed: s3:GetBucketPolicy");
    expect(text).toContain("partial in 2.1 s, $0.0123");
  });

  it("of a request that failed is its reason", () => {
    expect(answerText({ ...view, state: "failed", code: "budget_exhausted", report: null, summary: "The budget is used up." })).toMatch(
      /^The budget is used up\.\n\nfailed \(budget_exhausted\)/,
    );
  });
});

it("an event worth a line gets one, another none", () => {
  expect(progressOf({ type: "sub_agent_spawn", payload: { agentName: "discovery-s3" } })).toBe("discovery-s3 reads");
  expect(progressOf({ type: "sub_agent_event", payload: {} })).toBeUndefined();
});
