import type { UsageEntry } from "../../shared/contracts.ts";
import { sumUsage } from "../../shared/usage.ts";

export type ModelUsage = Omit<UsageEntry, "by">;

/** Usage summed by model; `estimated` where any part of the sum is. */
export function usageByModel(entries: readonly UsageEntry[]): ModelUsage[] {
  const withoutCaller = entries.map(({ by: _, ...entry }): ModelUsage => entry);
  return sumUsage(withoutCaller, ({ model }) => model);
}
