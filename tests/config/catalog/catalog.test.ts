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
    for (const field of ["Unknown", ...tokens, ...Object.keys(read.fixed ?? {}), ...(read.owner ? [read.owner] : [])])
      expect(read.input.safeParse({ [field]: "x" }).success, field).toBe(false);
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

const LEGAL = ["acme-logs", "acme.logs.1", "a1b", "x".repeat(63), "1.2.3.4a", "my-x-s3"];
const ILLEGAL = [
  "ab",
  "x".repeat(64),
  "Acme",
  "a_b",
  "-ab",
  "ab-",
  "ab.",
  "evil..x",
  "..",
  "../..",
  "a/b?policyStatus&x=",
  "192.168.5.4",
  "xn--abc",
  "sthree-abc",
  "x--use1-az4--x-s3",
  "evil-s3alias",
  "evil--ol-s3",
  "acme-logs\n",
  "arn:aws:s3:eu-west-1:999999999999:accesspoint/evil",
  "arn:aws:s3::999999999999:accesspoint/evil.mrap",
];

describe.each(entries.filter(({ read }) => "Bucket" in read.input.shape))("a bucket's name in $name", ({ read }) => {
  it("is a general purpose bucket's, and the owner is the target's account", () => {
    expect(read.owner).toBe("ExpectedBucketOwner");
    for (const Bucket of LEGAL) expect(read.input.safeParse({ Bucket }).success, Bucket).toBe(true);
    for (const Bucket of ILLEGAL) expect(read.input.safeParse({ Bucket }).success, Bucket).toBe(false);
  });
});

describe("free texts", () => {
  const accepts = (service: "ec2" | "cloudtrail" | "s3", operation: string, input: unknown) => findRead(service, operation)?.input.safeParse(input).success;
  const filter = (Name: string, Value: string) => accepts("ec2", "DescribeVpcs", { Filters: [{ Name, Values: [Value] }] });
  const event = (AttributeValue: string) => accepts("cloudtrail", "LookupEvents", { LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue }] });
  const trails = (name: string) => accepts("cloudtrail", "DescribeTrails", { trailNameList: [name] });

  it("have AWS's form and a bound", () => {
    for (const [name, value] of [
      ["vpc-id", "vpc-1"],
      ["ip-permission.cidr", "0.0.0.0/0"],
      ["tag:Kostenstelle Süd", "Zürich *"],
      ["tag:a:b/c", "x"],
    ] as const)
      expect(filter(name, value), name).toBe(true);
    for (const [name, value] of [
      ["vpc id", "x"],
      ["tag:", "x"],
      ["tag:a\n", "x"],
      ["vpc-id", "a\nb"],
      ["vpc-id", ""],
      ["vpc-id", "x".repeat(256)],
      [`t${"x".repeat(127)}`, "x"],
    ] as const)
      expect(filter(name, value), name).toBe(false);
    expect([event("arn:aws:s3:::acme-logs"), event("x".repeat(2000)), event("x".repeat(2001)), event("a\nb"), event("")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([trails("management-events"), trails("arn:aws:cloudtrail:eu-west-1:111122223333:trail/all")]).toEqual([true, true]);
    expect([trails("a/b"), trails("ab"), trails("arn:aws:s3:::x"), trails("x".repeat(129))]).toEqual([false, false, false, false]);
    expect([accepts("s3", "ListBuckets", { Prefix: "acme-" }), accepts("s3", "ListBuckets", { Prefix: "a/b" })]).toEqual([true, false]);
  });
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
