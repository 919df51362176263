import { describe, expect, it } from "vitest";
import { planVerify, verify } from "../../../../functions/guardrail/plan/verify.ts";
import type { Plan, StepOutcome } from "../../../../functions/shared/contracts.ts";
import { answer, blockOf, bucketWorld, ec2, outcome, proposed, SANDBOX, SETTINGS, sealed, step, type World } from "./set-up.ts";

const names = ["acme-1", "acme-2", "acme-3", "acme-4"];
const world = bucketWorld(...names.map((name, index) => ({ name, region: index < 2 ? "eu-west-1" : "us-east-1" })));
const { plan } = sealed(proposed(names.map((name, index) => blockOf(`s${index + 1}`, name))), world);

describe("a verification", () => {
  const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x", DataClassification: "internal" };
  const GroupId = "sg-0123456789abcdef0";
  const group = ec2("s1", "CreateSecurityGroup", { GroupName: "web", Description: "web", VpcId: "vpc-0123456789abcdef0", Tags: TAGS });
  const rule = ec2("s2", "AuthorizeSecurityGroupIngress", {
    GroupId: { $ref: "s1.GroupId" },
    IpProtocol: "tcp",
    FromPort: 443,
    ToPort: 443,
    CidrIp: "10.0.0.0/16",
  });
  const made = sealed(proposed([group, rule]), (() => []) as World).plan;
  const outcomes = [outcome("s1", "done", { GroupId }), outcome("s2", "done", { SecurityGroupRuleId: "sgr-0123456789abcdef0" })];
  const shownOf =
    (FromPort: number): World =>
    ({ operation }) =>
      operation === "DescribeSecurityGroups"
        ? [{ Arn: "a", GroupId, GroupName: "web", VpcId: "vpc-0123456789abcdef0", Tags: made.phases[0]?.steps[0]?.input.Tags }]
        : [
            {
              Arn: "a",
              SecurityGroupRuleId: "sgr-0123456789abcdef0",
              GroupId,
              IsEgress: false,
              IpProtocol: "tcp",
              FromPort,
              ToPort: 443,
              CidrIpv4: "10.0.0.0/16",
            },
          ];
  const verified = (of: Plan, ended: StepOutcome[], shown: World, drop = false) => {
    const { calls } = planVerify({ plan: of, outcomes: ended }, SETTINGS.limits);
    const results = drop ? [] : calls.map((call) => answer(call, shown));
    return { calls, ...verify({ kind: "verify", plan: of, outcomes: ended, results }, SETTINGS.limits) };
  };

  it("reads what was made by its outputs, and finds every promise kept", () => {
    const { calls, outcome: found, rows } = verified(made, outcomes, shownOf(443));
    expect(calls.map(({ callId }) => callId)).toEqual(["v1c1"]);
    expect(JSON.stringify(calls)).toContain(GroupId);
    expect(found).toBe("verified");
    expect(rows.map(({ field }) => field)).toContain("DescribeSecurityGroupRules.CidrIpv4");
    expect(rows.every(({ match }) => match)).toBe(true);
  });

  it("tells field, expected and found where one is not", () => {
    const { outcome: found, rows } = verified(made, outcomes, shownOf(80));
    // A rule of another port is another rule: the promised one is not there.
    expect(found).toBe("mismatch");
    expect(rows.filter(({ match }) => !match)).toContainEqual(
      expect.objectContaining({ stepId: "s2", field: "DescribeSecurityGroupRules.IpProtocol", after: "tcp", found: null }),
    );
  });

  it("that can't be read is no success", () => {
    expect(verified(made, outcomes, shownOf(443), true)).toMatchObject({ outcome: "unreadable", rows: [{ match: false }, { match: false }] });
    expect(verified(made, outcomes, () => "AccessDenied").outcome).toBe("unreadable");
  });

  it("leaves out what was not done, and what was taken back", () => {
    const ended = [outcome("s1", "done"), outcome("s1", "undone"), outcome("s2", "done"), outcome("s3", "failed"), outcome("s4", "not_run")];
    const { rows, calls } = verified(plan, ended, bucketWorld({ name: "acme-2", flags: [true, true, true, true] }));
    expect(new Set(rows.map(({ stepId }) => stepId))).toEqual(new Set(["s2"]));
    expect(calls[0]?.reads).toEqual([{ operation: "GetPublicAccessBlock", input: {}, among: ["acme-2"] }]);
    expect(verified(plan, [outcome("s1", "failed")], world)).toMatchObject({ calls: [], outcome: "verified", rows: [] });
  });

  it("of a deletion holds when nothing is there any more, and not before", () => {
    const gone = sealed(proposed([step("s1", "DeleteBucket", { Bucket: "acme-1" })]), world).plan;
    expect(verified(gone, [outcome("s1", "done")], bucketWorld()).outcome).toBe("verified");
    expect(verified(gone, [outcome("s1", "done")], world)).toMatchObject({ outcome: "mismatch", rows: [{ after: "not there", found: "there" }] });
  });

  it("keeps to half of what outcomes may have, what is wrong first", () => {
    const many = Array.from({ length: 40 }, (_, index) => `acme-${index}`);
    const large = sealed(proposed(many.map((name, index) => blockOf(`s${index + 1}`, name))), bucketWorld(...many.map((name) => ({ name })))).plan;
    const done = many.map((_, index) => outcome(`s${index + 1}`, "done"));
    const shown = bucketWorld(...many.map((name, index) => ({ name, flags: [true, true, true, index !== 7] })));
    const { rows, outcome: found } = verified(large, done, shown);
    expect(found).toBe("mismatch");
    expect(rows[0]).toMatchObject({ stepId: "s8", match: false });
    expect(new Set(rows.map(({ stepId }) => stepId)).size).toBe(40);
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThanOrEqual(12 * 1024);
  });

  it("reads a place in the account of its step", () => {
    expect(verified(made, outcomes, shownOf(443)).calls[0]?.targets).toEqual([{ account: SANDBOX, region: "us-east-1" }]);
  });
});
