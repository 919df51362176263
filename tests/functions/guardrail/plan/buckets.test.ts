/** What the guardrail makes of plans that protect buckets: which steps stand together, in which order, and what stands against one. */
import { describe, expect, it } from "vitest";
import { findWrite } from "../../../../config/catalog/index.ts";
import { denyingPlainHttp } from "../../../../config/catalog/s3-protection-parts.ts";
import type { Judging } from "../../../../functions/guardrail/plan/decide.ts";
import { wellArchitectedTable } from "../../../../functions/guardrail/plan/well-architected.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { examined, JUDGING, PRODUCTION, proposed, SETTINGS, sealed, step, undoOf, type World } from "./set-up.ts";

const settings = { ...SETTINGS, changes: { ...SETTINGS.changes, s3: { logBuckets: ["acme-logs", "acme-far-logs", "acme-gone-logs"] } } };
const judging: Judging = { ...JUDGING, settings, wellArchitected: wellArchitectedTable(settings) };
const Bucket = "acme-web";
const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x", DataClassification: "internal" };
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/** A bucket with nothing but its block, unless `more` says otherwise, and two that take logs: one where it is, one elsewhere. */
const world =
  (more: Readonly<Record<string, object>> = {}): World =>
  ({ operation, input, among }, { targets }) => {
    const [here, elsewhere] = targets[0]?.account === PRODUCTION ? ["us-east-1", "eu-west-1"] : ["eu-west-1", "us-east-1"];
    if (operation === "ListBuckets")
      return [Bucket, "acme-logs", "acme-far-logs"]
        .filter((name) => name.startsWith(String(input.Prefix ?? "")))
        .map((Name) => ({ Arn: `arn:aws:s3:::${Name}`, Name, BucketRegion: Name === "acme-far-logs" ? elsewhere : here }));
    const absent: Readonly<Record<string, object>> = {
      GetPublicAccessBlock: flags(true),
      GetBucketPolicy: { Absent: "NoSuchBucketPolicy" },
      GetBucketEncryption: { Absent: "ServerSideEncryptionConfigurationNotFoundError" },
      GetBucketLifecycleConfiguration: { Absent: "NoSuchLifecycleConfiguration" },
      GetBucketTagging: { Absent: "NoSuchTagSet" },
    };
    return (among ?? []).map((name) => ({ Arn: `arn:aws:s3:::${name}`, Bucket: name, ...absent[operation], ...more[operation] }));
  };
const flags = (on: boolean | null) => Object.fromEntries(FLAGS.map((flag) => [`PublicAccessBlockConfiguration.${flag}`, on]));
const noBlock = world({ GetPublicAccessBlock: { Absent: "NoSuchPublicAccessBlockConfiguration", ...flags(null) } });

const lifecycleWrite = findWrite("s3", "PutBucketLifecycleConfiguration");
const policy = step("policy", "PutBucketPolicy", { Bucket });
const lifecycle = step("lifecycle", "PutBucketLifecycleConfiguration", { Bucket, NoncurrentDays: 30 });
const logging = step("logging", "PutBucketLogging", { Bucket, TargetBucket: "acme-logs" });
const tagging = step("tagging", "PutBucketTagging", { Bucket, Tags: TAGS });
const versioning = step("versioning", "PutBucketVersioning", { Bucket });
const encryption = step("encryption", "PutBucketEncryption", { Bucket, SSEAlgorithm: "AES256" });
const block = step("block", "PutPublicAccessBlock", { Bucket });
const making = (more: object, region = "eu-west-1") =>
  step("s1", "CreateBucket", { Bucket: "acme-new", SSEAlgorithm: "AES256", Tags: TAGS, ...more }, { region });
const made = (more: object, region?: string) => verdictOn([making(more, region)], world());
const verdictOn = (steps: Parameters<typeof proposed>[0], of: World) => examined(proposed(steps), of, judging).verdict;
const orderOf = (steps: Parameters<typeof proposed>[0], of: World) => {
  const [phase, ...more] = sealed(proposed(steps), of, judging).plan.phases;
  expect(more).toEqual([]);
  return phase?.steps.map(({ id }) => id);
};

