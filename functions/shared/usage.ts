/** Tokens and dollars of a request, counted in the state. */
import type { UsageEntry } from "./contracts.ts";

export function spentUsd(usage: readonly UsageEntry[]): number {
  return usage.reduce((sum, { usd }) => sum + usd, 0);
}

/** Never negative. */
export function remainingUsd(budgetUsd: number, usage: readonly UsageEntry[]): number {
  return Math.max(0, budgetUsd - spentUsd(usage));
}

/** Entries of one key become one: their tokens, dollars and calls summed, `estimated` where any of them is. */
export function sumUsage<Entry extends Omit<UsageEntry, "by">>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  const sums = new Map<string, Entry>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const sum = sums.get(key);
    sums.set(key, sum ? add(sum, entry) : entry);
  }
  return [...sums.values()];
}

/** One entry for each caller and model, so that the state stays small however many calls there were. */
export function mergeUsage(entries: readonly UsageEntry[]): UsageEntry[] {
  return sumUsage(entries, ({ by, model, estimated }) => JSON.stringify([by, model, estimated]));
}

/** What was set aside for a caller that ended before it told its usage counts as spent. */
export function reservedUsage(by: string, usd: number): UsageEntry[] {
  return usd > 0 ? [uncountedUsage({ by, model: "unknown (worker crashed)", usd, calls: 0 })] : [];
}

/** Dollars that count as spent though nobody told the tokens. */
export function uncountedUsage(known: Pick<UsageEntry, "by" | "model" | "usd" | "calls">): UsageEntry {
  return { ...known, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true };
}

function add<Entry extends Omit<UsageEntry, "by">>(a: Entry, b: Entry): Entry {
  return {
    ...a,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    usd: a.usd + b.usd,
    calls: a.calls + b.calls,
    estimated: a.estimated || b.estimated,
  };
}
