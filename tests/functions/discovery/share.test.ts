import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitToShare } from "../../../functions/discovery/share.ts";
import { type FailureReport, workerResult } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { result, SANDBOX, table } from "../shared/samples.ts";
import { ROLE } from "./fake-service.ts";

const failure = (message: string): FailureReport => ({
  operation: "GetPolicy",
  account: SANDBOX,
  region: "eu-west-1",
  role: ROLE,
  errorCode: "AccessDenied",
  message,
  access: "s3:GetBucketPolicy",
  count: 1,
});

describe("fitToShare", () => {
  it("leaves a result that fits as it is", () => {
    const whole = result([table([["a"]])], { failures: [failure("no")] });
    expect(fitToShare(whole, ROLE, jsonBytes(whole))).toBe(whole);
  });

  it("of many failures keeps the first and counts the rest", () => {
    const fitted = fitToShare(result([], { status: "failed", failures: Array.from({ length: 50 }, () => failure("m".repeat(400))) }), ROLE, 8_192);
    expect(fitted.status).toBe("failed");
    expect(fitted.failures.length).toBeGreaterThan(5);
    expect(fitted.failures.at(-1)).toMatchObject({ errorCode: "MoreFailures" });
    expect(fitted.failures.reduce((sum, { count }) => sum + count, 0)).toBe(50);
  });

  it("of more resolutions than a quarter of the share keeps the first and says how many are gone; of fewer, all", () => {
    const resolutions = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        account: `${100000000000 + index}`,
        worker: "discovery-s3",
        scopedRole: ROLE,
        exists: "yes" as const,
        using: "u".repeat(120),
      }));
    const big = table(Array.from({ length: 400 }, () => ["x".repeat(50)]));
    const fitted = fitToShare(result([big], { resolutions: resolutions(50), note: "é\n".repeat(1000) }), ROLE, 4_800);
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(4_800);
    expect(jsonBytes(fitted.resolutions)).toBeLessThanOrEqual(1_200);
    expect(fitted.resolutions.length).toBeGreaterThan(2);
    expect(fitted.failures).toEqual([expect.objectContaining({ errorCode: "MoreResolutions", count: 50 - fitted.resolutions.length })]);
    expect(fitted.status).toBe("partial");
    const few = fitToShare(result([big], { resolutions: resolutions(2) }), ROLE, 4_800);
    expect([few.resolutions.length, few.failures, few.status]).toEqual([2, [], "complete"]);
  });

  it("never exceeds its bytes, accounts for every table and failure, and keeps the contract", () => {
    const anyTable = fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.string({ unit: "grapheme", maxLength: 60 }))
      .map(([rows, text]) => table(Array.from({ length: rows }, () => [text])));
    const tables = fc.array(anyTable, { maxLength: 30 });
    const failures = fc.array(fc.string({ maxLength: 500 }).map(failure), { maxLength: 30 });
    fc.assert(
      fc.property(tables, failures, fc.integer({ min: 4_000, max: 30_000 }), (given, failed, bytes) => {
        const fitted = workerResult.parse(fitToShare(result(given, { failures: failed }), ROLE, bytes));
        expect(jsonBytes(fitted)).toBeLessThanOrEqual(bytes);
        const leftOut = (code: string) => fitted.failures.find(({ errorCode }) => errorCode === code)?.count ?? 0;
        expect(fitted.tables.length + leftOut("PayloadShare")).toBe(given.length);
        expect(fitted.failures.filter(({ errorCode }) => errorCode === "AccessDenied").length + leftOut("MoreFailures")).toBe(failed.length);
        if (leftOut("PayloadShare") + leftOut("MoreFailures") > 0) expect(fitted.status).toBe("partial");
        for (const one of fitted.tables) expect(one.shown).toBe(one.rows.length);
      }),
      { numRuns: 150 },
    );
  });
});
