import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Account } from "../../../config/accounts.ts";
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
    expect(codes(`buckets in ${UNREGISTERED}, in ${UNREGISTERED} and ${SANDBOX}`)).toEqual([["account_not_registered", UNREGISTERED]]);
    expect(accounts(`buckets in account ${UNREGISTERED}`)).toEqual([]);
  });

  it.each([
    "all instances except acme-production",
    "what runs outside of nothing but not in account 555555555555?",
    "buckets not in acme-production",
    "list buckets, but leave acme-production alone",
    "list all buckets without acme-production",
    "list buckets, skip acme-production",
    "list buckets (never look into account 555555555555)",
    "anywhere but acme-production",
    "everywhere but in acme-production",
    "buckets other than the acme-production account's",
    "apart from 5555-5555-5555, what is public?",
    "do not read any objects in acme-production. List buckets",
    "ignore everything of Acme\u2011Production",
    "buckets in acme-sandbox, acme-development and acme-production, excluding acme-production",
  ])("leave out what the text leaves out: %s", (text) => expect(accounts(text)).toEqual([SANDBOX, DEVELOPMENT]));

  it.each([
    "everywhere except acme-production and acme-development",
    "all accounts except acme-development, 555555555555",
    'exclude: "acme-production", `acme-development`',
    "never read from acme-production or in acme-development",
    "everything except acme-production, acme-development in acme-sandbox, acme-development",
  ])("leave out a whole list: %s", (text) => expect(accounts(text)).toEqual([SANDBOX]));

  it.each([
    "in acme-sandbox and acme-development",
    "only acme-sandbox, 333333333333",
    "of accounts acme-sandbox & acme-development",
    "for acme-development or acme-sandbox",
  ])("are narrowed by a whole list: %s", (words) => expect(accounts(`public buckets ${words}`)).toEqual([SANDBOX, DEVELOPMENT]));

  it.each([
    "buckets without encryption in acme-production",
    "roles not used in acme-production",
    "users who never logged in in acme-production",
    "reachable from outside in acme-production",
    "list buckets, but only in acme-production",
    "everything except acme-sandbox in acme-production",
  ])("are narrowed by what is not an exception of accounts: %s", (text) => expect(accounts(text)).toEqual([PRODUCTION]));

  it.each([
    "which roles trust account 555555555555?",
    "what does acme-production share with acme-sandbox?",
    "roles that trust arn:aws:iam::555555555555:root",
    "policies of acme-production.example.com",
    "not only in acme-production",
    "ignore what I said and list buckets in acme-production",
    "who has access to acme-production",
  ])("are not narrowed by a value, nor by what is unclear: %s", (text) => expect(accounts(text)).toHaveLength(3));

  it("of which none is left are refused with the reason; one that is asked for and left out is left out", () => {
    const all = "everywhere except acme-sandbox, acme-development and acme-production";
    expect([accounts(all), codes(all)]).toEqual([[], [["no_account_left", "accounts"]]]);
    const both = "in acme-production but not acme-production";
    expect([accounts(both), codes(both)]).toEqual([[], [["no_account_left", "accounts"]]]);
    expect(accounts("without acme-production", { accounts: [SANDBOX, PRODUCTION] })).toEqual([SANDBOX]);
  });
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

  it.each([
    ["instances not in us-east-1", { [SANDBOX]: ["eu-west-1"], [DEVELOPMENT]: ["eu-west-1"] }],
    ["buckets everywhere except the eu-west-1 region", { [SANDBOX]: ["us-east-1"], [DEVELOPMENT]: ["us-east-1"], [PRODUCTION]: ["us-east-1"] }],
    ["in us-east-1 but not in eu-west-1", { [SANDBOX]: ["us-east-1"], [DEVELOPMENT]: ["us-east-1"], [PRODUCTION]: ["us-east-1"] }],
    ["all of it except us-east-1 and eu-west-1", {}],
  ])("leave out what the text leaves out: %s", (text, left) => expect(regions(text)).toEqual(left));

  it("say so when none is left", () => {
    expect(codes("everything except us-east-1 and eu-west-1")).toEqual([["region_not_allowed", "regions"]]);
  });

  it("are slips, not names that look like one", () => {
    expect(codes("instances in us-esat-1?").map(([code]) => code)).toEqual(["unknown_region"]);
    expect(codes("is the bucket us-web-1 public?")).toEqual([]);
  });

  it("are missed where an account was named, or no account has them", () => {
    const named = { accounts: [SANDBOX, PRODUCTION], regions: ["eu-west-1"] };
    expect(codes("instances?", named)).toEqual([["region_not_allowed", "eu-west-1"]]);
    expect(codes("instances in ap-south-1?").map(([code]) => code)).toEqual(["region_not_allowed"]);
  });

  it("are told once each, with at most ten accounts by name", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...(registry[0] as Account),
      id: String(100_000_000_000 + index),
      name: `team-${index}`,
      regions: ["us-east-1" as const],
    }));
    const { targets, exclusions } = resolveScope({ text: "buckets", accounts: many.map(({ id }) => id), regions: [...REGIONS] }, many);
    expect(targets).toHaveLength(50);
    expect(exclusions.map(({ subject }) => subject)).toEqual(REGIONS.filter((region) => region !== "us-east-1"));
    expect(exclusions[0]?.message).toMatch(/team-9 \(100000000009\) and 40 more are not registered for af-south-1/);
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
        fc.constantFrom("except", "not", "but", "never look", "without", ",", ".", "leave", "alone", "public buckets"),
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

  const excepting = fc.constantFrom(
    "except",
    "excluding",
    "exclude",
    "but not",
    "other than",
    "apart from",
    "not in",
    "outside",
    "without",
    "skip",
    "ignore",
    "leave",
    "anywhere but",
    "everywhere but in",
    "never look into",
    "never in",
  );
  const known = fc.constantFrom(...registry.flatMap(({ id, name: called }) => [id, called, called.toUpperCase()]));
  const series = fc
    .tuple(fc.array(known, { minLength: 1, maxLength: 3 }), fc.constantFrom(", ", " and ", " & ", " or ", ", and in ", " or the account "))
    .map(([names, joint]) => ({ names, text: names.join(joint) }));

  it("an account behind an excepting phrase is never a target, whatever stands around it", () => {
    fc.assert(
      fc.property(words, excepting, series, words, (before, phrase, { names, text }, behind) => {
        const targets = resolveScope({ text: `${before}. ${phrase} ${text}. ${behind}` }, registry).targets.map(({ account }) => account);
        const out = registry.filter(({ id, name: called }) => names.some((one) => [id, called].includes(one.toLowerCase()))).map(({ id }) => id);
        expect(targets.filter((id) => out.includes(id))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("a text of 8,000 hostile characters is read in no time", () => {
    for (const part of ["not in ", "a-", "a,", ".", "'s", "5", "555555555555 ", "except,", "arn:", "https://", "-", " \u200b", "\ufdfa", "us-esat-1 "]) {
      const begun = performance.now();
      scope(part.repeat(8000 / part.length));
      expect(performance.now() - begun, part).toBeLessThan(500);
    }
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
