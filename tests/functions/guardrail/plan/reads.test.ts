import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../../config/catalog/index.ts";
import { mergeReads } from "../../../../functions/guardrail/plan/merge-reads.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import type { WantedRead } from "../../../../functions/guardrail/plan/wanted.ts";
import { workerCall } from "../../../../functions/shared/contracts.ts";
import { blockOf, DEVELOPMENT, ec2, iam, proposed, SANDBOX, SETTINGS, step } from "./set-up.ts";

const read = (operation: string, input: Record<string, unknown>, service: WantedRead["service"] = "ec2"): WantedRead => ({
  service,
  account: SANDBOX,
  region: "us-east-1",
  operation,
  input,
});
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
const id = (prefix: string, index: number) => `${prefix}-${String(index).padStart(17, "0")}`;

describe("reads of one place become", () => {
  it("one among all resources of a per-resource read, each once", () => {
    const reads = ["a", "b", "a"].map((Bucket) => read("GetPublicAccessBlock", { Bucket }, "s3"));
    expect(mergeReads(reads)).toEqual([{ operation: "GetPublicAccessBlock", input: {}, among: ["a", "b"] }]);
  });

  it("one filter of all values, but of one name only", () => {
    const reads = [read("DescribeVolumes", filter("volume-id", "vol-1")), read("DescribeVolumes", filter("volume-id", "vol-2"))];
    expect(mergeReads(reads)).toEqual([{ operation: "DescribeVolumes", input: filter("volume-id", "vol-1", "vol-2") }]);
    expect(mergeReads([...reads, read("DescribeVolumes", filter("attachment.instance-id", "i-1"))])).toHaveLength(2);
  });

  it("one list of ids", () => {
    expect(mergeReads(["i-1", "i-2"].map((one) => read("DescribeInstances", { InstanceIds: [one] })))).toEqual([
      { operation: "DescribeInstances", input: { InstanceIds: ["i-1", "i-2"] } },
    ]);
  });

  it("each its own where two filters belong together, and one where they are the same", () => {
    const both = (name: string) => ({ Filters: [...filter("group-name", name).Filters, ...filter("vpc-id", "vpc-1").Filters] });
    expect(mergeReads([both("a"), both("b"), both("a")].map((input) => read("DescribeSecurityGroups", input)))).toHaveLength(2);
  });

  it("as many as hold their input in its bytes, and the catalog takes them all", () => {
    const reads = Array.from({ length: 150 }, (_, index) => read("DescribeInstances", filter("instance-id", id("i", index))));
    const merged = mergeReads(reads);
    expect(merged.length).toBe(3);
    for (const { input } of merged) {
      expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThanOrEqual(2 * 1024);
      expect(CATALOG.ec2.reads.DescribeInstances?.input.safeParse(input).success).toBe(true);
    }
    expect(merged.flatMap(({ input }) => (input.Filters as { Values: string[] }[])[0]?.Values)).toHaveLength(150);
  });
});

it("reads of long values are fewer at once", () => {
  const reads = Array.from({ length: 30 }, (_, index) => read("DescribeVolumes", filter("tag:Name", `${"x".repeat(200)}${index}`)));
  const merged = mergeReads(reads);
  expect(merged.length).toBeGreaterThan(2);
  for (const { input } of merged) expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThanOrEqual(2 * 1024);
});

describe("calls", () => {
  const steps = [
    blockOf("s1", "acme-one"),
    blockOf("s2", "other-two", { account: DEVELOPMENT }),
    ec2("s3", "StopInstances", { InstanceId: id("i", 1) }),
    ec2("s4", "StopInstances", { InstanceId: id("i", 2) }, { region: "eu-west-1" }),
    iam("s5", "UpdateAccessKey", { UserName: "ann", UserPath: "", AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
    step("s6", "PutBucketVersioning", { Bucket: "acme-six" }),
  ];
  const { calls } = planReads(proposed(steps), SETTINGS);

  it("are one a service, account and region, of the contract, and share the results' bytes", () => {
    expect(calls.map(({ service, targets }) => [service, targets[0]?.account, targets[0]?.region])).toEqual([
      ["s3", SANDBOX, "global"],
      ["s3", DEVELOPMENT, "global"],
      ["ec2", SANDBOX, "us-east-1"],
      ["ec2", SANDBOX, "eu-west-1"],
      ["iam", SANDBOX, "global"],
    ]);
    for (const call of calls) expect(workerCall.safeParse(call).success).toBe(true);
    expect(calls.reduce((sum, { shareBytes }) => sum + shareBytes, 0)).toBeLessThanOrEqual(SETTINGS.limits.bytes.results);
  });

  it("list an account's buckets from their names' common beginning on", () => {
    const lists = calls.flatMap(({ reads }) => reads.filter(({ operation }) => operation === "ListBuckets"));
    expect(lists.map(({ input }) => input)).toEqual([{ Prefix: "acme-" }, { Prefix: "other-two" }]);
    const apart = planReads(proposed([blockOf("s1", "acme-one"), blockOf("s2", "zebra")]), SETTINGS).calls;
    expect(apart[0]?.reads).toContainEqual({ operation: "ListBuckets", input: {} });
  });

  it("read tags of everything that has some", () => {
    const tagReads = ["GetBucketTagging", "DescribeInstances", "GetUser"];
    for (const operation of tagReads) expect(calls.flatMap(({ reads }) => reads.map((one) => one.operation))).toContain(operation);
  });

  it("that can't hold their results are refused", () => {
    const accounts = Array.from({ length: 60 }, (_, index) => String(100_000_000_000 + index));
    const [sandbox] = SETTINGS.accounts;
    const settings = {
      ...SETTINGS,
      accounts: accounts.map((one, index) => ({ ...sandbox!, id: one, name: `acme-${index}` })),
      scopes: accounts.map((account) => ({ account, services: ["s3" as const] })),
    };
    const input = proposed(accounts.map((account, index) => blockOf(`s${index}`, "acme-one", { account })));
    const [target] = input.admission.targets;
    const admission = { ...input.admission, targets: accounts.map((account, index) => ({ ...target!, account, name: `acme-${index}` })) };
    expect(planReads({ ...input, admission }, settings).verdict).toMatchObject({ code: "plan_too_wide", decision: "refuse" });
  });
});
