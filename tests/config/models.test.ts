import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FAMILIES,
  GEOGRAPHIES,
  type Geography,
  MODELS,
  ModelError,
  modelResources,
  modelsSchema,
  type Price,
  priceOf,
  resolveModel,
} from "../../config/models.ts";
import { isRegion } from "../../config/regions.ts";

const HOME: Record<Geography, string> = { global: "us-east-1", us: "us-east-1", eu: "eu-central-1", jp: "ap-northeast-1", au: "ap-southeast-2" };
const offered = FAMILIES.flatMap((family) => GEOGRAPHIES.filter((geography) => MODELS[family].profiles[geography]).map((geography) => ({ family, geography })));
const account = "111122223333";

describe("the table", () => {
  test("every price is positive, dated and has sources; geographic ones cost a tenth more", () => {
    for (const family of FAMILIES) {
      const { global, geographic, readOn, sources } = MODELS[family].price;
      expect(readOn).toMatch(/^2026-\d{2}-\d{2}$/);
      expect(sources.length).toBeGreaterThan(0);
      const rates = (price: Price) =>
        [price, ...(price.longPrompt ? [price.longPrompt.rates] : [])].flatMap((at) => [
          at.inputPerMTok,
          at.outputPerMTok,
          at.cacheReadPerMTok,
          at.cacheWritePerMTok,
        ]);
      rates(global).forEach((rate, index) => {
        expect(rate).toBeGreaterThan(0);
        expect(rates(geographic)[index]).toBeCloseTo(rate * 1.1, 10);
      });
    }
  });

  test("the cleverer costs more", () => {
    const [opus, sonnet, haiku] = FAMILIES.map((family) => MODELS[family].price.global);
    expect(opus?.outputPerMTok).toBeGreaterThan(sonnet?.outputPerMTok ?? Infinity);
    expect(sonnet?.outputPerMTok).toBeGreaterThan(haiku?.outputPerMTok ?? Infinity);
  });
});

