import { expect, it } from "vitest";
import { mergeUsage, remainingUsd, spentUsd } from "../../../functions/shared/usage.ts";
import { usage } from "./samples.ts";

it("merges calls of one caller and model and keeps estimates, callers and models apart", () => {
  const merged = mergeUsage([
    usage({ usd: 0.1, inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 }),
    usage({ usd: 0.2, inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 40, calls: 2 }),
    usage({ usd: 0.3, estimated: true }),
    usage({ usd: 0.4, by: "discovery-s3" }),
    usage({ usd: 0.5, model: "other" }),
  ]);
  expect(merged).toHaveLength(4);
  expect(merged[0]).toMatchObject({ inputTokens: 11, outputTokens: 22, cacheReadTokens: 33, cacheWriteTokens: 44, calls: 3 });
  expect(spentUsd(merged)).toBeCloseTo(1.5);
});

it("never has less than nothing left", () => {
  expect(remainingUsd(2, [usage({ usd: 0.5 })])).toBe(1.5);
  expect(remainingUsd(2, [usage({ usd: 5 })])).toBe(0);
});
