import { describe, expect, it } from "vitest";
import { type AuthorizeInput, authorize } from "../../../../functions/guardrail/plan/authorize.ts";
import type { Approval, Plan } from "../../../../functions/shared/contracts.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { ANA, approvalOf, BEN, blockOf, bucketWorld, DEVELOPMENT, ec2, JUDGING, NOW, proposed, sealed, step, type World } from "./set-up.ts";

const buckets = bucketWorld({ name: "acme-one" }, { name: "acme-two" });
const harmless = sealed(proposed([blockOf("s1", "acme-one"), blockOf("s2", "acme-two")]), buckets);
const twoPhases = sealed(proposed([blockOf("s1", "acme-one"), step("s2", "DeleteBucket", { Bucket: "acme-two" })]), buckets);

const ask = (one: { plan: Plan; planHash: string }, approval: Partial<Approval> = {}, more: Partial<AuthorizeInput> = {}, judging = JUDGING) =>
  authorize({ kind: "authorize", ...one, phase: 1, approval: approvalOf(one, approval), now: NOW, ...more }, judging);
const LATER = "2026-11-25T16:00:00.000Z";

describe("an approval lets a phase be done", () => {
  it("by a registered approver, and by the requester where the tier lets one", () => {
    expect(ask(harmless)).toMatchObject({ outcome: "authorized", calls: [{ callId: "p1m1", stepIds: ["s1", "s2"], phase: 1, mode: "apply" }] });
    expect(ask(harmless, { approver: ANA }).outcome).toBe("authorized");
  });

  it("of a destructive phase, by its own approval", () => {
    expect(ask(twoPhases, { phase: 2 }, { phase: 2 })).toMatchObject({ outcome: "authorized", calls: [{ callId: "p2m1", stepIds: ["s2"] }] });
    expect(ask(twoPhases).calls).toMatchObject([{ callId: "p1m1", stepIds: ["s1"] }]);
  });
});

describe("an approval is refused", () => {
  const edited = { ...harmless.plan, summary: "something else" };
  it.each<[string, string, ReturnType<typeof ask>]>([
    ["for a plan edited after it", "approval_mismatch", ask({ ...harmless, plan: edited })],
    ["for another plan", "approval_mismatch", ask(harmless, { planHash: twoPhases.planHash })],
    ["for a plan and a hash exchanged together", "approval_mismatch", ask({ plan: edited, planHash: digest(edited) }, { planHash: harmless.planHash })],
    ["for another request", "approval_mismatch", ask(harmless, { requestId: `req-${"cd".repeat(16)}` })],
    ["with a later expiry than the plan's", "approval_mismatch", ask(harmless, { expiresAt: "2027-01-01T00:00:00.000Z" })],
    ["that is a rejection", "approval_rejected", ask(harmless, { decision: "reject" })],
    ["that is a stop", "approval_rejected", ask(harmless, { decision: "stop" })],
    ["of phase 1 for a destructive phase", "approval_wrong_phase", ask(twoPhases, {}, { phase: 2 })],
    ["of phase 2 for phase 1", "approval_wrong_phase", ask(twoPhases, { phase: 2 })],
    ["for a phase that is not there", "approval_wrong_phase", ask(harmless, {}, { phase: 7 })],
    ["at the moment the plan expires", "approval_expired", ask(harmless, {}, { now: LATER })],
    ["decided after the plan expired", "approval_expired", ask(harmless, { decidedAt: LATER })],
    ["by the requester of a destructive phase", "approval_self", ask(twoPhases, { approver: ANA, phase: 2 }, { phase: 2 })],
    ["by nobody registered", "policy_denied", ask(harmless, { approver: "arn:aws:iam::000000000000:role/eve" })],
    ["judged by other policies than now", "policy_changed", ask(harmless, {}, {}, { ...JUDGING, policyVersion: "0".repeat(64) })],
  ])("%s: %s", (_, code, result) => {
    expect(result).toMatchObject({ outcome: "refused", code, calls: [] });
    expect(result.reason.length).toBeGreaterThan(10);
  });

  it("by the requester where the tier wants somebody else", () => {
    const environments = { ...JUDGING.settings.environments, sandbox: { ...JUDGING.settings.environments.sandbox, requesterMayApprove: false } };
    const judging = { ...JUDGING, settings: { ...JUDGING.settings, environments } };
    const strict = sealed(proposed([blockOf("s1", "acme-one")]), buckets, judging);
    expect(ask(strict, { approver: ANA }, {}, judging)).toMatchObject({ outcome: "refused", code: "approval_self" });
    expect(ask(strict, { approver: BEN }, {}, judging).outcome).toBe("authorized");
    // Sealed under looser settings: today's policies are asked again.
    expect(ask(harmless, { approver: ANA }, {}, judging)).toMatchObject({ outcome: "refused", code: "policy_denied", ruleIds: ["G10", "Y-03"] });
  });

  it("where the account has left the scopes since", () => {
    const judging = { ...JUDGING, settings: { ...JUDGING.settings, scopes: [] } };
    expect(ask(harmless, {}, {}, judging)).toMatchObject({ outcome: "refused", code: "policy_denied" });
  });

  it("where a verdict is of another step, or none (law 9)", () => {
    const judge: (typeof JUDGING)["judge"] = () => ({ stepId: "s1", decision: "allow", reason: "", ruleIds: [] });
    expect(ask(harmless, {}, {}, { ...JUDGING, judge }).code).toBe("policy_denied");
    expect(ask(harmless, {}, {}, { ...JUDGING, judge: ({ id }) => ({ stepId: id, decision: "approve", reason: "", ruleIds: [] }) }).code).toBe("policy_denied");
  });
});

