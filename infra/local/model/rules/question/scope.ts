/** Which of the request's accounts and regions a text means. Words only narrow; what isn't named stays. */
import type { Target } from "../evidence.ts";

export interface Scope {
  readonly targets: readonly Target[];
  /** Regions that the text names, of those the targets have. */
  readonly regions: readonly string[];
  /** An environment that the text names and no target has. */
  readonly missing: string | undefined;
  /** The words that named accounts, regions and environments. */
  readonly words: readonly string[];
}

const REGION = /\b(?:us|eu|ap|af|ca|me|sa|il|mx|cn)(?:-gov)?-[a-z]{2,12}-\d\b/gi;
const ENVIRONMENTS: Readonly<Record<string, string>> = {
  sandbox: "sandbox(?:es)?",
  development: "development|dev",
  test: "test(?=(?:ing)? (?:account|environment|env)\\b)|(?<=\\b(?:in|of|for|from|our) (?:the |our )?)test(?:ing)?(?! (?:the|that|whether))",
  staging: "staging",
  production: "production|prod",
};

export function scopeOf(text: string, all: readonly Target[]): Scope {
  const words: string[] = [];
  let rest = text;
  const take = (found: string) => {
    words.push(found);
    rest = rest.replace(found, " ");
  };
  const named = all.filter(({ account, name }) => {
    const found = [account, name].flatMap((label) => new RegExp(`(?<![\\w-])${escaped(label)}(?![\\w-])`, "i").exec(rest)?.[0] ?? []);
    for (const one of found) take(one);
    return found.length > 0;
  });
  const regions = [...new Set([...rest.matchAll(REGION)].map(([region]) => region.toLowerCase()))];
  for (const region of regions) take(new RegExp(region, "i").exec(rest)?.[0] ?? region);

  const environments = Object.entries(ENVIRONMENTS).flatMap(([environment, pattern]) => {
    const found = new RegExp(`(?<!non-?|not )\\b(?:${pattern})(?![\\w-])`, "i").exec(rest)?.[0];
    if (found === undefined) return [];
    take(found);
    return [environment];
  });
  const chosen = named.length > 0 ? named : environments.length > 0 ? all.filter(({ environment }) => environments.includes(environment)) : all;
  return {
    targets: chosen,
    regions: regions.filter((region) => all.some((target) => target.regions.includes(region))),
    missing: chosen.length === 0 && environments.length > 0 ? environments.join(" or ") : undefined,
    words,
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
