/** Tokens and dollars by model. Pure. */
import type { UsageEntry } from "../shared/contracts.ts";
import { mergeUsage } from "../shared/usage.ts";
import type { ReportDocument } from "./document.ts";

type Tokens = ReportDocument["usage"]["total"];

/** A model's line is estimated as soon as one of its entries is. */
export function spentOf(usage: readonly UsageEntry[]): ReportDocument["usage"] {
  const models = [...new Set(usage.map(({ model }) => model))].sort();
  return { models: models.map((model) => ({ model, ...sum(usage.filter((entry) => entry.model === model)) })), total: sum(usage) };
}

export function allTokens({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Tokens): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

function sum(entries: readonly UsageEntry[]): Tokens {
  const estimated = entries.some((entry) => entry.estimated);
  const [merged] = mergeUsage(entries.map((entry) => ({ ...entry, by: "", model: "", estimated })));
  const { calls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, usd } = merged ?? {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    usd: 0,
  };
  return { calls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, usd, estimated };
}
