import { describe, expect, it } from "vitest";
import type { ProposedStep } from "../../../../functions/shared/contracts.ts";
import { blockOf, bucketWorld, DEVELOPMENT, ec2, examined, iam, JUDGING, proposed, SANDBOX, sealed, step, undoOf, type World } from "./set-up.ts";

const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x", DataClassification: "internal" };
const VPC = "vpc-0123456789abcdef0";
const [INSTANCE, OTHER] = ["i-0123456789abcdef0", "i-0123456789abcdef1"];
const group = (id: string) => ec2(id, "CreateSecurityGroup", { GroupName: "web", Description: "web", VpcId: VPC, Tags: TAGS });
const rule = (id: string, GroupId: unknown, port = 443) =>
  ec2(id, "AuthorizeSecurityGroupIngress", { GroupId, IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIp: "10.0.0.0/16" });

/** Instances and roles that are there; nothing else is. */
const world: World = ({ operation, input, among }) => {
  if (operation === "DescribeInstances")
    return [INSTANCE, OTHER].map((InstanceId) => ({ Arn: "a", InstanceId, "State.Name": "running", InstanceType: "t3.micro", Tags: {} }));
  if (operation === "GetRole")
    return (among ?? []).map((RoleName) => ({ Arn: `arn:aws:iam::${SANDBOX}:role/coworker-managed/${RoleName}`, RoleName, Tags: {} }));
  if (operation === "ListRoles" && String(input.PathPrefix) === "/never/") return [];
  return [];
};
const shape = (...steps: ProposedStep[]) =>
  sealed(proposed(steps), world).plan.phases.map(({ destructive, coveredBy, steps: own }) => [destructive, coveredBy, own.map(({ id }) => id)]);

