import { describe, expect, it } from "vitest";
import type { NotRead } from "../../../functions/report/document.ts";
import { type StatusGround, statusOf } from "../../../functions/report/status.ts";
import { FAILURE_CODES } from "../../../functions/shared/contracts.ts";

const unread = (kind: NotRead["kind"], changes: Partial<NotRead> = {}): NotRead => ({
  kind,
  worker: "",
  operation: "",
  account: "",
  region: "",
  role: "",
  errorCode: "x",
  message: "",
  access: "",
  count: 1,
  ...changes,
});
const ground = (outcome: StatusGround["outcome"], changes: Partial<StatusGround> = {}): StatusGround => ({
  outcome,
  tables: 2,
  accounts: 1,
  notRead: [],
  change: null,
  ...changes,
});
const answer = { kind: "answer", answer: "all fine", findings: [] } as const;

describe("an answer", () => {
  it("is answered when all was read", () => expect(statusOf(ground({ ...answer, findings: [] }))).toMatchObject({ status: "answered", code: "answered" }));

  it.each(["failure", "crash", "refused_task", "exclusion", "truncated", "cut", "evidence_missing"] as const)("is partial after a %s", (kind) => {
    expect(statusOf(ground({ ...answer, findings: [] }, { notRead: [unread(kind)] }))).toMatchObject({
      status: "partial",
      code: "partial",
      message: expect.stringContaining("Not read: 1 "),
    });
  });

  it("has failed when nothing was read, whatever the model says", () => {
    expect(statusOf(ground({ ...answer, findings: [] }, { tables: 0, accounts: 0, notRead: [unread("failure")] }))).toMatchObject({
      status: "failed",
      code: "no_evidence",
    });
  });
});

describe("other outcomes", () => {
  it("ask needs input and says which", () =>
    expect(statusOf(ground({ kind: "ask", missing: ["Which account?"] }))).toMatchObject({
      status: "needs_input",
      message: expect.stringContaining("Which account?"),
    }));
  it("decline is declined with its reason", () =>
    expect(statusOf(ground({ kind: "decline", reason: "not about AWS" }))).toMatchObject({
      status: "declined",
      message: expect.stringContaining("not about AWS"),
    }));
  it("propose or discover is no end: the machine's order would be wrong", () => {
    const tasks = [{ service: "s3", accounts: ["1"], regions: [], reads: [] }];
    const ends: StatusGround["outcome"][] = [
      { kind: "propose", summary: "x", steps: [] },
      { kind: "discover", rationale: "", tasks },
    ];
    for (const outcome of ends)
      expect(statusOf(ground(outcome))).toMatchObject({ status: "failed", code: "crashed", message: expect.stringContaining(outcome.kind) });
  });
  it("refused names the exclusion and its suggestions", () => {
    const verdict = statusOf(
      ground(
        { kind: "refused" },
        { notRead: [unread("exclusion", { errorCode: "unknown_region", message: "eu-wst-1 is no region.", access: "Did you mean eu-west-1?" })] },
      ),
    );
    expect(verdict).toMatchObject({ status: "refused", code: "unknown_region", message: expect.stringContaining("Did you mean eu-west-1?") });
  });
  it("crashed names the state and the error", () =>
    expect(statusOf(ground({ kind: "crashed", state: "Orchestrate", error: "States.Timeout", cause: "60 s" }))).toMatchObject({
      status: "failed",
      code: "crashed",
      message: expect.stringMatching(/Orchestrate.*States\.Timeout.*60 s/),
    }));
  it("crashed says where to look: no log where the function may write none", () => {
    const advice = (state: string) => statusOf(ground({ kind: "crashed", state, error: "e", cause: "c" })).message;
    expect(advice("Orchestrate")).toMatch(/may write no log/);
    expect(advice("RecordDecision")).toMatch(/Look at that function's log/);
  });
  it.each(FAILURE_CODES.filter((code) => code !== "too_many_steps"))("failed keeps its code %s and says what to do", (code) => {
    const verdict = statusOf(ground({ kind: "failed", code, message: "why." }));
    expect(verdict).toMatchObject({ status: "failed", code });
    expect(verdict.message).toMatch(/why\. [A-Z].+\.$/);
  });
  it("more steps than can be carried are refused as the guardrail refuses them", () => {
    const verdict = statusOf(ground({ kind: "failed", code: "too_many_steps", message: "The plan has 500 steps." }));
    expect(verdict).toMatchObject({ status: "refused", code: "too_many_steps" });
    expect(verdict.message).toMatch(/^Nothing was changed\. The plan has 500 steps\. Ask for fewer .+\.$/);
  });
});
