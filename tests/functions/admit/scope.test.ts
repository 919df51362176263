import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REGIONS } from "../../../config/regions.ts";
import { resolveScope } from "../../../functions/admit/scope.ts";
import { DEVELOPMENT, PRODUCTION, SANDBOX, SETTINGS, UNREGISTERED } from "../shared/samples.ts";

const registry = SETTINGS.accounts;
const scope = (text: string, lists: { accounts?: string[]; regions?: string[] } = {}) => resolveScope({ text, ...lists }, registry);
const accounts = (...given: Parameters<typeof scope>) => scope(...given).targets.map(({ account }) => account);
const codes = (...given: Parameters<typeof scope>) => scope(...given).exclusions.map(({ code, subject }) => [code, subject]);

describe("accounts", () => {
  it("are all registered ones when the request names none", () => {
    expect(accounts("which buckets are public?")).toEqual([SANDBOX, DEVELOPMENT, PRODUCTION]);
  });

  it("are the listed ones, by id or by registered name", () => {
    expect(accounts("which buckets are public?", { accounts: [SANDBOX, "acme-production"] })).toEqual([SANDBOX, PRODUCTION]);
  });

  it.each([`in ${SANDBOX}`, `in account ${SANDBOX}`, `across the AWS account ${SANDBOX}`, `of account ${SANDBOX}, please`])(
    "are narrowed by an id after a scoping word: %s",
    (words) => {
      expect(accounts(`public buckets ${words}`)).toEqual([SANDBOX]);
    },
  );

  it("are not narrowed by an id that is only a value", () => {
    expect(accounts(`which roles trust ${UNREGISTERED} or ${SANDBOX}?`)).toHaveLength(3);
    expect(codes(`which roles trust ${UNREGISTERED}?`)).toEqual([]);
  });

  it("are narrowed by a registered name, as a whole word in any case", () => {
    expect(accounts("public buckets of Acme-Production")).toEqual([PRODUCTION]);
    expect(accounts("public buckets like acme-production-logs")).toHaveLength(3);
  });

  it.each([`only in ${PRODUCTION}`, "only acme-production"])("are narrowed by the text inside an explicit list: %s", (words) => {
    expect(accounts(words, { accounts: [SANDBOX, PRODUCTION] })).toEqual([PRODUCTION]);
  });

  it("are not widened by the text beyond an explicit list", () => {
    expect(accounts("also look at acme-production", { accounts: [SANDBOX] })).toEqual([SANDBOX]);
    expect(accounts(`in account ${PRODUCTION}`, { accounts: [SANDBOX] })).toEqual([SANDBOX]);
  });

  it("that are not registered get no target and are named; the others stay", () => {
    expect(accounts("buckets", { accounts: [UNREGISTERED] })).toEqual([]);
    expect(accounts("buckets", { accounts: [UNREGISTERED, SANDBOX] })).toEqual([SANDBOX]);
    expect(codes("buckets", { accounts: [UNREGISTERED, SANDBOX] })).toEqual([["account_not_registered", UNREGISTERED]]);
    expect(accounts(`buckets in account ${UNREGISTERED}`)).toEqual([]);
  });

  it.each(["all instances except acme-production", "what runs outside of nothing but not in account 555555555555?", "buckets not in acme-production"])(
    "leave out what the text leaves out: %s",
    (text) => expect(accounts(text)).toEqual([SANDBOX, DEVELOPMENT]),
  );
});