describe("phases", () => {
  it("keep the given order, dependencies and all, in one phase", () => {
    const { plan } = sealed(proposed([group("s1"), rule("s2", { $ref: "s1.GroupId" }), rule("s3", { $ref: "s1.GroupId" }, 8443)]), world);
    expect(plan.phases).toHaveLength(1);
    expect(plan.phases[0]?.steps.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["s1", []],
      ["s2", ["s1"]],
      ["s3", ["s1"]],
    ]);
    expect(plan.phases[0]?.steps[1]).toMatchObject({ input: { GroupId: { $ref: "s1.GroupId" } }, before: { absent: true, image: {} } });
    expect(plan.phases[0]?.rollback.map((text) => text.slice(0, 2))).toEqual(["s3", "s2", "s1"]);
    expect(plan.rollbackComplexity).toBe("moderate");
  });

  it("put what can't be taken back last, to be confirmed by itself (S11, E12)", () => {
    const plan = [
      ec2("s1", "TerminateInstances", { InstanceId: INSTANCE }),
      ec2("s2", "StopInstances", { InstanceId: OTHER }),
      ec2("s3", "TerminateInstances", { InstanceId: OTHER }),
    ];
    expect(examined(proposed(plan), world).verdict.code).toBe("steps_overlap");
    expect(shape(...plan.slice(0, 2))).toEqual([
      [false, 1, ["s2"]],
      [true, 2, ["s1"]],
    ]);
    expect(shape(...plan.slice(0, 1))).toEqual([[true, 1, ["s1"]]]);
  });

  it("let what reads a state come before what changes it", () => {
    expect(shape(ec2("s1", "CreateTags", tagging(INSTANCE)), ec2("s2", "StopInstances", { InstanceId: INSTANCE }))).toEqual([[false, 1, ["s2", "s1"]]]);
    expect(shape(ec2("s1", "CreateTags", tagging(OTHER)), ec2("s2", "StopInstances", { InstanceId: INSTANCE }))).toEqual([[false, 1, ["s1", "s2"]]]);
  });

  it("let a tag be put after the deletion's approval only where the deletion does not read it", () => {
    const both = [ec2("s1", "CreateTags", tagging(INSTANCE)), ec2("s2", "TerminateInstances", { InstanceId: INSTANCE })];
    expect(shape(...both)).toEqual([
      [true, 1, ["s2"]],
      [false, 1, ["s1"]],
    ]);
  });

  it("don't exist where steps change each other's state", () => {
    const two = [ec2("s1", "CreateTags", tagging(INSTANCE, "a")), ec2("s2", "CreateTags", tagging(INSTANCE, "b"))];
    expect(examined(proposed(two), world).verdict).toMatchObject({ decision: "revise", code: "steps_overlap" });
    expect(examined(proposed([two[0]!, ec2("s2", "CreateTags", tagging(OTHER, "b"))]), world).verdict.decision).toBe("approve");
  });

  it("don't exist where a step names what another makes: it has to refer to it", () => {
    const PermissionsBoundary = `arn:aws:iam::${SANDBOX}:policy/coworker-managed-boundary`;
    const role = { RoleName: "web", RolePath: "/coworker-managed/" };
    const make = iam("s1", "CreateRole", { ...role, PermissionsBoundary, TrustedServices: ["ec2.amazonaws.com"], Description: "web", Tags: TAGS });
    const attach = (RoleName: unknown) =>
      iam("s2", "AttachRolePolicy", { ...role, RoleName, PolicyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" });
    expect(examined(proposed([make, attach("web")]), world).verdict).toMatchObject({
      code: "reference_needed",
      decision: "revise",
      reason: expect.stringContaining('{"$ref": "s1.RoleName"}'),
    });
    expect(shape(make, attach({ $ref: "s1.RoleName" }))).toEqual([[false, 1, ["s1", "s2"]]]);
  });

  it("of an undo keep its order, whatever its steps are", () => {
    const blocks = [blockOf("s2", "acme-one"), step("s1", "DeleteBucket", { Bucket: "acme-two" })].toReversed();
    const undo = undoOf([]);
    const ground = (id: string, after: Record<string, Record<string, unknown>[]>) => ({ stepId: id, afterDigest: "0".repeat(64), after });
    const input = proposed(blocks, {
      undo: {
        ...undo,
        steps: [
          ground("s1", { ListBuckets: [{ Name: "acme-two" }] }),
          ground("s2", { GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration" }] }),
        ],
      },
    });
    const order = (one: typeof input) =>
      sealed(one, bucketWorld({ name: "acme-one" }, { name: "acme-two" })).plan.phases.map(({ destructive, steps }) => [
        destructive,
        steps.map(({ id }) => id),
      ]);
    expect(order(input)).toEqual([
      [true, ["s1"]],
      [false, ["s2"]],
    ]);
    expect(order({ ...input, undo: null })).toEqual([
      [false, ["s2"]],
      [true, ["s1"]],
    ]);
  });
});

function tagging(ResourceId: string, value = "web") {
  return { ResourceType: "instance", ResourceId, Tags: { Application: value } };
}

describe("what a plan weighs", () => {
  const buckets = Array.from({ length: 30 }, (_, index) => ({ name: `acme-${index}` }));
  const weigh = (count: number) =>
    sealed(proposed(buckets.slice(0, count).map(({ name }, index) => blockOf(`s${index + 1}`, name))), bucketWorld(...buckets)).plan;

  it.each([
    [1, "low"],
    [5, "low"],
    [6, "medium"],
    [25, "medium"],
    [26, "high"],
  ])("%i resources: blast radius %s (E29)", (count, level) => {
    expect(weigh(count).blastRadius).toMatchObject({ count, level });
  });

  it("is high in risk where something is gone for good, medium where security changes", () => {
    expect(sealed(proposed([ec2("s1", "TerminateInstances", { InstanceId: INSTANCE })]), world).plan).toMatchObject({
      risk: "high",
      rollbackComplexity: "complex",
    });
    expect(weigh(1)).toMatchObject({ risk: "medium", rollbackComplexity: "simple" });
    expect(sealed(proposed([ec2("s1", "CreateTags", tagging(INSTANCE))]), world).plan.risk).toBe("low");
  });

  it("is high in risk where security changes in a test account", () => {
    const accounts = JUDGING.settings.accounts.map((account) => (account.id === DEVELOPMENT ? { ...account, environment: "test" as const } : account));
    const one = proposed([blockOf("s1", "acme-0", { account: DEVELOPMENT })]);
    const seen = bucketWorld({ name: "acme-0", account: DEVELOPMENT });
    expect(sealed(one, seen, { ...JUDGING, settings: { ...JUDGING.settings, accounts } }).plan.risk).toBe("high");
    expect(sealed(one, seen).plan.risk).toBe("medium");
  });

  it("must be carried: a plan too large says how many would do", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `acme-${"x".repeat(40)}-${index}` }));
    const { verdict } = examined(proposed(many.map(({ name }, index) => blockOf(`s${index + 1}`, name))), bucketWorld(...many));
    expect(verdict).toMatchObject({ decision: "refuse", code: "plan_too_large", reason: expect.stringMatching(/about \d\d such change/) });
    expect(Buffer.byteLength(JSON.stringify(verdict))).toBeLessThanOrEqual(24 * 1024);
    expect(verdict.steps).toHaveLength(100);
  });
});
