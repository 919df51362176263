/** F08, F09, Y-10: how many agents share a piece of work. The pseudocode's numbers, exactly. */
import type { Limits } from "../../config/limits.ts";

export type PartitionMode = "single" | "by_account" | "by_region" | "by_batch";

export interface Extent {
  readonly resources: number;
  readonly regions: number;
  readonly accounts: number;
}

export interface Partition {
  readonly mode: PartitionMode;
  /** At least 1, at most `agents.maxParallel`. */
  readonly agents: number;
}

export function partition({ resources, regions, accounts }: Extent, limits: Limits): Partition {
  const most = limits.agents.maxParallel;
  if (resources < limits.resources.parallelStart && regions < limits.regions.parallelStart && accounts < limits.accounts.parallelStart)
    return { mode: "single", agents: 1 };
  if (accounts > 1) return { mode: "by_account", agents: Math.min(accounts, most) };
  if (regions >= limits.regions.parallelStart) return { mode: "by_region", agents: Math.min(regions, most) };
  return { mode: "by_batch", agents: Math.max(1, Math.min(Math.ceil(resources / limits.agents.batchSize), most)) };
}
