import { describe, expect, it } from "vitest";
import { SERVICES } from "../../../config/catalog/services.ts";
import { REGIONS, type Region } from "../../../config/regions.ts";
import { makeHandler } from "../../../functions/admit/admit.ts";
import { boundedExclusions } from "../../../functions/admit/bounded.ts";
import { admission, BOUNDS, type Exclusion } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { DEVELOPMENT, document, PRODUCTION, SANDBOX, SECRET, SETTINGS, UNREGISTERED } from "../shared/samples.ts";

const NOW = new Date("2026-11-22T10:00:01.000Z");
const admit = async (event: unknown) => admission.parse(await makeHandler({ settings: SETTINGS, now: () => NOW })(event));
const refusals = async (event: unknown) => {
  const { outcome, targets, announcement, resolutions, exclusions } = await admit(event);
  expect({ outcome, targets, announcement, resolutions }).toEqual({ outcome: "refused", targets: [], announcement: null, resolutions: [] });
  return exclusions.map(({ code, subject }) => `${code} ${subject}`);
};

describe("an admitted request", () => {
  it("announces roles, accounts with their environment from the registry, and kind of operation", async () => {
    const { outcome, announcement, budget, admittedAt } = await admit(document());
    expect({ outcome, admittedAt }).toEqual({ outcome: "admitted", admittedAt: NOW.toISOString() });
    expect(announcement?.operationType).toBe("read-only discovery");
    expect(announcement?.roles).toEqual(SERVICES.map((service) => `aws-coworker/aws-coworker-discovery-${service}`));
    expect(announcement?.accounts.map(({ account, environment, classificationSource }) => [account, environment, classificationSource])).toEqual([
      [SANDBOX, "sandbox", "registry"],
      [DEVELOPMENT, "development", "registry"],
      [PRODUCTION, "production", "registry"],
    ]);
    expect(budget).toEqual({ usd: SETTINGS.limits.dollars.default, rounds: SETTINGS.limits.rounds.orchestrator });
  });

  it("resolves one role for each account and worker, none of them verified yet", async () => {
    const { resolutions } = await admit(document({ accounts: [SANDBOX] }));
    expect(resolutions.map(({ account, worker, exists }) => [account, worker, exists])).toEqual(
      SERVICES.map((service) => [SANDBOX, `discovery-${service}`, "unverified"]),
    );
  });

  it("keeps what the registry does not know out, and says so", async () => {
    const { outcome, targets, exclusions } = await admit(document({ accounts: [UNREGISTERED, SANDBOX] }));
    expect(outcome).toBe("admitted");
    expect(targets.map(({ account }) => account)).toEqual([SANDBOX]);
    expect(exclusions.map(({ code }) => code)).toEqual(["account_not_registered"]);
  });

  it("carries no secret of its text", async () => {
    const { text, redactions } = await admit(document({ text: `is ${SECRET} in a bucket policy?` }));
    expect({ text, redactions }).toEqual({ text: "is [redacted:github] in a bucket policy?", redactions: 1 });
  });

  it("takes a budget up to the maximum, and not above", async () => {
    const { max } = SETTINGS.limits.dollars;
    expect((await admit(document({ budgetUsd: max }))).budget.usd).toBe(max);
    expect(await refusals(document({ budgetUsd: max + 0.01 }))).toEqual(["budget_out_of_range budgetUsd"]);
  });

  it("takes a text up to the maximum, and not above", async () => {
    const { maxCharacters } = SETTINGS.limits.text;
    expect((await admit(document({ text: "a".repeat(maxCharacters) }))).outcome).toBe("admitted");
    expect(await refusals(document({ text: "a".repeat(maxCharacters + 1) }))).toEqual(["text_too_long text"]);
  });
});

