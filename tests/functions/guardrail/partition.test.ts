import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../config/limits.ts";
import { type Extent, partition } from "../../../functions/guardrail/partition.ts";

const extent = (resources: number, regions: number, accounts: number): Extent => ({ resources, regions, accounts });

describe("the worked examples (F10), where they conflict as the pseudocode has it (Y-10)", () => {
  it.each([
    ["847 buckets, 8 regions", extent(847, 8, 1), { mode: "by_region", agents: 8 }],
    ["12 accounts", extent(0, 1, 12), { mode: "by_account", agents: 10 }],
    ["500 instances", extent(500, 1, 1), { mode: "by_batch", agents: 10 }],
    ["234 instances, 4 regions: not 5 batches", extent(234, 4, 1), { mode: "by_region", agents: 4 }],
    ["cost over 16 regions", extent(0, 16, 1), { mode: "by_region", agents: 10 }],
    ["200 buckets, 5 regions", extent(200, 5, 1), { mode: "by_region", agents: 5 }],
    ["100 buckets, 3 regions: not 1 agent", extent(100, 3, 1), { mode: "by_batch", agents: 2 }],
    ["2 accounts once resources trip a threshold", extent(50, 1, 2), { mode: "by_account", agents: 2 }],
  ])("%s", (_, given, expected) => {
    expect(partition(given, LIMITS)).toEqual(expected);
  });

  it.each([
    [extent(49, 3, 3), "single"],
    [extent(50, 3, 1), "by_batch"],
    [extent(49, 4, 1), "by_region"],
    [extent(49, 3, 4), "by_account"],
  ])("stays single right below every threshold and splits at each: %o is %s", (given, mode) => {
    expect(partition(given, LIMITS).mode).toBe(mode);
  });
});

describe("for any extent and limits", () => {
  const count = fc.integer({ min: 0, max: 5_000 });
  const start = fc.integer({ min: 1, max: 60 });
  const limits = fc
    .tuple(start, start, start, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 50 }))
    .map(([resources, regions, accounts, maxParallel, batchSize]) => ({
      ...LIMITS,
      resources: { parallelStart: resources, parallelRequired: 200 },
      regions: { parallelStart: regions, parallelRequired: 60 },
      accounts: { parallelStart: accounts, parallelRequired: 60 },
      agents: { ...LIMITS.agents, maxParallel, batchSize },
    }));

  it("there are at least one and at most maxParallel agents, one when single, and none without work of its own", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 34 }), fc.integer({ min: 1, max: 60 }), limits, (resources, regions, accounts, given) => {
        const { mode, agents } = partition({ resources, regions, accounts }, given);
        expect(agents).toBeGreaterThanOrEqual(1);
        expect(agents).toBeLessThanOrEqual(given.agents.maxParallel);
        const parts = { single: 1, by_account: accounts, by_region: regions, by_batch: Math.max(1, Math.ceil(resources / given.agents.batchSize)) };
        expect(agents).toBeLessThanOrEqual(parts[mode]);
      }),
    );
  });
});
