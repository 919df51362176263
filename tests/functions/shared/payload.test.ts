import { describe, expect, it } from "vitest";
import { LIMITS, limitsSchema } from "../../../config/limits.ts";
import { BOUNDS, readCall, STATE_BYTES, workerCall } from "../../../functions/shared/contracts.ts";
import { SANDBOX } from "./samples.ts";

/** Function names, field names, and the numbers beside the documents. */
const FRAME = 1024;
/** A deployment may lower these, never raise them. */
const MOST = { results: 96 * 1024, history: 40 * 1024 };

describe("the largest documents of request.asl.json", () => {
  const latest = MOST.results + BOUNDS.refused;
  const shared = MOST.history + BOUNDS.usage + FRAME;
  /** What the planner proposes; or what an undo does, with what the ledger knows. */
  const proposed = Math.max(BOUNDS.decision, BOUNDS.plan);
  /** Report gets neither announcement nor the request's own text once something was proposed. */
  const changed = BOUNDS.changeRequest + BOUNDS.admission + shared + BOUNDS.planEvidence + BOUNDS.approvals;

  it.each([
    ["Orchestrate, given", BOUNDS.admission + shared + latest],
    ["Orchestrate, returning", BOUNDS.decision + shared],
    ["Guardrail, given", BOUNDS.admission + shared + BOUNDS.decision],
    ["Guardrail, returning", BOUNDS.calls + BOUNDS.refused + FRAME],
    ["Orchestrate, given a proposal that came back", BOUNDS.admission + shared + BOUNDS.verdict + BOUNDS.decision],
    ["Orchestrate, given what was read after one", BOUNDS.admission + shared + latest + BOUNDS.verdict],
    ["Undo, returning", BOUNDS.plan],
    ["PlanReads, given", BOUNDS.admission + BOUNDS.request + proposed + FRAME],
    ["PlanReads, returning", BOUNDS.verdict + BOUNDS.calls + FRAME],
    ["Examine, given", BOUNDS.admission + BOUNDS.request + proposed + MOST.results + FRAME],
    ["Examine, recorded", BOUNDS.verdict + BOUNDS.plan + 2 * BOUNDS.planEvidence + BOUNDS.usage + FRAME],
    ["AwaitApproval, given", BOUNDS.plan + FRAME],
    ["Authorize, given", BOUNDS.plan + BOUNDS.approval + FRAME],
    ["Authorize, recorded", BOUNDS.plan + BOUNDS.mutationCalls + BOUNDS.usage + FRAME],
    ["Mutate, given", BOUNDS.plan + BOUNDS.approval + FRAME],
    ["Mutate, recorded", BOUNDS.plan + BOUNDS.outcomes + BOUNDS.outcome + BOUNDS.usage + FRAME],
    ["PlanRollBack, given", BOUNDS.plan + BOUNDS.outcomes + FRAME],
    ["PlanVerify, returning", BOUNDS.calls + FRAME],
    ["Verify, given", BOUNDS.plan + BOUNDS.outcomes / 2 + MOST.results + FRAME],
    ["Report, after a refused plan", changed + BOUNDS.decision + BOUNDS.verdict + BOUNDS.crashedOutcome],
    ["Report, of a plan that was not done", changed + BOUNDS.plan + BOUNDS.verdict + BOUNDS.artifact + BOUNDS.crashedOutcome],
    ["Report, of a plan that was", changed + BOUNDS.plan + BOUNDS.outcomes + BOUNDS.verification + BOUNDS.crashedOutcome],
    ["Report, after a decision", BOUNDS.request + BOUNDS.wholeAdmission + shared + BOUNDS.decision],
    ["Report, after a crash with a round unfolded", BOUNDS.request + BOUNDS.wholeAdmission + shared + BOUNDS.crashedOutcome + latest],
  ])("%s: fit a state", (_, bytes) => {
    expect(bytes).toBeLessThan(STATE_BYTES);
  });

  it("rest on limits that no deployment can raise", () => {
    expect(LIMITS.bytes).toMatchObject(MOST);
    const withBytes = (changes: Partial<typeof LIMITS.bytes>) => limitsSchema.safeParse({ ...LIMITS, bytes: { ...LIMITS.bytes, ...changes } }).success;
    expect([withBytes({ results: MOST.results + 1 }), withBytes({ history: MOST.history + 1 }), withBytes({ results: 1024 })]).toEqual([false, false, true]);
  });

  it("have as much usage as the planner and every worker can make", () => {
    const entry = { by: "discovery-cloudtrail", model: "m".repeat(60), inputTokens: 1e15, outputTokens: 1e15, cacheReadTokens: 1e15, cacheWriteTokens: 1e15 };
    const bytes = JSON.stringify({ ...entry, usd: 1 / 3, calls: 1e15, estimated: false }).length + 1;
    // The planner counted and estimated; five workers counted, estimated and crashed.
    expect(bytes * (2 + 5 * 3)).toBeLessThan(BOUNDS.usage);
  });
});

describe("parts of a call", () => {
  it("a read's input has at most 2 KiB, in UTF-8", () => {
    const reads = (text: string) => readCall.safeParse({ operation: "ListBuckets", input: { a: text } }).success;
    expect([reads("x".repeat(2040)), reads("x".repeat(2041)), reads("é".repeat(1021))]).toEqual([true, false, false]);
    expect(readCall.parse({ operation: "ListBuckets" }).input).toEqual({});
  });

  it("a worker's request id has the form of one: it becomes part of a session's name and of evidence keys", () => {
    const call = (requestId: string) =>
      workerCall.safeParse({
        requestId,
        callId: "r1c1",
        worker: "discovery-s3",
        service: "s3",
        targets: [{ account: SANDBOX, region: "global" }],
        reads: [],
        shard: { index: 0, of: 1 },
        shareBytes: 1,
        shareUsd: 0,
      }).success;
    expect([call(`req-${"0f".repeat(16)}`), call("../../other"), call("req-1")]).toEqual([true, false, false]);
  });
});