describe("what the states can carry", () => {
  const registered = (count: number, regions: readonly Region[]) => ({
    ...SETTINGS,
    accounts: Array.from({ length: count }, (_, index) => ({
      id: `${100000000000 + index}`,
      name: `acme-team-${index}`,
      environment: "development" as const,
      regions: [...regions],
      externalId: "abcdefgh",
    })),
  });
  const admitTo = async (settings: typeof SETTINGS, event: unknown) => admission.parse(await makeHandler({ settings, now: () => NOW })(event));

  it("fifty accounts in three regions are admitted; in all regions the request must name some", async () => {
    expect((await admitTo(registered(50, REGIONS.slice(0, 3)), document())).outcome).toBe("admitted");
    const all = registered(50, REGIONS);
    expect(await admitTo(all, document())).toMatchObject({
      outcome: "refused",
      exclusions: [{ code: "scope_too_large", message: expect.stringContaining("Name the accounts") }],
    });
    expect((await admitTo(all, document({ accounts: ["acme-team-1"] }))).outcome).toBe("admitted");
  });

  it("many exclusions are told in few bytes, with a count; few are told as they are", async () => {
    const exclusion = (index: number, message: string): Exclusion => ({ code: "region_not_allowed", subject: `${index}`, message });
    const many = (message: string) => boundedExclusions(Array.from({ length: 500 }, (_, index) => exclusion(index, message)));
    for (const told of [many("short"), many("日".repeat(2000))]) {
      expect(jsonBytes(told)).toBeLessThanOrEqual(BOUNDS.exclusions);
      expect(told.at(-1)).toMatchObject({ subject: "more", message: expect.stringContaining(`${500 - (told.length - 1)} more`) });
    }
    expect(many("short")).toHaveLength(41);
    expect(boundedExclusions([exclusion(1, "short")])).toEqual([exclusion(1, "short")]);
    const wide = await admitTo(
      registered(50, REGIONS.slice(0, 1)),
      document({ accounts: Array.from({ length: 50 }, (_, index) => `${100000000000 + index}`), regions: [...REGIONS] }),
    );
    expect(wide.outcome).toBe("admitted");
    expect(jsonBytes({ ...wide, announcement: null, resolutions: [] })).toBeLessThanOrEqual(BOUNDS.admission);
  });

  it("a text of many bytes is refused however few its characters; two bytes a character are not", async () => {
    expect((await admit(document({ text: "я".repeat(8000) }))).outcome).toBe("admitted");
    expect(await refusals(document({ text: "日".repeat(8000) }))).toEqual(["text_too_long text"]);
  });

  it("a request of many bytes is refused", async () => {
    const accounts = Array.from({ length: 3000 }, (_, index) => `${200000000000 + index}`);
    expect(await refusals(document({ accounts }))).toEqual(["request_too_large request"]);
  });

  it("a refusal is small, whatever was asked", async () => {
    const event = { ...document({ text: "\u0001".repeat(90_000) }), requester: "r".repeat(90_000), ["x".repeat(50_000)]: 1 };
    expect(jsonBytes(await admit(event))).toBeLessThanOrEqual(BOUNDS.admission);
    expect(jsonBytes(await admit({ ...document({ text: "\u0001".repeat(8000) }) }))).toBeLessThanOrEqual(BOUNDS.admission);
  });
});

describe("a refused request", () => {
  it.each(["", " \n\t "])("has no text: %j", async (text) => {
    expect(await refusals(document({ text }))).toEqual(["text_empty text"]);
  });

  it("has 20,000 characters, of which no more than the limit travels on", async () => {
    const { text } = await admit(document({ text: `${SECRET} `.repeat(500) }));
    expect(text.length).toBeLessThanOrEqual(SETTINGS.limits.text.maxCharacters);
    expect(text).not.toContain(SECRET);
    expect(await refusals(document({ text: "x".repeat(20_000) }))).toEqual(["text_too_long text"]);
  });

  it("names only accounts that are not registered", async () => {
    expect(await refusals(document({ accounts: [UNREGISTERED] }))).toEqual([`account_not_registered ${UNREGISTERED}`]);
  });

  it("names a region that does not exist, even beside one that does", async () => {
    expect(await refusals(document({ regions: ["us-east-1", "mars-north-1"] }))).toEqual(["unknown_region mars-north-1"]);
    expect(await refusals(document({ regions: ["global"] }))).toEqual(["unknown_region global"]);
  });

  it("names a region no account is registered for", async () => {
    expect(await refusals(document({ regions: ["eu-north-1"], accounts: [SANDBOX] }))).toEqual(["region_not_allowed eu-north-1"]);
  });

  it.each(["accounts", "regions"] as const)("has an empty list of %s: nothing is not everything", async (field) => {
    expect(await refusals(document({ [field]: [] }))).toEqual([`malformed_request ${field}`]);
  });

  it.each([
    [null, ["malformed_request request"]],
    ["text", ["malformed_request request"]],
    [{ ...document(), role: "admin" }, ["malformed_request request"]],
    [{ ...document(), text: 5 }, ["malformed_request text"]],
    [{ ...document(), requestId: "req-1" }, ["malformed_request requestId"]],
    [{ ...document(), budgetUsd: 0 }, ["malformed_request budgetUsd"]],
    [{ ...document(), accounts: "all" }, ["malformed_request accounts"]],
  ])("is malformed: %j", async (event, expected) => {
    expect(await refusals(event)).toEqual(expected);
  });
});
