import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../config/accounts.ts";
import { ENFORCEMENT, ENVIRONMENT_RULES, type EnvironmentRule, environmentByName, environmentRuleSchema, isStricter } from "../../config/environments.ts";
import { type EnvironmentOverrides, environmentOverridesSchema, LOOSER, loosenings, tightenEnvironments } from "../../config/tighten.ts";

const column = <Field extends keyof EnvironmentRule>(field: Field) => Object.fromEntries(ENVIRONMENTS.map((name) => [name, ENVIRONMENT_RULES[name][field]]));

describe("the table against governance", () => {
  test.each<[string, keyof EnvironmentRule, unknown]>([
    ["G01–G06", "directMutation", { sandbox: true, development: true, test: true, staging: false, production: false, unknown: false }],
    ["G04–G06, C02", "pipelineArtifact", { sandbox: true, development: true, test: true, staging: true, production: true, unknown: false }],
    [
      "G04–G06, Y-03",
      "approval",
      {
        sandbox: "all-mutations",
        development: "all-mutations",
        test: "all-mutations",
        staging: "all-mutations",
        production: "via-cicd",
        unknown: "all-mutations",
      },
    ],
    ["Y-03", "standingApproval", { sandbox: true, development: false, test: false, staging: false, production: false, unknown: false }],
    [
      "G02–G06",
      "maxDataClass",
      { sandbox: "internal", development: "internal", test: "internal", staging: "confidential", production: "restricted", unknown: "confidential" },
    ],
    [
      "G01–G03, G05",
      "productionData",
      { sandbox: "never", development: "never", test: "anonymised", staging: "anonymised", production: "allowed", unknown: "anonymised" },
    ],
    ["G01, G02, Y-06", "monthlyUsd", { sandbox: 500, development: 2000, test: 2000, staging: null, production: null, unknown: null }],
    ["G01", "maxInstances", { sandbox: 10, development: null, test: null, staging: null, production: null, unknown: null }],
    ["G01", "maxDatabases", { sandbox: 2, development: null, test: null, staging: null, production: null, unknown: null }],
    ["G03–G05", "ticket", { sandbox: "none", development: "none", test: "recommended", staging: "required", production: "required", unknown: "required" }],
    [
      "G04, G05",
      "changeWindow",
      { sandbox: "none", development: "none", test: "none", staging: "business-hours", production: "defined", unknown: "business-hours" },
    ],
    ["G05", "changeBoard", { sandbox: false, development: false, test: false, staging: false, production: true, unknown: false }],
    ["G04, G05", "drift", { sandbox: "none", development: "none", test: "none", staging: "alert", production: "critical-alert", unknown: "alert" }],
    ["G13, Y-06", "enforcement", { sandbox: "optional", development: "warn", test: "warn", staging: "strict", production: "enforce", unknown: "strict" }],
    ["G01", "autoTerminate", { sandbox: true, development: false, test: false, staging: false, production: false, unknown: false }],
  ])("%s: %s", (_rows, field, expected) => {
    expect(column(field)).toEqual(expected);
  });

  test("every rule satisfies its own schema, and budgets alert at 80 % (G25)", () => {
    for (const rule of Object.values(ENVIRONMENT_RULES)) {
      expect(environmentRuleSchema.parse(rule)).toEqual(rule);
      expect(rule.budgetAlertPercent).toBe(80);
    }
  });

  test("the requester may approve the own non-destructive change in sandbox and development; from test on it takes somebody else", () => {
    expect(column("requesterMayApprove")).toEqual({ sandbox: true, development: true, test: false, staging: false, production: false, unknown: false });
  });

  test("strict blocks critical, high and medium (Y-13), enforce everything, the others nothing (G14)", () => {
    expect(Object.fromEntries(Object.entries(ENFORCEMENT).map(([level, { blocks }]) => [level, blocks.join()]))).toEqual({
      optional: "",
      warn: "",
      strict: "critical,high,medium",
      enforce: "critical,high,medium,low",
    });
    expect(ENFORCEMENT.warn.acknowledge).toBe(true);
    expect(ENFORCEMENT.optional.acknowledge).toBe(false);
  });
});

describe("names", () => {
  test.each([
    ["acme-dev", "development"],
    ["dev-admin", "development"],
    ["prod-sandbox", "production"],
    ["acme-qa", "test"],
    ["preprod-eu", "staging"],
    ["ACME-PROD", "production"],
    ["nonprod", null],
    ["product-team", null],
    ["reproduce", null],
    ["acme", null],
  ])("%s claims %s (Y-08)", (name, claimed) => {
    expect(environmentByName(name)).toBe(claimed);
  });

  test("unknown stands above all, sandbox below all", () => {
    for (const name of ENVIRONMENTS) {
      expect(isStricter("unknown", name)).toBe(name !== "unknown");
      expect(isStricter("sandbox", name)).toBe(false);
    }
  });
});