describe("resolveModel", () => {
  test("gives the profile id and what goes with it", () => {
    expect(resolveModel({ geography: "global" }, "opus", "us-east-1")).toMatchObject({
      modelId: "global.anthropic.claude-opus-5-5",
      price: { inputPerMTok: 4, outputPerMTok: 20 },
      capabilities: { forcedToolChoice: false },
    });
    expect(resolveModel({ geography: "global", families: { haiku: { geography: "eu" } } }, "haiku", "eu-west-1")).toMatchObject({
      modelId: "eu.anthropic.claude-haiku-5-5",
      price: { inputPerMTok: expect.closeTo(0.11, 10) },
    });
  });

  test.each<[Geography, (typeof FAMILIES)[number], string, RegExp]>([
    ["eu", "opus", "us-east-1", /eu profile of anthropic\.claude-opus-5-5 can't be called from us-east-1; it can from .*eu-central-1/],
    ["global", "opus", "ap-east-1", /can't be called from ap-east-1/],
    ["global", "opus", "nowhere-1", /can't be called from nowhere-1/],
    ["jp", "sonnet", "ap-northeast-1", /has no jp profile; it has global, us, eu/],
  ])("%s for %s from %s throws", (geography, family, region, reason) => {
    expect(() => resolveModel({ geography }, family, region)).toThrow(ModelError);
    expect(() => modelResources({ geography }, family, { region, account })).toThrow(reason);
  });
});

describe("modelResources", () => {
  test("global: the profile, the model here and the model without a region", () => {
    expect(modelResources({ geography: "global" }, "haiku", { region: "us-east-1", account })).toEqual([
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-haiku-5-5",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-5-5",
      "arn:aws:bedrock:::foundation-model/anthropic.claude-haiku-5-5",
    ]);
  });

  test("geographic: the profile and the model in each region it may route to from there", () => {
    const regionsFrom = (region: string) =>
      modelResources({ geography: "us" }, "sonnet", { region, account })
        .slice(1)
        .map((arn) => arn.split(":")[3]);
    expect(regionsFrom("us-east-1")).toEqual(["us-east-1", "us-east-2", "us-west-2"]);
    expect(regionsFrom("ca-central-1")).toEqual(["ca-central-1", "us-east-1", "us-east-2", "us-west-2"]);
  });

  test("a profile of one geography stays in it", () => {
    const prefixes: Record<Exclude<Geography, "global">, RegExp> = { us: /^(us|ca)-/, eu: /^eu-/, jp: /^ap-northeast-[13]$/, au: /^ap-southeast-[24]$/ };
    for (const { family, geography } of offered) {
      if (geography === "global") continue;
      for (const [source, reached] of Object.entries(MODELS[family].profiles[geography] ?? {})) {
        if (reached === "anywhere") throw new Error(`${geography} reaches anywhere`);
        for (const region of [source, ...reached]) expect(region).toMatch(prefixes[geography]);
      }
    }
  });

  test("one family's never matches another's model, and none is a wildcard", () => {
    for (const { family, geography } of offered) {
      const resources = modelResources({ geography }, family, { region: HOME[geography], account });
      for (const arn of resources) {
        expect(arn).not.toContain("*");
        expect(arn.endsWith(MODELS[family].id)).toBe(true);
        for (const other of FAMILIES.filter((name) => name !== family)) expect(arn).not.toContain(other);
        const region = arn.split(":")[3] ?? "?";
        expect(region === "" ? geography : isRegion(region)).toBe(region === "" ? "global" : true);
      }
      expect(new Set(resources).size).toBe(resources.length);
    }
  });

  test("names another partition when asked", () => {
    expect(modelResources({ geography: "global" }, "opus", { region: "us-east-1", account, partition: "aws-x" })[0]).toMatch(/^arn:aws-x:bedrock:/);
  });
});

describe("allowedRegions", () => {
  const eu = ["eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"];

  test("accepts a geography that stays inside and refuses one that does not", () => {
    expect(modelsSchema.safeParse({ geography: "eu", allowedRegions: eu }).success).toBe(true);
    const refused = modelsSchema.safeParse({ geography: "eu", families: { haiku: { geography: "us" } }, allowedRegions: eu });
    expect(refused.error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
      ["families.haiku.geography", expect.stringMatching(/^us may route haiku to us-east-1,/)],
    ]);
  });

  test("never accepts global, however long the list", () => {
    expect(modelsSchema.safeParse({ geography: "global", allowedRegions: eu }).success).toBe(false);
  });

  test("there is no default geography", () => {
    expect(modelsSchema.safeParse({}).success).toBe(false);
  });
});

describe("priceOf", () => {
  const tokens = fc.record({
    input: fc.nat({ max: 40_000 }),
    output: fc.nat({ max: 40_000 }),
    cacheRead: fc.nat({ max: 30_000 }),
    cacheWrite: fc.nat({ max: 30_000 }),
  });

  test("a million of each kind costs its rate", () => {
    const { global: opus } = MODELS.opus.price;
    const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(priceOf(opus, { ...none, input: 1_000_000 })).toBeCloseTo(4, 10);
    expect(priceOf(opus, { ...none, output: 1_000_000 })).toBeCloseTo(20, 10);
    expect(priceOf(opus, { ...none, cacheRead: 1_000_000 })).toBeCloseTo(0.2, 10);
    expect(priceOf(opus, { ...none, cacheWrite: 1_000_000 })).toBeCloseTo(5, 10);
    expect(priceOf(opus, none)).toBe(0);
  });

  test("a Haiku prompt over 100,000 tokens, cache included, costs five times as much throughout", () => {
    const { global: haiku } = MODELS.haiku.price;
    const call = { input: 40_000, output: 1_000, cacheRead: 50_000, cacheWrite: 10_000 };
    const short = priceOf(haiku, call);
    const long = priceOf(haiku, { ...call, cacheWrite: 10_001 });
    expect(short).toBeCloseTo(0.00625, 10);
    expect(long / short).toBeCloseTo(5, 3);
  });

  test("more tokens never cost less", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAMILIES), tokens, tokens, (family, some, more) => {
        const sum = {
          input: some.input + more.input,
          output: some.output + more.output,
          cacheRead: some.cacheRead + more.cacheRead,
          cacheWrite: some.cacheWrite + more.cacheWrite,
        };
        expect(priceOf(MODELS[family].price.global, sum)).toBeGreaterThanOrEqual(priceOf(MODELS[family].price.global, some));
      }),
    );
  });
});
