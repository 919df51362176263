/** Which accounts and regions a request reaches: registry first; the request, then its text, may only narrow (law 5, Y-08, Y-12). */
import type { Account } from "../../config/accounts.ts";
import { isMisspelledRegion, isRegion, nearestRegions, REGION_SHAPE, type Region } from "../../config/regions.ts";
import type { Exclusion, RequestDocument, Target } from "../shared/contracts.ts";

export interface Scope {
  readonly targets: Target[];
  readonly exclusions: Exclusion[];
  /** The request named regions: global lists are filtered to them. */
  readonly regionsNarrowed: boolean;
}

/** "in account 123456789012": a number after a word that limits; an account id elsewhere ("trusts 123…") is only a value. */
const SCOPING_ACCOUNT = /\b(?:in|of|for|from|on|across)\s+(?:the\s+)?(?:aws\s+)?(?:accounts?\s+)?(\d{12})\b/gi;

export function resolveScope(request: Pick<RequestDocument, "text" | "accounts" | "regions">, registry: readonly Account[]): Scope {
  const exclusions: Exclusion[] = [];
  const accounts = chooseAccounts(request, registry, exclusions);
  const regions = chooseRegions(request, exclusions);
  const targets: Target[] = [];
  // "instances in eu-west-1" asks for the accounts that are there; an account that was named, or a region that is nowhere, is missed.
  const missed = (region: Region) => accounts !== registry || !accounts.some((account) => account.regions.includes(region));
  for (const account of accounts) {
    const allowed = regions ? account.regions.filter((region) => regions.includes(region)) : [...account.regions];
    for (const region of regions ?? []) {
      if (isRegion(region) && !account.regions.includes(region) && missed(region)) {
        exclusions.push({
          code: "region_not_allowed",
          subject: `${account.id} ${region}`,
          message: `${account.name} (${account.id}) is registered for ${account.regions.join(", ")}; ${region} was left out. To read it, add the region to the account in the settings file.`,
        });
      }
    }
    if (allowed.length > 0)
      targets.push({ account: account.id, name: account.name, environment: account.environment, classificationSource: "registry", regions: allowed });
  }
  return { targets: exclusions.some(({ code }) => code === "unknown_region") ? [] : targets, exclusions, regionsNarrowed: regions !== undefined };
}

function chooseAccounts(request: Pick<RequestDocument, "text" | "accounts">, registry: readonly Account[], exclusions: Exclusion[]): readonly Account[] {
  const find = (name: string) => registry.find((account) => account.id === name || account.name === name);
  const spared = registry.filter((account) => isExcepted(request.text, account));
  const inText = [...request.text.matchAll(SCOPING_ACCOUNT)].map((match) => match[1] ?? "").filter((id) => !spared.some((account) => account.id === id));
  const asked = unique(request.accounts ?? inText);
  for (const name of asked) {
    if (!find(name))
      exclusions.push({
        code: "account_not_registered",
        subject: name,
        message: `Account ${name} is not in the account registry, so no worker exists for it. An administrator registers accounts in the settings file and deploys the member stack there.`,
      });
  }
  const named = registry.filter((account) => !spared.includes(account) && (inText.includes(account.id) || mentions(request.text, account.name)));
  if (!request.accounts && (named.length > 0 || asked.length > 0)) return named;
  if (!request.accounts && spared.length === 0) return registry;
  const chosen = request.accounts ? asked.flatMap((name) => find(name) ?? []) : registry;
  const narrowed = chosen.filter((account) => named.includes(account));
  return narrowed.length > 0 ? narrowed : chosen.filter((account) => !spared.includes(account));
}

/** The regions the request is held to, or undefined when it names none. */
function chooseRegions(request: Pick<RequestDocument, "text" | "regions">, exclusions: Exclusion[]): string[] | undefined {
  // "us-web-1" has a region's shape and is a name; "us-esat-1" is a slip.
  const mentioned = unique([...request.text.matchAll(REGION_SHAPE)].map(([word]) => word.toLowerCase())).filter((word) => isRegion(word) || isMisspelledRegion(word));
  const asked = unique([...(request.regions ?? []), ...mentioned]);
  for (const region of asked) {
    if (!isRegion(region))
      exclusions.push({
        code: "unknown_region",
        subject: region,
        message: `${region} is not an AWS region. No call was made.`,
        suggestions: nearestRegions(region),
      });
  }
  if (request.regions && mentioned.length > 0) {
    const both = mentioned.filter((region) => request.regions?.includes(region));
    return both.length > 0 ? both : request.regions;
  }
  return asked.length > 0 ? asked : undefined;
}

/** "everything except acme-production": the text narrows by what it leaves out. */
function isExcepted(text: string, { id, name }: Account): boolean {
  const before = String.raw`\b(?:except|excluding|but not|other than|apart from|not in|outside)\s+(?:(?:in|for|from)\s+)?(?:the\s+)?(?:accounts?\s+)?`;
  return new RegExp(String.raw`${before}(?:${name}|${id})(?![\w-])`, "i").test(text);
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "i").test(text);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
