/** Tokens and dollars of a request, counted in the state. */
import type { UsageEntry } from "./contracts.ts";

export function spentUsd(usage: readonly UsageEntry[]): number {
  return usage.reduce((sum, { usd }) => sum + usd, 0);
}

/** Never negative. */
export function remainingUsd(budgetUsd: number, usage: readonly UsageEntry[]): number {
  return Math.max(0, budgetUsd - spentUsd(usage));
}

/** One entry for each caller and model, so that the state stays small however many calls there were. */
export function mergeUsage(entries: readonly UsageEntry[]): UsageEntry[] {
  const merged = new Map<string, UsageEntry>();
  for (const entry of entries) {
    const key = `${entry.by} ${entry.model} ${entry.estimated}`;
    const sum = merged.get(key);
    merged.set(
      key,
      sum
        ? {
            ...sum,
            inputTokens: sum.inputTokens + entry.inputTokens,
            outputTokens: sum.outputTokens + entry.outputTokens,
            cacheReadTokens: sum.cacheReadTokens + entry.cacheReadTokens,
            cacheWriteTokens: sum.cacheWriteTokens + entry.cacheWriteTokens,
            usd: sum.usd + entry.usd,
            calls: sum.calls + entry.calls,
          }
        : entry,
    );
  }
  return [...merged.values()];
}