describe("one plan for one bucket", () => {
  it("has all of its protection, in any order; tags, which every step looks at, are set last", () => {
    const steps = [tagging, policy, lifecycle, logging, versioning, encryption];
    expect(orderOf(steps, world())).toEqual(["policy", "lifecycle", "logging", "versioning", "encryption", "tagging"]);
    expect(orderOf(steps.toReversed(), world())).toEqual(["encryption", "versioning", "logging", "lifecycle", "policy", "tagging"]);
    expect(orderOf([tagging, block, lifecycle, logging, versioning], noBlock)).toEqual(["block", "lifecycle", "logging", "versioning", "tagging"]);
  });

  it("shows the policy and the rule before and after, and how each is taken back", () => {
    const { plan } = sealed(proposed([policy, lifecycle, logging]), world(), judging);
    const [first, second, third] = plan.phases[0]?.steps ?? [];
    expect(first?.changes).toEqual([
      { field: "Policy.Version", before: null, after: "2012-10-17" },
      { field: "Policy.Statement", before: null, after: denyingPlainHttp(Bucket).Statement },
    ]);
    expect(second?.changes.map(({ field }) => field).join()).toContain("NoncurrentVersionTransitions");
    expect(third?.changes).toEqual([
      { field: "LoggingEnabled.TargetBucket", before: null, after: "acme-logs" },
      { field: "LoggingEnabled.TargetPrefix", before: null, after: "acme-web/" },
    ]);
    expect([first, second, third].map((one) => one?.inverse?.operation)).toEqual(["DeleteBucketPolicy", "DeleteBucketLifecycle", "DisableBucketLogging"]);
  });

  it("blocks public access in a plan before the one that denies plain HTTP: the policy rests on what the other would change", () => {
    const against = { decision: "revise", code: "precondition", reason: expect.stringContaining("in a request of its own") };
    expect(verdictOn([block, policy], noBlock)).toMatchObject(against);
    expect(verdictOn([policy], noBlock)).toMatchObject(against);
    expect(verdictOn([policy], world()).decision).toBe("approve");
    // On already: the step is left out, and nothing stands against the policy.
    expect(orderOf([block, policy], world())).toEqual(["policy"]);
  });
});

describe("nothing that is there is replaced", () => {
  it.each([
    ["a policy", policy, { GetBucketPolicy: { Absent: null, Policy: { Statement: [] } } }],
    ["lifecycle rules", lifecycle, { GetBucketLifecycleConfiguration: { Absent: null, "Rules.ID": ["theirs"] } }],
    ["an access log", logging, { GetBucketLogging: { "LoggingEnabled.TargetBucket": "acme-elsewhere" } }],
  ])("%s", (_, one, there) => {
    const { decision, code, reason } = verdictOn([one], world(there));
    expect([decision, code]).toEqual(["revise", "precondition"]);
    expect(reason).toMatch(/not replaced.*While that is so, leave the step out\.$/);
    expect(verdictOn([one], world()).decision).toBe("approve");
  });

  it("and what is so already needs no step", () => {
    const there = (Policy: object) => verdictOn([policy], world({ GetBucketPolicy: { Absent: null, Policy } })).code;
    const ours = denyingPlainHttp(Bucket);
    expect(there(ours)).toBe("already_so");
    const [statement] = ours.Statement;
    const Condition = { ...statement?.Condition, StringEquals: { "aws:SourceVpc": "vpc-1" } };
    expect(there({ ...ours, Statement: [{ ...statement, Condition }] })).toBe("precondition");
  });

  it("but for a rule that does what ours does and deletes objects too", () => {
    const promised = Object.entries(lifecycleWrite?.promises({ Bucket, NoncurrentDays: 30 }, {}).GetBucketLifecycleConfiguration ?? {});
    const rule = Object.fromEntries(promised.map(([column, value]) => [column, value ?? [null]]));
    const there = (more: object) => verdictOn([lifecycle], world({ GetBucketLifecycleConfiguration: { Absent: null, ...rule, ...more } })).code;
    expect([there({}), there({ "Rules.Expiration.Days": [1] })]).toEqual(["already_so", "precondition"]);
  });
});

