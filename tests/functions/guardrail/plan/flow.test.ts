import { describe, expect, it } from "vitest";
import { authorize } from "../../../../functions/guardrail/plan/authorize.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import { rollBack } from "../../../../functions/guardrail/plan/roll-back.ts";
import { planVerify, verify } from "../../../../functions/guardrail/plan/verify.ts";
import type { StepOutcome } from "../../../../functions/shared/contracts.ts";
import { answer, approvalOf, blockOf, bucketWorld, JUDGING, NOW, proposed, SANDBOX, SETTINGS, sealed } from "./set-up.ts";

const world = bucketWorld({ name: "acme-one" }, { name: "acme-two", region: "us-east-1", flags: [true, false, false, false] });
const input = proposed([blockOf("s1", "acme-one"), blockOf("s2", "acme-two", { region: "us-east-1" })]);

const outcome = (stepId: string): StepOutcome => ({
  stepId,
  outcome: "done",
  code: "done",
  message: "",
  resource: "",
  principal: "arn",
  differences: [],
  output: {},
  failure: null,
  at: NOW,
});

describe("a change of two buckets", () => {
  it("is read for in one call of the account", () => {
    const { verdict, calls } = planReads(input, SETTINGS);
    expect(verdict).toBeNull();
    expect(calls).toMatchObject([{ callId: "s1c1", worker: "discovery-s3", targets: [{ account: SANDBOX, region: "global" }] }]);
    expect(calls[0]?.reads).toContainEqual({ operation: "GetPublicAccessBlock", input: {}, among: ["acme-one", "acme-two"] });
    expect(calls[0]?.reads).toContainEqual({ operation: "ListBuckets", input: { Prefix: "acme-" } });
  });

  it("becomes a sealed plan with both undos", () => {
    const { plan } = sealed(input, world);
    expect(plan.phases.flatMap(({ steps }) => steps.map(({ id, region, inverse }) => [id, region, inverse?.operation]))).toEqual([
      ["s1", "eu-west-1", "DeletePublicAccessBlock"],
      ["s2", "us-east-1", "RestorePublicAccessBlock"],
    ]);
    expect(plan.approval.requesterMayApprove).toBe(true);
  });

  it("is authorized in one call a region, rolled back last first, and verified", () => {
    const { plan, planHash } = sealed(input, world);
    const approval = approvalOf({ plan, planHash });
    const { outcome: answered, calls } = authorize({ kind: "authorize", plan, planHash, phase: 1, approval, now: NOW }, JUDGING);
    expect(answered).toBe("authorized");
    expect(calls.map(({ callId, worker, stepIds }) => [callId, worker, stepIds])).toEqual([
      ["p1m1", "mutation-s3", ["s1"]],
      ["p1m2", "mutation-s3", ["s2"]],
    ]);
    const results = calls.map((call) => ({
      callId: call.callId,
      worker: call.worker,
      phase: 1,
      mode: "apply" as const,
      status: "done" as const,
      outcomes: call.stepIds.map(outcome),
      resolutions: [],
      usage: [],
      redactions: 0,
      durationMs: 1,
    }));
    expect(rollBack({ kind: "roll-back", plan, results }, 50).calls.map(({ callId, mode, stepIds }) => [callId, mode, stepIds])).toEqual([
      ["u1", "undo", ["s2"]],
      ["u2", "undo", ["s1"]],
    ]);
    const outcomes = ["s1", "s2"].map(outcome);
    const reads = planVerify({ plan, outcomes }, SETTINGS.limits).calls;
    const all = [true, true, true, true];
    const after = bucketWorld({ name: "acme-one", flags: all }, { name: "acme-two", flags: all });
    const found = verify({ kind: "verify", plan, outcomes, results: reads.map((call) => answer(call, after)) }, SETTINGS.limits);
    expect(found.outcome).toBe("verified");
    expect(found.rows).toHaveLength(8);
    const half = verify({ kind: "verify", plan, outcomes, results: reads.map((call) => answer(call, world)) }, SETTINGS.limits);
    expect(half.outcome).toBe("mismatch");
  });
});
