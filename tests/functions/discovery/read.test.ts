import { describe, expect, it } from "vitest";
import { runRead } from "../../../functions/discovery/read.ts";
import { named } from "../shared/fake-model.ts";
import { SANDBOX } from "../shared/samples.ts";
import { buckets, fakeService, ROLE, reading } from "./fake-service.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const list = { operation: "ListBuckets", input: {} };
const policies = { operation: "GetPolicy", input: {} };
const column = (rows: unknown[][], index: number) => rows.map((row) => row[index]);

describe("a paginated list", () => {
  it("is read to its end over three pages", async () => {
    const service = fakeService(buckets(NAMES));
    const { rows, truncated, failures, evidence } = await runRead(list, reading(service));
    expect(column(rows, 1)).toEqual(NAMES);
    expect({ truncated, failures, pages: evidence.length }).toEqual({ truncated: false, failures: [], pages: 3 });
    expect(service.sent.map(({ input }) => input)).toEqual([{ Max: 2 }, { Max: 2, Token: "2" }, { Max: 2, Token: "4" }]);
  });

  it("asks for no page size together with ids", async () => {
    const service = fakeService(buckets([]));
    await runRead({ operation: "ListBuckets", input: { BucketIds: ["a"] } }, reading(service));
    expect(service.sent[0]?.input).toEqual({ BucketIds: ["a"] });
  });

  it("stops at the catalog's bound and says it is truncated; one that ends there does not", async () => {
    const events = (pages: number) =>
      fakeService((_, input) => ({
        Events: [{ Id: 1 }, { Id: 2 }],
        ...(Number(input.Token ?? 1) < pages ? { Token: String(Number(input.Token ?? 1) + 1) } : {}),
      }));
    const run = async (pages: number) => {
      const service = events(pages);
      const { rows, truncated } = await runRead({ operation: "ListEvents", input: {} }, reading(service));
      return { rows: rows.length, truncated, calls: service.sent.length };
    };
    expect(await run(9)).toEqual({ rows: 3, truncated: true, calls: 2 });
    expect(await run(2)).toEqual({ rows: 4, truncated: false, calls: 2 });
    expect(await run(1)).toEqual({ rows: 2, truncated: false, calls: 1 });
  });

  it("that fails on its second page keeps the first, is truncated, and says why", async () => {
    const service = fakeService((operation, input) => (input.Token ? named("ThrottlingException", "Rate exceeded") : buckets(NAMES)(operation, input)));
    const { rows, truncated, failures } = await runRead(list, reading(service));
    expect({ names: column(rows, 1), truncated, codes: failures.map(({ errorCode }) => errorCode) }).toEqual({
      names: ["a", "b"],
      truncated: true,
      codes: ["ThrottlingException"],
    });
  });
});

