import { describe, expect, test } from "vitest";
import { checkTags } from "../../config/tag-check.ts";
import { extendTags } from "../../config/tag-overrides.ts";
import { environmentOfTag, TAG_RULES, type TagContext } from "../../config/tags.ts";

const resource: TagContext = { environment: "development", origin: "resource" };
const good = {
  Environment: "development",
  Owner: "web-team",
  CostCenter: "CC-1234",
  Application: "webshop",
  CreatedBy: "aws-coworker",
  CreatedDate: "2026-11-22",
  Name: "web-1",
  Project: "p",
  BusinessUnit: "b",
  Department: "d",
};
const codes = (tags: Record<string, string>, context: TagContext = resource, rules = TAG_RULES) =>
  checkTags(rules, tags, context).map(({ key, code }) => `${key} ${code}`);
const without = (key: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));

describe("tags of a resource", () => {
  test("that are complete give no finding", () => {
    expect(checkTags(TAG_RULES, good, resource)).toEqual([]);
  });

  test.each(["Environment", "Owner", "CostCenter", "Application", "CreatedBy", "CreatedDate", "Name"])("%s is required (L02, Y-02)", (key) => {
    expect(codes(without(key))).toEqual([`${key} missing`]);
  });

  test.each(["Project", "BusinessUnit", "Department"])("%s is only recommended, at low severity (L13)", (key) => {
    expect(checkTags(TAG_RULES, without(key), resource)).toMatchObject([{ key, code: "recommended", severity: "low" }]);
  });

  test.each<[string, string, boolean]>([
    ["CostCenter", "CC-1234", true],
    ["CostCenter", "CC-123456", true],
    ["CostCenter", "CC-123", false],
    ["CostCenter", "CC-1234567", false],
    ["CostCenter", "1001", false],
    ["Owner", "data-platform-team", true],
    ["Owner", "jane.doe", true],
    ["Owner", "admin@company.com", true],
    ["Owner", "Checkout-Engineering", true],
    ["Owner", "admin", false],
    ["Owner", "a b", false],
    ["CreatedDate", "2026-11-22", true],
    ["CreatedDate", "2026-11-22T10:00:00Z", true],
    ["CreatedDate", "2026-02-30", false],
    ["CreatedDate", "22.11.2026", false],
    ["CreatedDate", "my-stack", false],
    ["Environment", "dev", true],
    ["Environment", "Development", true],
    ["Environment", "playground", false],
    ["Environment", "unknown", false],
  ])("%s=%s: %s", (key, value, ok) => {
    expect(codes({ ...good, [key]: value })).toEqual(ok ? [] : [`${key} invalid`]);
  });

  test("in production the owner is an e-mail address (L06)", () => {
    const production: TagContext = { environment: "production", origin: "resource" };
    expect(codes({ ...good, Environment: "prod" }, production)).toEqual(["Owner invalid"]);
    expect(codes({ ...good, Environment: "prod", Owner: "web@acme.com" }, production)).toEqual([]);
  });

  test("an Environment tag never reclassifies: what differs from the registry is a critical finding (L11)", () => {
    expect(checkTags(TAG_RULES, { ...good, Environment: "sandbox" }, resource)).toMatchObject([
      { code: "environmentMismatch", severity: "critical", message: 'Environment says "sandbox" in an account registered as development' },
    ]);
  });

  test("no value is empty (L10)", () => {
    expect(codes({ ...good, Application: " ", Project: "" })).toEqual(["Application empty", "Project empty"]);
  });

  test("data stores need a DataClassification, which Confidentiality may be (L04, Y-14)", () => {
    const store: TagContext = { ...resource, storesData: true };
    expect(codes(good, store)).toEqual(["DataClassification missing"]);
    expect(codes({ ...good, Confidentiality: "internal" }, store)).toEqual([]);
    expect(codes({ ...good, Confidentiality: "secret" }, store)).toEqual(["DataClassification invalid"]);
    expect(codes({ ...good, Confidentiality: "internal", DataClassification: "public" }, store)).toEqual(["DataClassification ambiguous"]);
  });

  test("regulated resources need Compliance; others may leave it out (L04)", () => {
    expect(codes(good, { ...resource, regulated: true })).toEqual(["Compliance missing"]);
    expect(codes({ ...good, Compliance: "pci-dss" }, { ...resource, regulated: true })).toEqual([]);
  });

  test("keys that only look inherited are not there", () => {
    expect(codes({}, resource)).toContain("Name missing");
    expect(checkTags([{ ...(TAG_RULES[6] as (typeof TAG_RULES)[number]), key: "constructor" }], {}, resource)).toMatchObject([{ code: "missing" }]);
  });
});

describe("tags of a change", () => {
  const request: TagContext = { ...resource, origin: "request" };

  test("leave CreatedBy and CreatedDate to the system (L09)", () => {
    const { CreatedBy: _by, CreatedDate: _date, ...asked } = good;
    expect(codes(asked, request)).toEqual([]);
    expect(codes(good, request)).toEqual(["CreatedBy reserved", "CreatedDate reserved"]);
  });
});

test.each([
  ["sbx", "sandbox"],
  ["DEV", "development"],
  ["qa", "test"],
  ["stg", "staging"],
  ["prod", "production"],
  ["production", "production"],
  ["unknown", null],
  ["nonprod", null],
])("%s is %s (Y-01)", (value, environment) => {
  expect(environmentOfTag(value)).toBe(environment);
});

describe("a deployment's own rules", () => {
  const rules = extendTags(TAG_RULES, {
    add: [
      { key: "SOXCompliant", when: "regulated", values: ["yes", "no"] },
      { key: "Team", when: "always", pattern: "t-\\d+" },
    ],
    costCenters: ["CC-1234"],
    applications: ["billing"],
  });

  test("are added to the core's, which all stay", () => {
    expect(rules.map((rule) => rule.key)).toEqual([...TAG_RULES.map((rule) => rule.key), "SOXCompliant", "Team"]);
    expect(codes({ ...good, Application: "billing", Team: "t-1" }, resource, rules)).toEqual([]);
    expect(codes({ ...good, Application: "billing", Team: "xt-1x", Compliance: "sox" }, { ...resource, regulated: true }, rules)).toEqual([
      "SOXCompliant missing",
      "Team invalid",
    ]);
  });

  test("narrow the registries, on top of the form (L07, L08)", () => {
    expect(codes({ ...good, Team: "t-1" }, resource, rules)).toEqual(["Application invalid"]);
    expect(codes({ ...good, Application: "billing", Team: "t-1", CostCenter: "CC-9999" }, resource, rules)).toEqual(["CostCenter invalid"]);
  });
});
