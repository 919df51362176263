/** What the guardrail makes of plans that protect buckets: which steps stand together, in which order, and what stands against one. */
import { describe, expect, it } from "vitest";
import { denyingPlainHttp } from "../../../../config/catalog/s3-protection-parts.ts";
import type { Judging } from "../../../../functions/guardrail/plan/decide.ts";
import { wellArchitectedTable } from "../../../../functions/guardrail/plan/well-architected.ts";
import { examined, JUDGING, PRODUCTION, proposed, SETTINGS, sealed, step, type World } from "./set-up.ts";

const settings = { ...SETTINGS, changes: { ...SETTINGS.changes, s3: { logBuckets: ["acme-logs", "acme-gone-logs"] } } };
const judging: Judging = { ...JUDGING, settings, wellArchitected: wellArchitectedTable(settings) };
const Bucket = "acme-web";
const TAGS = { CostCenter: "CC-1234", Owner: "web-team", Application: "web", Name: "x", DataClassification: "internal" };
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/** A bucket with nothing but its block, unless `more` says otherwise, and the one that takes logs. */
const world =
  (more: Readonly<Record<string, object>> = {}): World =>
  ({ operation, input, among }) => {
    if (operation === "ListBuckets")
      return [Bucket, "acme-logs"]
        .filter((name) => name.startsWith(String(input.Prefix ?? "")))
        .map((Name) => ({ Arn: `arn:aws:s3:::${Name}`, Name, BucketRegion: "eu-west-1" }));
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

const policy = step("policy", "PutBucketPolicy", { Bucket });
const lifecycle = step("lifecycle", "PutBucketLifecycleConfiguration", { Bucket, NoncurrentDays: 30 });
const logging = step("logging", "PutBucketLogging", { Bucket, TargetBucket: "acme-logs" });
const tagging = step("tagging", "PutBucketTagging", { Bucket, Tags: TAGS });
const versioning = step("versioning", "PutBucketVersioning", { Bucket });
const encryption = step("encryption", "PutBucketEncryption", { Bucket, SSEAlgorithm: "AES256" });
const block = step("block", "PutPublicAccessBlock", { Bucket });
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
    expect(verdictOn([one], world(there))).toMatchObject({ decision: "revise", code: "precondition", reason: expect.stringContaining("not replaced") });
    expect(verdictOn([one], world()).decision).toBe("approve");
  });

  it("and what is so already needs no step", () => {
    expect(verdictOn([policy], world({ GetBucketPolicy: { Absent: null, Policy: denyingPlainHttp(Bucket) } })).code).toBe("already_so");
  });
});

describe("an access log", () => {
  it("goes to a bucket that the settings list and the account has", () => {
    const to = (TargetBucket: string) => verdictOn([step("s1", "PutBucketLogging", { Bucket, TargetBucket })], world());
    expect(to("acme-logs").decision).toBe("approve");
    expect(to("acme-elsewhere")).toMatchObject({ decision: "revise", code: "not_in_settings", reason: expect.stringContaining("logBuckets") });
    expect(to("acme-gone-logs")).toMatchObject({ decision: "revise", code: "resource_not_found" });
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

  it("is sent back without a log bucket, with what would close that", () => {
    const { verdict } = make({});
    expect(verdict).toMatchObject({ code: "governance_blocks" });
    expect(JSON.stringify(verdict)).toContain("LogBucket");
  });
});
