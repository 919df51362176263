/** Which accounts and regions a request reaches: registry first; the request, then its text, may only narrow (law 5, Y-08, Y-12). */
import type { Account } from "../../config/accounts.ts";
import { isRegion, nearestRegions } from "../../config/regions.ts";
import type { Exclusion, RequestDocument, Target } from "../shared/contracts.ts";
import { accountMentions } from "./mentions.ts";
import { regionMentions } from "./regions.ts";

export interface Scope {
  readonly targets: Target[];
  readonly exclusions: Exclusion[];
  /** The request named regions: global lists are filtered to them. */
  readonly regionsNarrowed: boolean;
}

const NO_REGION_LEFT: Exclusion = {
  code: "region_not_allowed",
  subject: "regions",
  message: "The text leaves out every region the request could reach. No call was made. Name a region to read that the text does not leave out.",
};

type Asked = Pick<RequestDocument, "text" | "accounts" | "regions">;

/** Accounts that one message names; the rest is a count. */
const MOST_NAMED = 10;

/**
 * Accounts: those of the explicit list, or all; narrowed to those the text asks for and without those it leaves out
 * (accountMentions). Of an account that is both, the exception counts. A text never adds to an explicit list.
 * No target is left: the exclusions say why.
 */
export function resolveScope(request: Asked, registry: readonly Account[]): Scope {
  const chosen = chooseAccounts(request, registry);
  const regions = chooseRegions(request, unique(chosen.accounts.flatMap((account) => account.regions)));
  const targets = chosen.accounts.flatMap((account) => targetOf(account, regions.chosen) ?? []);
  const exclusions = [...chosen.exclusions, ...regions.exclusions, ...missedRegions(chosen.accounts, regions.chosen ?? [], chosen.accounts !== registry)];
  if (regions.chosen?.length === 0) exclusions.push(NO_REGION_LEFT);
  return { targets: regions.exclusions.length > 0 ? [] : targets, exclusions, regionsNarrowed: regions.chosen !== undefined };
}

function targetOf({ id, name, environment, regions }: Account, asked: readonly string[] | undefined): Target | undefined {
  const allowed = asked ? regions.filter((region) => asked.includes(region)) : [...regions];
  return allowed.length > 0 ? { account: id, name, environment, classificationSource: "registry", regions: allowed } : undefined;
}

/** One for each region. "instances in eu-west-1" asks for the accounts that are there; an account that was named, or a region that is nowhere, is missed. */
function missedRegions(accounts: readonly Account[], asked: readonly string[], named: boolean): Exclusion[] {
  return asked.filter(isRegion).flatMap((region) => {
    const without = accounts.filter((account) => !account.regions.includes(region));
    if (without.length === 0 || (!named && without.length < accounts.length)) return [];
    return [
      {
        code: "region_not_allowed",
        subject: region,
        message: `${listed(without.map(({ id, name }) => `${name} (${id})`))} ${without.length === 1 ? "is" : "are"} not registered for ${region}, which was left out there. To read it, add the region to the account in the settings file.`,
      },
    ];
  });
}

function chooseAccounts(request: Asked, registry: readonly Account[]): { accounts: readonly Account[]; exclusions: Exclusion[] } {
  const { included, excepted } = accountMentions(request.text, registry);
  const asked = unique(request.accounts ?? [...included]);
  const known = new Set(registry.flatMap(({ id, name }) => [id, name]));
  const exclusions = asked.filter((name) => !known.has(name)).map(notRegistered);
  const wide = request.accounts ? registry.filter(({ id, name }) => asked.includes(id) || asked.includes(name)) : registry;
  const narrow = wide.filter(({ id }) => included.has(id));
  const accounts = narrow.length > 0 || (!request.accounts && included.size > 0) ? narrow : wide;
  const left = accounts.filter(({ id }) => !excepted.has(id));
  if (left.length === accounts.length) return { accounts, exclusions };
  return { accounts: left, exclusions: left.length > 0 ? exclusions : [...exclusions, noneLeft(accounts)] };
}

function notRegistered(name: string): Exclusion {
  return {
    code: "account_not_registered",
    subject: name,
    message: `Account ${name} is not in the account registry, so no worker exists for it. An administrator registers accounts in the settings file and deploys the member stack there.`,
  };
}

function noneLeft(accounts: readonly Account[]): Exclusion {
  const names = listed(accounts.map(({ id, name }) => `${name} (${id})`));
  return {
    code: "no_account_left",
    subject: "accounts",
    message: `The text leaves out every account the request could reach: ${names}. No call was made. Name an account to read that the text does not leave out.`,
  };
}

/** The regions the request is held to, or undefined when it names none; one that does not exist is an exclusion. */
function chooseRegions(request: Asked, registered: readonly string[]): { chosen: readonly string[] | undefined; exclusions: Exclusion[] } {
  const { included, excepted } = regionMentions(request.text);
  const exclusions = unique([...(request.regions ?? []), ...included, ...excepted])
    .filter((region) => !isRegion(region))
    .map(unknownRegion);
  const wide = request.regions ?? (included.length > 0 ? included : excepted.length > 0 ? registered : undefined);
  const narrow = wide?.filter((region) => included.includes(region));
  const chosen = narrow && narrow.length > 0 ? narrow : wide;
  return { chosen: chosen?.filter((region) => !excepted.includes(region)), exclusions };
}

function unknownRegion(region: string): Exclusion {
  return { code: "unknown_region", subject: region, message: `${region} is not an AWS region. No call was made.`, suggestions: nearestRegions(region) };
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more` : names.join(", ");
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