describe("an access log", () => {
  it("goes to a bucket that the settings list and the account has", () => {
    const to = (TargetBucket: string) => verdictOn([step("s1", "PutBucketLogging", { Bucket, TargetBucket })], world());
    expect(to("acme-logs").decision).toBe("approve");
    const outside = { decision: "revise", code: "not_in_settings", ruleIds: ["K13", "N02"], reason: expect.stringContaining("logBuckets") };
    expect(to("acme-elsewhere")).toMatchObject(outside);
    const gone = { decision: "revise", code: "resource_not_found", reason: expect.stringContaining("names acme-gone-logs: ListBuckets does not show it") };
    expect(to("acme-gone-logs")).toMatchObject(gone);
    expect([made({ LogBucket: "acme-logs" }).decision, made({}).decision]).toEqual(["approve", "approve"]);
    expect(made({ LogBucket: "acme-elsewhere" })).toMatchObject(outside);
    expect(made({ LogBucket: "acme-gone-logs" })).toMatchObject(gone);
  });

  it("goes to a bucket of the same region: where the logged one is, or is made", () => {
    const far = { decision: "revise", code: "precondition" };
    const logged = verdictOn([step("s1", "PutBucketLogging", { Bucket, TargetBucket: "acme-far-logs" }, { region: "us-east-1" })], world());
    expect(logged).toMatchObject({ ...far, reason: expect.stringContaining("acme-web, in eu-west-1, can't be logged to acme-far-logs, in us-east-1") });
    expect(made({ LogBucket: "acme-far-logs" })).toMatchObject({ ...far, reason: expect.stringContaining("acme-new, in eu-west-1") });
    expect(made({ LogBucket: "acme-far-logs" }, "us-east-1").decision).toBe("approve");
  });

  it("is not turned on for a bucket that takes access logs itself", () => {
    const loop = { decision: "revise", code: "invalid_input", ruleIds: ["K13", "N02"], reason: expect.stringContaining("Bucket acme-logs is in the settings") };
    expect(verdictOn([step("s1", "PutBucketLogging", { Bucket: "acme-logs", TargetBucket: "acme-far-logs" })], world())).toMatchObject(loop);
    expect(made({ Bucket: "acme-gone-logs", LogBucket: "acme-logs" })).toMatchObject({ ...loop, reason: expect.stringContaining("acme-gone-logs") });
    // Without a log of its own it may be made.
    expect(made({ Bucket: "acme-gone-logs" }).decision).toBe("approve");
  });

  it("shows the log bucket beside the bucket that is to be made, which is absent", () => {
    const [one] = sealed(proposed([making({ LogBucket: "acme-logs" })]), world(), judging).plan.phases.flatMap(({ steps }) => steps);
    expect(one?.before).toMatchObject({ absent: true, image: { ListBuckets: [], LogBucket: [{ Name: "acme-logs", BucketRegion: "eu-west-1" }] } });
    const [plain] = sealed(proposed([making({})]), world(), judging).plan.phases.flatMap(({ steps }) => steps);
    expect(plain?.before.image).toEqual({ ListBuckets: [] });
  });
});