describe("a per-resource read", () => {
  it("runs over every item of its list and binds it", async () => {
    const service = fakeService(buckets(NAMES));
    const { rows, evidence } = await runRead(policies, reading(service));
    expect(rows).toEqual(NAMES.map((name) => [`arn:aws:s3:::${name}`, name, null, { of: name }]));
    expect(service.sent.filter(({ operation }) => operation === "GetPolicy").map(({ input }) => input)).toEqual(
      NAMES.map((name) => ({ Bucket: name, Owner: "me", ExpectedBucketOwner: SANDBOX })),
    );
    expect(evidence).toHaveLength(8);
  });

  it("with its resource reads only that, without the list", async () => {
    const service = fakeService(buckets(NAMES));
    const { rows } = await runRead({ operation: "GetPolicy", input: { Bucket: "b" } }, reading(service));
    expect(rows).toEqual([["arn:aws:s3:::b", "b", null, { of: "b" }]]);
    expect(service.sent).toEqual([{ operation: "GetPolicy", input: { Bucket: "b", Owner: "me", ExpectedBucketOwner: SANDBOX } }]);
  });

  it("can't be sent other input than the catalog's fixed one", async () => {
    const service = fakeService(buckets(NAMES));
    await runRead({ operation: "GetPolicy", input: { Bucket: "b", Owner: "you", ExpectedBucketOwner: "999999999999" } }, reading(service));
    expect(service.sent[0]?.input).toMatchObject({ Owner: "me", ExpectedBucketOwner: SANDBOX });
  });

  it("has a row with the code where the thing is not configured, and no failure", async () => {
    const service = fakeService((operation, input) => (input.Bucket === "b" ? named("NoSuchPolicy") : buckets(["a", "b"])(operation, input)));
    const { rows, failures, evidence } = await runRead(policies, reading(service));
    expect(rows).toEqual([
      ["arn:aws:s3:::a", "a", null, { of: "a" }],
      ["arn:aws:s3:::b", "b", "NoSuchPolicy", null],
    ]);
    expect(failures).toEqual([]);
    expect(evidence).toContainEqual({ operation: "GetPolicy", input: { Bucket: "b" }, absent: "NoSuchPolicy" });
  });

  it("keeps the other rows where some are denied, with one report that counts them", async () => {
    const service = fakeService((operation, input) => (["b", "d"].includes(String(input.Bucket)) ? named("AccessDenied") : buckets(NAMES)(operation, input)));
    const { rows, failures } = await runRead(policies, reading(service));
    expect(column(rows, 1)).toEqual(["a", "c", "e"]);
    expect(failures).toEqual([
      expect.objectContaining({ operation: "GetPolicy", account: SANDBOX, region: "global", role: ROLE, resource: "b", errorCode: "AccessDenied", count: 2 }),
    ]);
  });

  it("is truncated when its list is", async () => {
    const service = fakeService((operation, input) => (input.Token ? named("InternalError") : buckets(NAMES)(operation, input)));
    expect(await runRead(policies, reading(service))).toMatchObject({
      truncated: true,
      failures: [{ operation: "ListBuckets" }],
      rows: [
        ["arn:aws:s3:::a", "a", null, { of: "a" }],
        ["arn:aws:s3:::b", "b", null, { of: "b" }],
      ],
    });
  });

  it("runs at most fanOut calls at once", async () => {
    let running = 0;
    let most = 0;
    const service = fakeService(async (operation, input) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return buckets(Array.from({ length: 30 }, (_, index) => `b${index}`))(operation, input);
    });
    await runRead(policies, reading(service, { fanOut: 3 }));
    expect(most).toBe(3);
  });
});

describe("a read two lists deep", () => {
  const keys = fakeService((operation, input) =>
    operation === "ListKeys"
      ? { Keys: [`${input.Bucket}-1`, `${input.Bucket}-2`] }
      : operation === "GetKey"
        ? { Size: 1 }
        : buckets(["a", "b"])(operation, input),
  );

  it("runs over every item of every list", async () => {
    const { rows } = await runRead({ operation: "GetKey", input: {} }, reading(keys));
    expect(rows).toEqual([
      ["a", "a-1", 1],
      ["a", "a-2", 1],
      ["b", "b-1", 1],
      ["b", "b-2", 1],
    ]);
  });

  it("given the outer resource keeps to it", async () => {
    const { rows } = await runRead({ operation: "GetKey", input: { Bucket: "b" } }, reading(keys));
    expect(rows).toEqual([
      ["b", "b-1", 1],
      ["b", "b-2", 1],
    ]);
  });

  it.each([{}, { Bucket: "b" }])("in shards reads each item exactly once: %j", async (input) => {
    const shards = await Promise.all([0, 1, 2].map((index) => runRead({ operation: "GetKey", input }, reading(keys, { shard: { index, of: 3 } }))));
    const all = (await runRead({ operation: "GetKey", input }, reading(keys))).rows;
    expect(
      shards
        .flatMap(({ rows }) => rows)
        .map(String)
        .sort(),
    ).toEqual(all.map(String).sort());
  });
});

