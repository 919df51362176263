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
