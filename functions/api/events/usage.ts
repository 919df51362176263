import type { UsageEntry } from "../../shared/contracts.ts";

export type ModelUsage = Omit<UsageEntry, "by">;

/** Usage summed by model; `estimated` where any part of the sum is. */
export function usageByModel(entries: readonly UsageEntry[]): ModelUsage[] {
  const sums = new Map<string, ModelUsage>();
  for (const { by: _, ...entry } of entries) {
    const sum = sums.get(entry.model);
    sums.set(entry.model, sum ? add(sum, entry) : entry);
  }
  return [...sums.values()];
}

function add(a: ModelUsage, b: ModelUsage): ModelUsage {
  return {
    model: a.model,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    usd: a.usd + b.usd,
    calls: a.calls + b.calls,
    estimated: a.estimated || b.estimated,
  };
}
