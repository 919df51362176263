import { describe, expect, it } from "vitest";
import { findWrite } from "../../../../config/catalog/index.ts";
import { stateOf } from "../../../../config/catalog/state.ts";
import { examine } from "../../../../functions/guardrail/plan/examine.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import type { WorkerResult } from "../../../../functions/shared/contracts.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import {
  answer,
  type Bucket,
  blockOf,
  bucketWorld,
  DEVELOPMENT,
  ec2,
  examined,
  failureOf,
  iam,
  JUDGING,
  NOW,
  PRODUCTION,
  proposed,
  SANDBOX,
  SETTINGS,
  sealed,
  step,
  undoOf,
  type World,
} from "./set-up.ts";

const ON = [true, true, true, true];
const block = proposed([blockOf("s1", "acme-one")]);
const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x" };
const create = (Tags: Record<string, string>) => proposed([step("s1", "CreateBucket", { Bucket: "acme-new", SSEAlgorithm: "AES256", Tags })]);

describe("a bucket's state before", () => {
  it("is in the plan with its digest, and the change from it", () => {
    const { plan } = sealed(block, bucketWorld({ name: "acme-one", flags: [true, false, true, true] }));
    const [only] = plan.phases[0]?.steps ?? [];
    expect(only?.before.image.GetPublicAccessBlock).toMatchObject([{ Absent: null, "PublicAccessBlockConfiguration.IgnorePublicAcls": false }]);
    expect(only?.before).toMatchObject({ absent: false, digest: digest(only?.before.image) });
    expect(only?.changes).toEqual([{ field: "PublicAccessBlockConfiguration.IgnorePublicAcls", before: false, after: true }]);
  });

  it("that is so already leaves the step out, with a finding; of all steps it ends the request without a change", () => {
    const two = proposed([blockOf("s1", "acme-one"), blockOf("s2", "acme-two")]);
    const some = examined(two, bucketWorld({ name: "acme-one", flags: ON }, { name: "acme-two" }));
    expect(some.verdict).toMatchObject({
      decision: "approve",
      findings: expect.arrayContaining([expect.objectContaining({ stepId: "s1", ruleIds: ["D30"] })]),
    });
    expect(some.plan?.phases.flatMap(({ steps }) => steps.map(({ id }) => id))).toEqual(["s2"]);
    const all = examined(two, bucketWorld({ name: "acme-one", flags: ON }, { name: "acme-two", flags: ON }));
    expect(all).toMatchObject({ verdict: { decision: "refuse", code: "already_so", reason: expect.stringContaining("No changes needed") }, plan: null });
  });

  it("must be of one of the account's own buckets, in the request's regions", () => {
    expect(examined(block, bucketWorld({ name: "acme-other" })).verdict).toMatchObject({ decision: "revise", code: "resource_not_found" });
    expect(examined(block, bucketWorld({ name: "acme-one", account: DEVELOPMENT })).verdict.code).toBe("resource_not_found");
    expect(examined(block, bucketWorld({ name: "acme-one", region: "ap-south-1" })).verdict.code).toBe("region_not_admitted");
    expect(examined(block, bucketWorld({ name: "acme-one", region: "us-east-1" })).plan?.phases[0]?.steps[0]?.region).toBe("us-east-1");
  });
});

