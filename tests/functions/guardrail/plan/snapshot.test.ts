import { describe, expect, it } from "vitest";
import { tagsIn } from "../../../../functions/guardrail/plan/observe.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import { isGap, snapshotOf } from "../../../../functions/guardrail/plan/snapshot.ts";
import { told } from "../../../../functions/guardrail/plan/told.ts";
import type { WorkerResult } from "../../../../functions/shared/contracts.ts";
import { answer, blockOf, bucketWorld, failureOf, proposed, SANDBOX, SETTINGS } from "./set-up.ts";

const { calls } = planReads(proposed([blockOf("s1", "acme-one")]), SETTINGS);
const spot = { service: "s3", account: SANDBOX, region: "global" } as const;
const whole = calls.map((call) => answer(call, bucketWorld({ name: "acme-one" })));
const rows = (results: WorkerResult[]) => snapshotOf(calls, results).rows(spot, "GetPublicAccessBlock");
const with_ = (failures: WorkerResult["failures"], kept: (operation: string) => boolean) =>
  rows(whole.map((result) => ({ ...result, failures, tables: result.tables.filter(({ operation }) => kept(operation)) })));
const others = (operation: string) => operation !== "GetPublicAccessBlock";

describe("what a snapshot shows of an operation", () => {
  it("are its rows", () => {
    expect(rows(whole)).toMatchObject({ operation: "GetPublicAccessBlock", rows: [expect.arrayContaining(["acme-one"])] });
  });

  it("are no rows where AWS says that nothing is there", () => {
    expect(with_([failureOf("GetPublicAccessBlock", "NoSuchBucket")], others)).toMatchObject({ rows: [] });
  });

  it.each(["PayloadShare", "MoreFailures"])("is nothing where a report of another read stands for more than that one: %s", (code) => {
    const found = with_([failureOf("GetPublicAccessBlock", "NoSuchBucket"), failureOf("GetBucketTagging", code)], others);
    expect(isGap(found)).toBe(true);
  });

  it("is not touched by another read's own failure", () => {
    expect(isGap(with_([failureOf("GetBucketTagging", "AccessDenied")], () => true))).toBe(false);
  });

  it("are rows once, though two reads gave them", () => {
    const twice = whole.map((result) => ({ ...result, tables: [...result.tables, ...result.tables] }));
    expect(rows(twice)).toMatchObject({ rows: [expect.anything()] });
  });

  it("is nothing of what was not asked", () => {
    expect(isGap(snapshotOf(calls, whole).rows(spot, "GetBucketPolicies"))).toBe(true);
    expect(isGap(snapshotOf(calls, whole).rows({ ...spot, account: "333333333333" }, "ListBuckets"))).toBe(true);
  });
});

describe("tags of several rows", () => {
  it.each([
    ["sandbox", "prod"],
    ["prod", "sandbox"],
    ["nonsense", "prod"],
  ])("keep the stricter environment: %s and %s (law 5)", (one, other) => {
    expect(tagsIn({ A: [{ Tags: { Environment: one, Name: "x" } }], B: [{ TagSet: { Environment: other } }] })).toEqual({ Environment: "prod", Name: "x" });
  });

  it("are none where there are none", () => {
    expect(tagsIn({ A: [{ Tags: null, TagSet: ["x"] }], B: [] })).toEqual({});
  });
});

it("a text told is short, on one line, and whole in its characters", () => {
  expect(told("a\n\n## b\u202ec\u0007", 80)).toBe("a ## b c");
  expect(told("😀".repeat(10), 3)).toBe("😀😀😀…");
  expect(told({ a: 1 })).toBe('{"a":1}');
  expect(told(undefined)).toBe("");
});