describe("overrides only tighten (G17, law 5)", () => {
  test.each<[EnvironmentOverrides, string, RegExp]>([
    [{ staging: { directMutation: true } }, "staging.directMutation", /true is looser than the core rule false/],
    [{ test: { requesterMayApprove: true } }, "test.requesterMayApprove", /true is looser than the core rule false/],
    [{ sandbox: { approval: "none" } }, "sandbox.approval", /"none" is looser than the core rule "all-mutations"/],
    [{ development: { maxDataClass: "restricted" } }, "development.maxDataClass", /"restricted" is looser than the core rule "internal"/],
    [{ sandbox: { maxInstances: 11 } }, "sandbox.maxInstances", /11 is looser than the core rule 10/],
    [{ production: { changeBoard: false } }, "production.changeBoard", /false is looser than the core rule true/],
    [{ production: { nameWords: ["prod"] } }, "production.nameWords", /looser/],
    [{ test: { budgetAlertPercent: 90 } }, "test.budgetAlertPercent", /90 is looser than the core rule 80/],
  ])("%j is refused", (overrides, path, reason) => {
    expect(loosenings(ENVIRONMENT_RULES, overrides)).toEqual([{ path: path.split("."), message: expect.stringMatching(reason) }]);
    expect(() => tightenEnvironments(ENVIRONMENT_RULES, overrides)).toThrow(`environments.${path}: `);
  });

  test("a stricter one replaces its field and nothing else", () => {
    const rules = tightenEnvironments(ENVIRONMENT_RULES, { sandbox: { directMutation: false, maxInstances: 3, nameWords: ["sandbox", "sbx", "lab"] } });
    expect(rules).toEqual({
      ...ENVIRONMENT_RULES,
      sandbox: { ...ENVIRONMENT_RULES.sandbox, directMutation: false, maxInstances: 3, nameWords: ["sandbox", "sbx", "lab"] },
    });
  });

  const rules: fc.Arbitrary<EnvironmentRule> = fc.record({
    directMutation: fc.boolean(),
    pipelineArtifact: fc.boolean(),
    approval: fc.constantFrom(...environmentRuleSchema.shape.approval.options),
    standingApproval: fc.boolean(),
    requesterMayApprove: fc.boolean(),
    maxDataClass: fc.constantFrom(...environmentRuleSchema.shape.maxDataClass.options),
    productionData: fc.constantFrom(...environmentRuleSchema.shape.productionData.options),
    monthlyUsd: fc.option(fc.nat({ max: 5000 })),
    budgetAlertPercent: fc.integer({ min: 1, max: 100 }),
    maxInstances: fc.option(fc.nat({ max: 20 })),
    maxDatabases: fc.option(fc.nat({ max: 5 })),
    ticket: fc.constantFrom(...environmentRuleSchema.shape.ticket.options),
    changeWindow: fc.constantFrom(...environmentRuleSchema.shape.changeWindow.options),
    changeBoard: fc.boolean(),
    rollbackPlan: fc.boolean(),
    postDeploymentValidation: fc.boolean(),
    matchesProduction: fc.boolean(),
    drift: fc.constantFrom(...environmentRuleSchema.shape.drift.options),
    autoTerminate: fc.boolean(),
    crossEnvironmentNetwork: fc.boolean(),
    enforcement: fc.constantFrom(...environmentRuleSchema.shape.enforcement.options),
    nameWords: fc.subarray(["dev", "development", "prod", "production", "prd", "sandbox", "lab"]),
  });
  /** How much a value permits, written apart from the code under test: more is looser. */
  const permits = (rule: EnvironmentRule): number[] => [
    Number(rule.directMutation),
    Number(rule.pipelineArtifact),
    Number(rule.standingApproval),
    Number(rule.requesterMayApprove),
    Number(rule.autoTerminate),
    Number(rule.crossEnvironmentNetwork),
    -Number(rule.changeBoard),
    -Number(rule.rollbackPlan),
    -Number(rule.postDeploymentValidation),
    -Number(rule.matchesProduction),
    rule.monthlyUsd ?? Infinity,
    rule.maxInstances ?? Infinity,
    rule.maxDatabases ?? Infinity,
    rule.budgetAlertPercent,
    -["none", "destructive-only", "all-mutations", "always", "via-cicd"].indexOf(rule.approval),
    ["public", "internal", "confidential", "restricted"].indexOf(rule.maxDataClass),
    ["never", "anonymised", "allowed"].indexOf(rule.productionData),
    -["none", "recommended", "required"].indexOf(rule.ticket),
    -["none", "business-hours", "defined"].indexOf(rule.changeWindow),
    -["none", "alert", "critical-alert"].indexOf(rule.drift),
    -["optional", "warn", "strict", "enforce"].indexOf(rule.enforcement),
  ];
  const fields = environmentRuleSchema.keyof().options;
  const overrides = fc
    .tuple(fc.constantFrom(...ENVIRONMENTS), rules, fc.subarray(fields))
    .map(([name, rule, kept]) => ({ name, overrides: { [name]: Object.fromEntries(kept.map((field) => [field, rule[field]])) } as EnvironmentOverrides }));

  test("whatever is asked, what comes out is nowhere looser than the core", () => {
    let accepted = 0;
    fc.assert(
      fc.property(overrides, ({ name, overrides: asked }) => {
        if (!environmentOverridesSchema.safeParse(asked).success) {
          expect(() => tightenEnvironments(ENVIRONMENT_RULES, asked)).toThrow("is looser than");
          return;
        }
        accepted += 1;
        const core = ENVIRONMENT_RULES[name];
        const tightened = tightenEnvironments(ENVIRONMENT_RULES, asked)[name];
        for (const [index, much] of permits(tightened).entries()) expect(much).toBeLessThanOrEqual(permits(core)[index] ?? Number.NaN);
        expect(tightened.nameWords).toEqual(expect.arrayContaining(core.nameWords));
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test("no core rule loosens itself, and every field can be judged", () => {
    for (const rule of Object.values(ENVIRONMENT_RULES))
      for (const field of fields) expect((LOOSER[field] as (core: unknown, asked: unknown) => boolean)(rule[field], rule[field])).toBe(false);
  });
});