describe("calls", () => {
  const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x", DataClassification: "internal" };
  const rule = (id: string, port: number) =>
    ec2(id, "AuthorizeSecurityGroupIngress", { GroupId: { $ref: "s1.GroupId" }, IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIp: "10.0.0.0/16" });
  const callsOf = (one: ReturnType<typeof sealed>) => ask(one).calls.map(({ worker, account, region, stepIds }) => [worker, account, region, stepIds]);

  it("start anew for what takes an earlier step's output: its session could not name it", () => {
    const group = ec2("s1", "CreateSecurityGroup", { GroupName: "web", Description: "web", VpcId: "vpc-0123456789abcdef0", Tags: TAGS });
    const plan = sealed(proposed([group, rule("s2", 443), rule("s3", 8443)]), (() => []) as World);
    expect(callsOf(plan).map(([, , , stepIds]) => stepIds)).toEqual([["s1"], ["s2", "s3"]]);
  });

  it("are of one service, account and region, in the plan's order", () => {
    const world: World = (read, call) =>
      call.service === "ec2"
        ? [{ Arn: "a", InstanceId: "i-0123456789abcdef0", "State.Name": "running", InstanceType: "t3.micro", Tags: {} }]
        : bucketWorld({ name: "acme-one" }, { name: "acme-two", account: DEVELOPMENT }, { name: "acme-three" })(read, call);
    const steps = [
      blockOf("s1", "acme-one"),
      blockOf("s2", "acme-two", { account: DEVELOPMENT }),
      ec2("s3", "StopInstances", { InstanceId: "i-0123456789abcdef0" }),
      blockOf("s4", "acme-three"),
    ];
    expect(callsOf(sealed(proposed(steps), world)).map(([worker, , , stepIds]) => [worker, stepIds])).toEqual([
      ["mutation-s3", ["s1"]],
      ["mutation-s3", ["s2"]],
      ["mutation-ec2", ["s3"]],
      ["mutation-s3", ["s4"]],
    ]);
  });

  it("hold at most a batch (F06)", () => {
    const names = Array.from({ length: 12 }, (_, index) => ({ name: `acme-${index}` }));
    const plan = sealed(proposed(names.map(({ name }, index) => blockOf(`s${index + 1}`, name))), bucketWorld(...names));
    const limits = { ...JUDGING.settings.limits, plan: { ...JUDGING.settings.limits.plan, batchSize: 5 } };
    const { calls } = ask(plan, {}, {}, { ...JUDGING, settings: { ...JUDGING.settings, limits } });
    expect(calls.map(({ stepIds }) => stepIds.length)).toEqual([5, 5, 2]);
  });
});