describe("a per-resource read among named resources", () => {
  const names = (service: ReturnType<typeof fakeService>) => service.sent.map(({ operation, input }) => [operation, input.Bucket]);

  it("reads each of them once and no list", async () => {
    const service = fakeService(buckets(NAMES));
    const { rows } = await runRead({ operation: "GetPolicy", input: {}, among: ["d", "b", "d"] }, reading(service));
    expect(column(rows, 1)).toEqual(["d", "b"]);
    expect(names(service)).toEqual([
      ["GetPolicy", "d"],
      ["GetPolicy", "b"],
    ]);
  });

  it("reads them whatever the shard, and tells of those that fail", async () => {
    const service = fakeService((operation, input) => (input.Bucket === "b" ? named("NoSuchBucket") : buckets(NAMES)(operation, input)));
    const context = reading(service, { shard: { index: 1, of: 7 } });
    const { rows, failures } = await runRead({ operation: "GetPolicy", input: {}, among: ["a", "b", "c", "d"] }, context);
    expect(column(rows, 1)).toEqual(["a", "c", "d"]);
    expect(failures).toEqual([expect.objectContaining({ operation: "GetPolicy", resource: "b", errorCode: "NoSuchBucket", count: 1 })]);
  });

  it("takes the rest of its input from the request, and is refused without it", async () => {
    const service = fakeService(() => ({ Size: 3 }));
    const { rows } = await runRead({ operation: "GetKey", input: { Key: "k" }, among: ["a", "b"] }, reading(service));
    expect(rows).toEqual([
      ["a", "k", 3],
      ["b", "k", 3],
    ]);
    await expect(runRead({ operation: "GetKey", input: {}, among: ["a"] }, reading(service))).rejects.toThrow("needs Key too");
  });

  it("is refused for a read that runs over no list", async () => {
    const service = fakeService(buckets(NAMES));
    await expect(runRead({ operation: "ListBuckets", input: {}, among: ["a"] }, reading(service))).rejects.toThrow("runs over no list");
    expect(service.sent).toEqual([]);
  });
});

describe("shards of a list", () => {
  it("together read every item once, each from the whole list", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `bucket-${index}`);
    const shards = await Promise.all([0, 1, 2, 3].map((index) => runRead(policies, reading(fakeService(buckets(names)), { shard: { index, of: 4 } }))));
    expect(shards.flatMap(({ rows }) => column(rows, 1)).sort()).toEqual([...names].sort());
    expect(shards.every(({ rows }) => rows.length > 0 && rows.length < names.length)).toBe(true);
  });
});

describe("regions of a request on a global list", () => {
  const within = { target: { account: SANDBOX, region: "global", within: ["eu-west-1"] } };

  it("leave out rows of other regions, and resources listed there are not read", async () => {
    const service = fakeService(buckets(NAMES));
    expect(column((await runRead(list, reading(service, within))).rows, 1)).toEqual(["b", "d"]);
    const fresh = fakeService(buckets(NAMES));
    expect(column((await runRead(policies, reading(fresh, within))).rows, 1)).toEqual(["b", "d"]);
    expect(fresh.sent.filter(({ operation }) => operation === "GetPolicy")).toHaveLength(2);
  });
});

describe("a resource that the request names, under a request of some regions", () => {
  const within = { target: { account: SANDBOX, region: "global", within: ["eu-west-1"] } };
  const run = async (operation: string, input: Record<string, unknown>) => {
    const service = fakeService((name, given) => (name === "ListKeys" ? { Keys: ["k"] } : name === "GetKey" ? { Size: 1 } : buckets(["a", "b"])(name, given)));
    const result = await runRead({ operation, input }, reading(service, within));
    return { ...result, calls: service.sent.map(({ operation: called }) => called) };
  };

  it("is read where its list has it there", async () => {
    const { rows, failures, calls, evidence } = await run("GetPolicy", { Bucket: "b" });
    expect({ names: column(rows, 1), failures, calls, evidence: evidence.length }).toEqual({
      names: ["b"],
      failures: [],
      calls: ["ListBuckets", "GetPolicy"],
      evidence: 2,
    });
  });

  it.each(["a", "someone-elses"])("is reported and not called where its list has it elsewhere or not at all: %s", async (Bucket) => {
    const { rows, failures, calls } = await run("GetPolicy", { Bucket });
    expect({ rows, calls }).toEqual({ rows: [], calls: ["ListBuckets"] });
    expect(failures).toEqual([expect.objectContaining({ operation: "GetPolicy", account: SANDBOX, resource: Bucket, errorCode: "NotInScope" })]);
  });

  it("is found through both lists of a read two deep", async () => {
    expect(await run("GetKey", { Bucket: "b", Key: "k" })).toMatchObject({ rows: [["b", "k", 1]], calls: ["ListBuckets", "ListKeys", "GetKey"] });
    expect(await run("GetKey", { Bucket: "a", Key: "k" })).toMatchObject({ rows: [], calls: ["ListBuckets"], failures: [{ errorCode: "NotInScope" }] });
    expect(await run("GetKey", { Bucket: "a" })).toMatchObject({ rows: [], calls: ["ListBuckets"], failures: [{ errorCode: "NotInScope" }] });
  });
});