describe("a read that is not there whole refuses the plan, naming operation, role and error (law 6)", () => {
  const { calls } = planReads(block, SETTINGS);
  const whole = calls.map((call) => answer(call, bucketWorld({ name: "acme-one" })));
  const with_ = (results: unknown[]) => examine({ kind: "examine", ...block, results: results as WorkerResult[], now: NOW }, JUDGING).verdict;
  const changed = (change: (result: WorkerResult) => Partial<WorkerResult>) => with_(whole.map((result) => ({ ...result, ...change(result) })));
  const ofBlock = (change: object) => (result: WorkerResult) => ({
    tables: result.tables.map((table) => (table.operation === "GetPublicAccessBlock" ? { ...table, ...change } : table)),
  });

  it("and the same reads, whole, don't", () => {
    expect(with_(whole).decision).toBe("approve");
  });

  it.each([
    ["cut to its share", ofBlock({ total: 2 })],
    ["truncated", ofBlock({ truncated: true })],
    ["missing", (result: WorkerResult) => ({ tables: result.tables.filter(({ operation }) => operation !== "GetPublicAccessBlock") })],
    ["of another account", ofBlock({ account: DEVELOPMENT })],
  ])("where a table is %s", (_, change) => {
    expect(changed(change as (result: WorkerResult) => Partial<WorkerResult>)).toMatchObject({ decision: "refuse", code: "state_incomplete" });
  });

  it("where the worker never answered, or crashed", () => {
    expect(with_([])).toMatchObject({ decision: "refuse", code: "state_incomplete" });
    const crash = { ...calls[0], crashed: { error: "States.Timeout", cause: "" } };
    expect(with_([crash])).toMatchObject({ code: "state_incomplete", reason: expect.stringContaining("States.Timeout") });
  });

  it("where AWS refused a read, or the role", () => {
    const denied: World = (read, call) => (read.operation === "GetPublicAccessBlock" ? "AccessDenied" : bucketWorld({ name: "acme-one" })(read, call));
    expect(examined(block, denied).verdict).toMatchObject({
      code: "state_incomplete",
      decision: "refuse",
      reason: expect.stringMatching(/GetPublicAccessBlock.*AccessDenied as aws-coworker\/aws-coworker-discovery-s3.*can't be read first\. look/),
    });
    expect(changed(ofBlock({ truncated: true })).reason).toContain("Name fewer resources");
    const role = { operation: "AssumeRole", account: SANDBOX, region: "global", role: "r", errorCode: "AccessDenied", message: "no", access: "a", count: 1 };
    expect(changed((result) => ({ failures: [...result.failures, role] })).code).toBe("state_incomplete");
  });

  it("where tables were left out of the share, though another resource was not found", () => {
    const without = (result: WorkerResult) => ({
      tables: result.tables.filter(({ operation }) => operation !== "GetPublicAccessBlock"),
      failures: [failureOf("GetPublicAccessBlock", "NoSuchBucket"), failureOf("ListBuckets", "PayloadShare")],
    });
    expect(changed(without).code).toBe("state_incomplete");
  });
});

describe("tags of what is made", () => {
  const world = bucketWorld();
  const tagsOf = (Tags: Record<string, string>) => sealed(create(Tags), world).plan.phases[0]?.steps[0]?.input.Tags;

  it("are completed by the system's, which overwrite a model's (L09, L11)", () => {
    const own = { ...TAGS, DataClassification: "internal" };
    const system = { CreatedBy: "aws-coworker", CreatedDate: "2026-11-25", CoworkerRequest: block.request.requestId, Environment: "sandbox" };
    expect(tagsOf(own)).toEqual({ ...own, ...system });
    expect(tagsOf({ ...own, CreatedBy: "mallory", CreatedDate: "1999-01-01", CoworkerRequest: "req-x", Environment: "production" })).toEqual({
      ...own,
      ...system,
    });
  });

  it.each(["CostCenter", "Owner", "Application", "Name", "DataClassification"])("are asked for, never invented: %s", (key) => {
    const { [key as "Name"]: _, ...rest } = { ...TAGS, DataClassification: "internal" };
    expect(examined(create(rest), world).verdict).toMatchObject({ decision: "revise", code: "tags_missing", reason: expect.stringContaining(key) });
  });

  it("must be of their form", () => {
    expect(examined(create({ ...TAGS, DataClassification: "internal", CostCenter: "marketing" }), world).verdict.code).toBe("tags_missing");
  });

  it("may not say more sensitive data than the environment holds", () => {
    const { verdict } = examined(create({ ...TAGS, DataClassification: "restricted" }), world);
    expect(verdict.decision).not.toBe("approve");
  });
});

describe("what is to be made", () => {
  it("under a name that is taken, goes back (D33)", () => {
    const taken = bucketWorld({ name: "acme-new" });
    expect(examined(create({ ...TAGS, DataClassification: "internal" }), taken).verdict).toMatchObject({ decision: "revise", code: "resource_exists" });
    expect(examined(create({ ...TAGS, DataClassification: "internal" }), bucketWorld({ name: "acme-new-2" })).verdict.decision).toBe("approve");
  });

  it("on something that is not there, goes back", () => {
    const rule = { GroupId: "sg-0123456789abcdef0", IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "10.0.0.0/16" };
    const one = proposed([ec2("s1", "AuthorizeSecurityGroupIngress", rule)]);
    const groups: World = ({ operation }) =>
      operation === "DescribeSecurityGroups" ? [{ Arn: "a", GroupId: rule.GroupId, GroupName: "web", Tags: { Name: "web" } }] : [];
    expect(examined(one, () => []).verdict).toMatchObject({ decision: "revise", code: "resource_not_found" });
    expect(examined(one, groups).verdict.decision).toBe("approve");
  });
});

describe("environments", () => {
  const inProduction = proposed([blockOf("s1", "acme-one", { account: PRODUCTION, region: "us-east-1" })]);
  const bucket = (more: Partial<Bucket> = {}): Bucket => ({ name: "acme-one", region: "us-east-1", ...more });

  it("production and staging yield an artifact, sealed, with no role of ours", () => {
    const { verdict, plan, planHash } = examined(inProduction, bucketWorld(bucket({ account: PRODUCTION })));
    expect(verdict).toMatchObject({ decision: "artifact", code: "pipeline_only", ruleIds: ["G05", "H07"] });
    expect(planHash).toBe(digest(plan));
    expect(plan?.targets).toMatchObject([{ account: PRODUCTION, environment: "production", roles: [] }]);
    expect(plan?.approval.requesterMayApprove).toBe(false);
  });

  it("production mixed with others is refused", () => {
    const mixed = proposed([...inProduction.proposal.steps, blockOf("s2", "acme-two")]);
    const world = bucketWorld(bucket({ account: PRODUCTION }), { name: "acme-two" });
    expect(examined(mixed, world).verdict).toMatchObject({ decision: "refuse", code: "mixed_environments" });
  });

  it("production, denied by another rule as well, is refused", () => {
    const destructive = JUDGING.judge;
    const judge: typeof destructive = (one, ground) => ({ ...destructive(one, ground), ruleIds: ["G05", "H01"] });
    expect(examined(inProduction, bucketWorld(bucket({ account: PRODUCTION })), { ...JUDGING, judge }).verdict).toMatchObject({
      decision: "refuse",
      code: "policy_denied",
    });
  });

  it.each(["production", "prod", "Staging"])("a resource tagged %s in a sandbox account is refused, not made an artifact (law 5)", (Environment) => {
    const world = bucketWorld({ name: "acme-one", tags: { Environment } });
    expect(examined(block, world).verdict).toMatchObject({ decision: "refuse", code: "environment_tag_stricter" });
  });

  it("a resource tagged test in a sandbox account may not be approved by its requester", () => {
    const approvalOf = (tags: Record<string, string>) => sealed(block, bucketWorld({ name: "acme-one", tags })).plan.approval.requesterMayApprove;
    expect(approvalOf({ Environment: "test" })).toBe(false);
    expect(approvalOf({ Environment: "sandbox" })).toBe(true);
  });

  it("a tag that loosens changes nothing", () => {
    const one = proposed([blockOf("s1", "acme-one", { account: PRODUCTION, region: "us-east-1" })]);
    const world = bucketWorld(bucket({ account: PRODUCTION, tags: { Environment: "sandbox" } }));
    expect(examined(one, world).verdict.decision).toBe("artifact");
  });

  it("missing tags of an existing resource are told in the sandbox, to be acknowledged in development, and stop nothing", () => {
    const find = (account: string) => sealed(proposed([blockOf("s1", "acme-one", { account })]), bucketWorld({ name: "acme-one", account })).plan;
    expect(find(SANDBOX).governance).toMatchObject([{ effect: "informs", message: expect.stringContaining("CostCenter") }]);
    expect(find(SANDBOX).approval.acknowledge).toEqual([]);
    expect(find(DEVELOPMENT).governance).toMatchObject([{ effect: "acknowledge" }]);
    expect(find(DEVELOPMENT).approval.acknowledge).toEqual([expect.stringContaining("CostCenter")]);
    expect(find(DEVELOPMENT).approval.acknowledge[0]).not.toContain("CreatedBy");
  });
});

describe("verdicts of the policies", () => {
  const world = bucketWorld({ name: "acme-one" });

  it("that deny refuse; of rules a planner can keep to, go back", () => {
    const denying = (ruleIds: string[]) =>
      examined(block, world, { ...JUDGING, judge: ({ id }) => ({ stepId: id, decision: "deny", reason: "no", ruleIds }) }).verdict;
    expect(denying(["H06", "J01"])).toMatchObject({ decision: "refuse", code: "policy_denied", ruleIds: ["H06", "J01"] });
    expect(denying([])).toMatchObject({ decision: "refuse" });
    expect(denying(["L09"])).toMatchObject({ decision: "revise" });
    expect(denying(["L09", "H06"])).toMatchObject({ decision: "refuse" });
  });

  it("that never came deny (law 9)", () => {
    const judge: (typeof JUDGING)["judge"] = () => ({ stepId: "s999", decision: "allow", reason: "", ruleIds: [] });
    expect(examined(block, world, { ...JUDGING, judge }).verdict).toMatchObject({ decision: "refuse", ruleIds: ["law-9"] });
  });

  it("open ports to the world are refused by the real ones, a known range is not", () => {
    const rule = (CidrIp: string) =>
      proposed([ec2("s1", "AuthorizeSecurityGroupIngress", { GroupId: "sg-0123456789abcdef0", IpProtocol: "tcp", FromPort: 20, ToPort: 30, CidrIp })]);
    const groups: World = ({ operation }) =>
      operation === "DescribeSecurityGroups" ? [{ Arn: "a", GroupId: "sg-0123456789abcdef0", GroupName: "web", Tags: {} }] : [];
    expect(examined(rule("0.0.0.0/0"), groups).verdict).toMatchObject({ decision: "refuse", ruleIds: ["H06", "J02"] });
    expect(examined(rule("10.1.0.0/16"), groups).verdict.decision).toBe("approve");
  });
});

describe("the Well-Architected table", () => {
  const row = { pillar: "Security", item: "x", resource: "arn:aws:s3:::acme-one", detail: "d", exit: "step" as const, remediation: "r", ruleIds: ["N01"] };
  const with_ = (status: "PASS" | "REMEDIATE" | "ACCEPTABLE" | "BLOCKED", account = SANDBOX, more: { item?: string; exit?: "manual" }[] = [{}]) =>
    examined(proposed([blockOf("s1", "acme-one", { account, region: "us-east-1" })]), bucketWorld({ name: "acme-one", account, region: "us-east-1" }), {
      ...JUDGING,
      wellArchitected: () => more.map((one) => ({ ...row, status, severity: "high", ...one })),
    });

  it("stops a plan by what is blocked, with the only three exits (G15), and is in one that it doesn't stop", () => {
    expect(with_("BLOCKED").verdict).toMatchObject({
      decision: "revise",
      code: "governance_blocks",
      exits: ["include_item", "use_lower_environment", "change_configuration_by_commit"],
    });
    expect(with_("PASS")).toMatchObject({ verdict: { decision: "approve", exits: [] }, plan: { wellArchitected: [{ status: "PASS" }] } });
    expect(with_("ACCEPTABLE").verdict.decision).toBe("approve");
  });

  it("lets what only a person can do into a pipeline's artifact, which is then not released; a direct change has no such door (Y-22)", () => {
    const { verdict } = with_("BLOCKED", PRODUCTION, [{ exit: "manual" }]);
    expect(verdict.decision).toBe("artifact");
    expect(verdict.findings.filter(({ message }) => message.startsWith("x")).map(({ effect }) => effect)).toEqual(["blocks_release"]);
    expect(with_("BLOCKED", PRODUCTION).verdict.code).toBe("governance_blocks");
    expect(with_("BLOCKED", SANDBOX, [{ exit: "manual" }]).verdict.code).toBe("governance_blocks");
  });

  it("has to be acknowledged in development, once an item, and only informs in the sandbox (G14)", () => {
    const acknowledged = (account: string) => with_("ACCEPTABLE", account, [{}, {}, { item: "y" }]).plan?.approval.acknowledge.map((text) => text[0]);
    expect(acknowledged(DEVELOPMENT)?.filter((first) => first !== "T")).toEqual(["x", "y"]);
    expect(acknowledged(SANDBOX)).toEqual([]);
  });

  it("says once what it says of tags", () => {
    const messages = (item: string) => with_("ACCEPTABLE", DEVELOPMENT, [{ item }]).plan?.governance.filter(({ message }) => /tags/i.test(message)).length;
    expect(messages("Governance tags")).toBe(1);
    expect(messages("Access logging")).toBe(1);
  });
});

describe("an undo", () => {
  const given = { Bucket: "acme-one" };
  const write = findWrite("s3", "DeletePublicAccessBlock");
  const image = (flags: readonly boolean[]) => {
    const rows = bucketWorld({ name: "acme-one", flags })(
      { operation: "GetPublicAccessBlock", input: {}, among: ["acme-one"] },
      planReads(block, SETTINGS).calls[0]!,
    ) as Record<string, unknown>[];
    const columns = Object.keys(rows[0] ?? {});
    return stateOf(
      write!.before.slice(0, 1),
      [{ operation: "GetPublicAccessBlock", columns, rows: rows.map((row) => columns.map((column) => row[column])) }],
      given,
    );
  };
  const after = image(ON) as Record<string, Record<string, unknown>[]>;
  const undo = undoOf([{ stepId: "s1", afterDigest: digest(after), after }]);
  const input = proposed([step("s1", "DeletePublicAccessBlock", given)], { undo });

  it("of the state that was left is planned, to be approved by somebody else", () => {
    const { plan } = sealed(input, bucketWorld({ name: "acme-one", flags: ON }));
    expect(plan).toMatchObject({ origin: "ledger", undoOf: undo.undoOf, approval: { requesterMayApprove: false } });
  });

  it("of a state that has changed since is refused, original against current (S05)", () => {
    const { verdict } = examined(input, bucketWorld({ name: "acme-one", flags: [true, true, true, false] }));
    expect(verdict).toMatchObject({ decision: "refuse", code: "drifted_since", ruleIds: ["S05"] });
    expect(verdict.reason).toMatch(/RestrictPublicBuckets was true, is false/);
  });

  it("whose effect only a comparison can tell is left out when it is so, and only then", () => {
    const restore = proposed([step("s1", "DeleteBucketTagging", given)], {
      undo: undoOf([{ stepId: "s1", afterDigest: "0".repeat(64), after: { GetBucketTagging: [{ Absent: null }] } }]),
    });
    expect(examined(restore, bucketWorld({ name: "acme-one", tags: { Name: "x" } })).verdict.decision).toBe("approve");
    const without = { ...restore, undo: undoOf([{ stepId: "s1", afterDigest: "0".repeat(64), after: { GetBucketTagging: [{ Absent: "NoSuchTagSet" }] } }]) };
    expect(examined(without, bucketWorld({ name: "acme-one" })).verdict.code).toBe("already_so");
  });

  it("of something that is gone, or of what is not in its ground, is refused as drift", () => {
    expect(examined(input, bucketWorld()).verdict.code).toBe("drifted_since");
    expect(examined({ ...input, undo: undoOf([]) }, bucketWorld({ name: "acme-one", flags: ON })).verdict.code).toBe("drifted_since");
  });
});

describe("limits", () => {
  const launch = (id: string, InstanceType: string, more = {}) =>
    ec2(id, "RunInstances", {
      ImageId: "ami-0123456789abcdef0",
      InstanceType,
      SubnetId: "subnet-0123456789abcdef0",
      SecurityGroupIds: ["sg-0123456789abcdef0"],
      RootDeviceName: "/dev/xvda",
      Tags: { ...TAGS, DataClassification: "internal" },
      ...more,
    });
  const account =
    (instances: number, AssignIpv6AddressOnCreation = false): World =>
    ({ operation, input }, { targets }) => {
      if (operation === "DescribeSubnets")
        return [{ Arn: "a", SubnetId: "subnet-0123456789abcdef0", VpcId: "vpc-1", CidrBlock: "10.0.0.0/24", AssignIpv6AddressOnCreation, Tags: {} }];
      const counts = JSON.stringify(input).includes("instance-state-name");
      return operation === "DescribeInstances" && counts && targets[0]?.region === "us-east-1"
        ? Array.from({ length: instances }, (_, index) => ({ Arn: `i-${index}`, InstanceId: `i-${index}` }))
        : [];
    };

  it("count the account's instances in every region of it (G01)", () => {
    const one = proposed([launch("s1", "t3.micro")]);
    expect(planReads(one, SETTINGS).calls.map(({ targets }) => targets[0]?.region)).toEqual(["us-east-1", "eu-west-1"]);
    expect(examined(one, account(9)).verdict.decision).toBe("approve");
    expect(examined(one, account(10)).verdict).toMatchObject({ decision: "refuse", code: "limit_instances" });
  });

  it("launch nothing where the subnet gives IPv6 addresses, which are public ones (J06)", () => {
    const one = proposed([launch("s1", "t3.micro")]);
    expect(examined(one, account(0)).verdict.decision).toBe("approve");
    expect(examined(one, account(0, true)).verdict).toMatchObject({ decision: "revise", code: "precondition", reason: expect.stringContaining("IPv6") });
  });

  it("refuse what can't be counted", () => {
    const unknown: World = (read, call) => (call.targets[0]?.region === "eu-west-1" ? "UnauthorizedOperation" : account(1)(read, call));
    expect(examined(proposed([launch("s1", "t3.micro")]), unknown).verdict).toMatchObject({ decision: "refuse", code: "state_incomplete" });
  });

  it("refuse what has no known price (H10), and state the cost of what has", () => {
    expect(examined(proposed([launch("s1", "x9.xlarge")]), account(0)).verdict).toMatchObject({ decision: "refuse", code: "cost_unknown" });
    const { cost } = sealed(proposed([launch("s1", "t3.micro")]), account(0)).plan;
    expect(cost.difference).toBeGreaterThan(0);
    expect(cost.items).toMatchObject([{ stepId: "s1", before: 0, after: cost.difference }]);
  });

  it("refuse a plan that alone costs more than the account may (G01)", () => {
    const cheap = { ...SETTINGS.environments, sandbox: { ...SETTINGS.environments.sandbox, monthlyUsd: 5 } };
    const settings = { ...SETTINGS, environments: cheap };
    expect(examined(proposed([launch("s1", "t3.micro")]), account(0), { ...JUDGING, settings }).verdict).toMatchObject({
      decision: "refuse",
      code: "limit_cost",
    });
  });
});

describe("a deletion of a volume (H09)", () => {
  const VolumeId = "vol-0123456789abcdef0";
  const remove = (account: string) => ec2("s1", "DeleteVolume", { VolumeId }, { account });
  const snapshot = (account: string) =>
    ec2("s2", "CreateSnapshot", { VolumeId, Description: "before", Tags: { ...TAGS, DataClassification: "internal" } }, { account });
  const volumes =
    (snapshots: readonly string[]): World =>
    ({ operation }) =>
      operation === "DescribeVolumes"
        ? [{ Arn: "a", VolumeId, State: "available", Size: 8, VolumeType: "gp3", Encrypted: true, Tags: {} }]
        : snapshots.map((State, index) => ({ Arn: "a", SnapshotId: `snap-${index}`, VolumeId, State }));

  it("outside the sandbox needs a completed snapshot, or one in the same plan, which then comes first", () => {
    expect(examined(proposed([remove(DEVELOPMENT)]), volumes([])).verdict).toMatchObject({ decision: "revise", code: "backup_missing" });
    expect(examined(proposed([remove(DEVELOPMENT)]), volumes(["pending"])).verdict.code).toBe("backup_missing");
    expect(examined(proposed([remove(DEVELOPMENT)]), volumes(["pending", "completed"])).verdict.decision).toBe("approve");
    const both = sealed(proposed([remove(DEVELOPMENT), snapshot(DEVELOPMENT)]), volumes([])).plan;
    expect(both.phases.map(({ destructive, coveredBy, steps }) => [destructive, coveredBy, steps.map(({ id }) => id)])).toEqual([
      [false, 1, ["s2"]],
      [true, 2, ["s1"]],
    ]);
  });

  it("in the sandbox needs none", () => {
    expect(examined(proposed([remove(SANDBOX)]), volumes([])).verdict.decision).toBe("approve");
  });
});

it("a role's key is made inactive only where nothing says it is production's", () => {
  const one = proposed([iam("s1", "UpdateAccessKey", { UserName: "ann", UserPath: "", AccessKeyId: "AKIAIOSFODNN7EXAMPLE" })]);
  const keys =
    (Tags: Record<string, string>): World =>
    ({ operation }) =>
      operation === "ListAccessKeys"
        ? [{ UserName: "ann", AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Active", CreateDate: "2026-01-01" }]
        : [{ Arn: `arn:aws:iam::${SANDBOX}:user/ann`, UserName: "ann", Tags }];
  expect(examined(one, keys({})).verdict.decision).toBe("approve");
  expect(examined(one, keys({ Environment: "production" })).verdict.code).toBe("environment_tag_stricter");
});
