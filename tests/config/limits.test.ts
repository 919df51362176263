import { describe, expect, test } from "vitest";
import { LIMITS, limitsSchema, mergeLimits } from "../../config/limits.ts";

describe("limits", () => {
  test("are those of F02–F06", () => {
    expect(LIMITS).toMatchObject({
      resources: { parallelStart: 50, parallelRequired: 200 },
      regions: { parallelStart: 4, parallelRequired: 8 },
      accounts: { parallelStart: 4, parallelRequired: 10 },
      seconds: { advise: 300, block: 600 },
      agents: { maxParallel: 10, batchSize: 50, timeoutSeconds: 600 },
    });
    expect(limitsSchema.parse(LIMITS)).toEqual(LIMITS);
  });

  test("history, results and the request fit a Step Functions state of 256 KiB", () => {
    expect(LIMITS.bytes.results + LIMITS.bytes.history).toBeLessThan(256 * 1024);
  });

  test("a section that is not given stays the core's", () => {
    expect(mergeLimits(LIMITS, { fanOut: 3, agents: undefined })).toEqual({ ...LIMITS, fanOut: 3 });
  });
});