describe("an absence that may also mean that there is no such resource", () => {
  const run = async (Bucket: string, code: string, lists: unknown = null) => {
    const service = fakeService((operation, input) => (operation === "GetPolicy" ? named(code) : (lists ?? buckets(["a", "b"])(operation, input))));
    const result = await runRead({ operation: "GetPolicy", input: { Bucket } }, reading(service));
    return { ...result, calls: service.sent.map(({ operation }) => operation) };
  };

  it("is a row of a named resource that is listed", async () => {
    const { rows, failures, calls } = await run("b", "ResourceNotFoundException");
    expect({ rows, failures, calls }).toEqual({
      rows: [["arn:aws:s3:::b", "b", "ResourceNotFoundException", null]],
      failures: [],
      calls: ["GetPolicy", "ListBuckets"],
    });
  });

  it("is a report, and no row, of one that is not", async () => {
    const { rows, failures } = await run("invented", "ResourceNotFoundException");
    expect(rows).toEqual([]);
    expect(failures).toEqual([expect.objectContaining({ operation: "GetPolicy", resource: "invented", errorCode: "NoSuchResource" })]);
  });

  it("is no row where the list can't be read: the list's failure says why", async () => {
    const { rows, failures } = await run("b", "ResourceNotFoundException", named("AccessDenied"));
    expect({ rows, codes: failures.map(({ operation, errorCode }) => [operation, errorCode]) }).toEqual({ rows: [], codes: [["ListBuckets", "AccessDenied"]] });
  });

  it("unlike one that names the thing asked for, which needs no list", async () => {
    expect(await run("b", "NoSuchPolicy")).toMatchObject({ rows: [["arn:aws:s3:::b", "b", "NoSuchPolicy", null]], calls: ["GetPolicy"] });
  });
});

describe("evidence", () => {
  it("has neither dropped fields nor the SDK's metadata; rows have only the catalog's columns", async () => {
    const service = fakeService(buckets(["a", "b", "c"], { Secret: "dropped-value", Inner: { Value: "dropped-value", Kept: 1 }, Unnamed: "not-projected" }));
    const { rows, evidence } = await runRead(list, reading(service));
    expect(JSON.stringify(evidence)).not.toContain("dropped-value");
    expect(JSON.stringify(evidence)).not.toContain("$metadata");
    expect(JSON.stringify(evidence)).toContain("not-projected");
    expect(JSON.stringify(rows)).not.toMatch(/dropped-value|not-projected/);
    expect(rows.every((row) => row.length === 5)).toBe(true);
  });
});

describe("time running out", () => {
  it("stops before the next page and says so (F15)", async () => {
    let calls = 0;
    const service = fakeService(buckets(NAMES));
    const { rows, truncated, failures } = await runRead(list, reading(service, { late: () => calls++ >= 1 }));
    expect({ names: column(rows, 1), truncated, calls: service.sent.length }).toEqual({ names: ["a", "b"], truncated: true, calls: 1 });
    expect(failures).toEqual([expect.objectContaining({ errorCode: "DeadlineExceeded", access: expect.stringContaining("fewer") })]);
  });

  it("calls nothing when there is none left", async () => {
    const service = fakeService(buckets(NAMES));
    expect(await runRead(policies, reading(service, { late: () => true }))).toMatchObject({ rows: [], failures: [{ errorCode: "DeadlineExceeded" }] });
    expect(service.sent).toEqual([]);
  });
});

it("an operation outside the catalog is an error, not a call", async () => {
  const service = fakeService(buckets(NAMES));
  await expect(runRead({ operation: "toString", input: {} }, reading(service))).rejects.toThrow(/not in the catalog/);
  expect(service.sent).toEqual([]);
});
