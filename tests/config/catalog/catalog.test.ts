import { describe, expect, it } from "vitest";
import { maskPaths } from "../../../config/catalog/define.ts";
import { CATALOG, findRead } from "../../../config/catalog/index.ts";
import { SERVICES } from "../../../config/catalog/services.ts";

const entries = SERVICES.flatMap((service) =>
  Object.entries(CATALOG[service].reads).map(([operation, read]) => ({ service, operation, read, name: `${service}.${operation}` })),
);
const perResource = entries.filter(({ read }) => read.each);

describe("every service", () => {
  it.each(SERVICES)("%s is registered under its own name", (service) => {
    expect(CATALOG[service].service).toBe(service);
    expect(Object.keys(CATALOG[service].reads).length).toBeGreaterThan(0);
  });

  it("finds an operation by its exact name and nothing else", () => {
    expect(findRead("s3", "ListBuckets")?.entity).toBe("bucket");
    for (const name of ["listbuckets", "GetObject", "toString", "__proto__", "constructor", ""]) expect(findRead("s3", name), name).toBeUndefined();
  });
});

describe.each(entries)("$name", ({ read, operation }) => {
  it("is a read by its name", () => {
    expect(operation).toMatch(/^(Describe|Get|List|Lookup)[A-Z]/);
  });

  it("refuses an unknown field and a page token in its input", () => {
    const tokens = read.paginate ? [read.paginate.request, read.paginate.limit?.field ?? "Other"] : [];
    for (const field of ["Unknown", ...tokens, ...Object.keys(read.fixed ?? {})]) expect(read.input.safeParse({ [field]: "x" }).success, field).toBe(false);
    expect(read.input.safeParse({}).success).toBe(true);
  });

  it("shows no column twice", () => {
    const columns = maskPaths(read.project);
    expect(new Set(columns).size).toBe(columns.length);
    expect(columns.length).toBeGreaterThan(0);
  });
});

it("takes the inputs people need and bounds them", () => {
  const ec2 = CATALOG.ec2.reads.DescribeInstances?.input;
  expect(ec2?.safeParse({ InstanceIds: ["i-0123456789abcdef0"], Filters: [{ Name: "tag:Environment", Values: ["production"] }] }).success).toBe(true);
  expect(ec2?.safeParse({ InstanceIds: ["vol-0123456789abcdef0"] }).success).toBe(false);
  expect(ec2?.safeParse({ InstanceIds: [] }).success).toBe(false);
  expect(ec2?.safeParse({ Filters: [{ Name: "state", Values: ["a"], Extra: 1 }] }).success).toBe(false);
  const events = CATALOG.cloudtrail.reads.LookupEvents?.input;
  expect(events?.safeParse({ StartTime: "2026-11-01T00:00:00Z", LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }] }).success).toBe(
    true,
  );
  expect(events?.safeParse({ StartTime: "yesterday" }).success).toBe(false);
  expect(events?.safeParse({ LookupAttributes: [{ AttributeKey: "CloudTrailEvent", AttributeValue: "x" }] }).success).toBe(false);
  expect(CATALOG.lambda.reads.GetPolicy?.input.safeParse({ FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:f" }).success).toBe(false);
});

it("keeps inputs plain JSON: what a plan carries parses again to the same", () => {
  const input = { StartTime: "2026-11-01T00:00:00Z" };
  expect(CATALOG.cloudtrail.reads.LookupEvents?.input.parse(JSON.parse(JSON.stringify(input)))).toEqual(input);
});

it.each(perResource)("$name shares its list's scope and names its subject in a column", ({ service, read }) => {
  expect(findRead(service, read.each?.list ?? "")).toBeDefined();
  expect(Object.keys(read.each?.bind ?? {}).length).toBeGreaterThan(0);
});

describe("secrets that come with a read leave before evidence is kept (Y-15)", () => {
  it.each([
    ["lambda", "ListFunctions", "Functions.Environment"],
    ["lambda", "GetFunctionConfiguration", "Environment"],
    ["cloudtrail", "LookupEvents", "Events.CloudTrailEvent"],
  ] as const)("%s.%s drops %s", (service, operation, path) => {
    expect(maskPaths(findRead(service, operation)?.drop ?? {})).toContain(path);
  });
});