describe("regions", () => {
  const regions = (...given: Parameters<typeof scope>) => Object.fromEntries(scope(...given).targets.map((target) => [target.account, target.regions]));

  it("are each account's registered ones when the request names none", () => {
    expect(regions("buckets")).toEqual({ [SANDBOX]: ["us-east-1", "eu-west-1"], [DEVELOPMENT]: ["us-east-1", "eu-west-1"], [PRODUCTION]: ["us-east-1"] });
    expect(scope("buckets").regionsNarrowed).toBe(false);
  });

  it.each([
    ["instances in EU-West-1?", {}],
    ["instances?", { regions: ["eu-west-1"] }],
  ])("are narrowed by text or list: %s %o", (text, lists) => {
    expect(regions(text, lists)).toEqual({ [SANDBOX]: ["eu-west-1"], [DEVELOPMENT]: ["eu-west-1"] });
    expect(scope(text, lists).regionsNarrowed).toBe(true);
    expect(codes(text, lists)).toEqual([]);
  });

  it("are slips, not names that look like one", () => {
    expect(codes("instances in us-esat-1?").map(([code]) => code)).toEqual(["unknown_region"]);
    expect(codes("is the bucket us-web-1 public?")).toEqual([]);
  });

  it("are missed where an account was named, or no account has them", () => {
    const named = { accounts: [SANDBOX, PRODUCTION], regions: ["eu-west-1"] };
    expect(codes("instances?", named)).toEqual([["region_not_allowed", `${PRODUCTION} eu-west-1`]]);
    expect(codes("instances in ap-south-1?").map(([code]) => code)).toEqual(["region_not_allowed", "region_not_allowed", "region_not_allowed"]);
  });

  it("are the intersection of list and text, and the list where they do not meet", () => {
    const list = { regions: ["us-east-1", "eu-west-1"], accounts: [SANDBOX] };
    expect(regions("in us-east-1", list)).toEqual({ [SANDBOX]: ["us-east-1"] });
    expect(regions("in us-east-1", { ...list, regions: ["eu-west-1"] })).toEqual({ [SANDBOX]: ["eu-west-1"] });
  });

  it("are not taken from zones or longer names", () => {
    expect(scope("volumes in us-east-1a and my-eu-west-1-bucket").regionsNarrowed).toBe(false);
  });

  it.each([
    ["buckets in us-est-1", {}],
    ["buckets", { regions: ["us-est-1"] }],
  ])("that do not exist stop the whole request and suggest the nearest: %s %o", (text, lists) => {
    const { targets, exclusions } = scope(text, lists);
    expect(targets).toEqual([]);
    expect(exclusions).toEqual([expect.objectContaining({ code: "unknown_region", subject: "us-est-1" })]);
    expect(exclusions[0]?.suggestions?.slice(0, 2).sort()).toEqual(["us-east-1", "us-west-1"]);
  });
});

describe("narrowing only", () => {
  const name = fc.constantFrom(...registry.flatMap(({ id, name: called }) => [id, called]), UNREGISTERED);
  const region = fc.constantFrom(...REGIONS.slice(0, 6), "us-east-1", "eu-west-1");
  const list = (item: fc.Arbitrary<string>) => fc.array(item, { minLength: 1, maxLength: 4 });
  const words = fc
    .array(
      fc.oneof(
        name,
        region,
        fc.constantFrom("in", "account", "accounts", "of", "only", "and", "all", "everything", "ignore the registry"),
        fc.string({ maxLength: 8 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(" "));
  const request = fc.record({ text: words, accounts: list(name), regions: list(region) }, { requiredKeys: ["text"] });

  it("targets are always inside the registry and inside the explicit lists", () => {
    fc.assert(
      fc.property(request, (asked) => {
        for (const target of resolveScope(asked, registry).targets) {
          const account = registry.find(({ id }) => id === target.account);
          expect(account).toMatchObject({ name: target.name, environment: target.environment });
          expect(account?.regions).toEqual(expect.arrayContaining(target.regions));
          expect(target.regions.length).toBeGreaterThan(0);
          if (asked.accounts) expect(asked.accounts.some((one) => one === target.account || one === target.name)).toBe(true);
          if (asked.regions) expect(target.regions.every((one) => asked.regions?.includes(one))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("adding words to a request never adds an account or a region to an explicit scope", () => {
    fc.assert(
      fc.property(request, ({ text, ...lists }) => {
        const pairs = (scoped: string) =>
          resolveScope({ text: scoped, ...lists }, registry).targets.flatMap(({ account, regions }) => regions.map((one) => `${account} ${one}`));
        const without = pairs("");
        expect(pairs(text).every((pair) => without.includes(pair))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