describe("the undo of a new bucket", () => {
  const reads = findWrite("s3", "CreateBucket")?.after ?? [];
  const none = { Absent: null, Policy: null, TagSet: null, Status: null, MFADelete: null };
  const shown: Readonly<Record<string, object>> = { GetBucketPolicy: { Policy: denyingPlainHttp(Bucket) }, GetBucketTagging: { TagSet: TAGS } };
  const rowOf = ({ operation, columns }: (typeof reads)[number]) =>
    Object.fromEntries(columns.map((column) => [column, ({ ...none, ...shown[operation] } as Readonly<Record<string, unknown>>)[column] ?? null]));
  const after = Object.fromEntries(reads.map((read) => [read.operation, [rowOf(read)]]));
  const undo = undoOf([{ stepId: "s1", afterDigest: digest(after), after }]);
  const undone = (changed: Readonly<Record<string, object>>) => {
    const now = Object.fromEntries(reads.map((read) => [read.operation, { Absent: null, ...rowOf(read), ...changed[read.operation] }]));
    return examined({ ...proposed([step("s1", "DeleteBucket", { Bucket })]), undo }, world(now), judging).verdict;
  };

  it("deletes it as it was left", () => {
    expect(undone({})).toMatchObject({ decision: "approve" });
  });

  it.each([
    ["its policy", "GetBucketPolicy", { Policy: { Statement: [] } }],
    ["its policy, gone", "GetBucketPolicy", { Absent: "NoSuchBucketPolicy", Policy: null }],
    ["its lifecycle rules", "GetBucketLifecycleConfiguration", { "Rules.Expiration.Days": [1] }],
    ["its access log", "GetBucketLogging", { "LoggingEnabled.TargetBucket": "acme-logs" }],
    ["its block of public access", "GetPublicAccessBlock", { "PublicAccessBlockConfiguration.BlockPublicAcls": false }],
    ["its encryption", "GetBucketEncryption", { "ServerSideEncryptionConfiguration.Rules.BucketKeyEnabled": [true] }],
    ["its versioning", "GetBucketVersioning", { Status: "Suspended" }],
    ["its tags", "GetBucketTagging", { TagSet: { ...TAGS, Owner: "else" } }],
  ])("but not where somebody has changed %s since", (_, operation, change) => {
    expect(undone({ [operation]: change })).toMatchObject({ decision: "refuse", code: "drifted_since", reason: expect.stringContaining(operation) });
  });
});

describe("a bucket for production", () => {
  const inProduction = { account: PRODUCTION, region: "us-east-1" };
  const make = (more: object) => {
    const Tags = { ...TAGS, Owner: "web@acme.example" };
    return examined(proposed([step("s1", "CreateBucket", { Bucket: "acme-new", SSEAlgorithm: "AES256", Tags, ...more }, inProduction)]), world(), judging);
  };

  it("is an artifact whose release waits for MFA Delete, which nobody here can turn on", () => {
    const { verdict, plan } = make({ LogBucket: "acme-logs" });
    expect(verdict.decision, verdict.reason).toBe("artifact");
    expect(plan?.wellArchitected.filter(({ status }) => status !== "PASS").map(({ item, exit }) => [item, exit])).toEqual([["MFA Delete", "manual"]]);
    expect(plan?.governance).toMatchObject([{ effect: "blocks_release", message: expect.stringContaining("MFA Delete") }]);
  });

  it("shows a person which of its settings each value is of", () => {
    const fields = make({ LogBucket: "acme-logs" }).plan?.phases.flatMap(({ steps }) => steps.flatMap(({ changes }) => changes.map(({ field }) => field)));
    expect(fields).toEqual(expect.arrayContaining(["GetBucketVersioning.Status", "Rules.Status", "TagSet.Owner", "Policy.Statement"]));
  });

  it("has no log of its own if it takes other buckets' logs, and its table says so", () => {
    const { verdict, plan } = make({ Bucket: "acme-gone-logs" });
    expect(verdict.decision, verdict.reason).toBe("artifact");
    expect(plan?.wellArchitected.find(({ item }) => item.startsWith("Access logging"))).toMatchObject({
      status: "PASS",
      detail: expect.stringContaining("takes other buckets' access logs"),
    });
  });

  it("is sent back without a log bucket, with what would close that", () => {
    const { verdict } = make({});
    expect(verdict).toMatchObject({ code: "governance_blocks" });
    expect(JSON.stringify(verdict)).toContain("LogBucket");
  });
});
