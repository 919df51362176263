import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ServiceDefinition } from "../../../config/catalog/define.ts";
import type { Sts } from "../../../functions/discovery/identity.ts";
import type { ConnectedService } from "../../../functions/discovery/service.ts";
import { makeHandler } from "../../../functions/discovery/worker.ts";
import { type ResultTable, type WorkerCall, workerResult } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { named, scripted } from "../shared/fake-model.ts";
import { PRODUCTION, REQUEST_ID, SANDBOX, SECRET, SETTINGS, UNREGISTERED } from "../shared/samples.ts";
import { buckets, fakeService, ROLE, toy } from "./fake-service.ts";

const call = (changes: Partial<WorkerCall> = {}): WorkerCall => ({
  requestId: REQUEST_ID,
  callId: "r1c1",
  worker: "discovery-s3",
  service: "s3",
  targets: [{ account: SANDBOX, region: "global" }],
  reads: [{ operation: "ListBuckets", input: {} }],
  shard: { index: 0, of: 1 },
  shareBytes: 32 * 1024,
  shareUsd: 0,
  ...changes,
});

interface World {
  readonly service?: ConnectedService;
  readonly refusedIn?: readonly string[];
  readonly caller?: string;
  readonly definition?: ServiceDefinition;
  readonly remaining?: () => number;
}

async function run(
  event: unknown,
  { service = fakeService(buckets(["a", "b", "c"])), refusedIn = [], caller, definition = toy, remaining = () => 600_000 }: World = {},
) {
  const kept = new Map<string, string>();
  const connections: unknown[] = [];
  const assumed: string[][] = [];
  const sts: Sts = {
    assume: async (role, externalId) => {
      assumed.push([role, externalId]);
      const account = role.split(":")[4] ?? "";
      if (refusedIn.includes(account)) throw named("AccessDenied", `not authorized to assume ${role}`);
      return { accessKeyId: account, secretAccessKey: "x", sessionToken: "x" };
    },
    whoAmI: async ({ accessKeyId }) => caller ?? `arn:aws:sts::${accessKeyId}:assumed-role/aws-coworker-discovery-s3/x`,
  };
  const handler = makeHandler({
    service: {
      definition,
      connect: (options) => {
        connections.push({ region: options.region, account: options.credentials.accessKeyId, userAgent: options.userAgent });
        return service;
      },
    },
    settings: SETTINGS,
    prompt: "",
    sts,
    invoke: scripted().invoke,
    put: async (key, body) => void kept.set(key, body),
    now: () => 0,
  });
  const result = workerResult.parse(await handler(event, { getRemainingTimeInMillis: remaining }));
  const projection = result.projectionKey === null ? null : (JSON.parse(kept.get(result.projectionKey) ?? "null") as { tables: ResultTable[] });
  return { result, kept, projection, connections, assumed };
}

describe("a call with exact reads", () => {
  it("returns a table whose evidence is kept under its digest, and the uncut tables for Report", async () => {
    const { result, kept, projection } = await run(call());
    const [table] = result.tables;
    expect(result).toMatchObject({
      callId: "r1c1",
      worker: "discovery-s3",
      status: "complete",
      failures: [],
      usage: [],
      redactions: 0,
      projectionKey: `s3/${REQUEST_ID}/r1c1/projection.json`,
    });
    expect(result.resolutions).toEqual([expect.objectContaining({ account: SANDBOX, scopedRole: ROLE, exists: "yes" })]);
    expect(table).toMatchObject({
      evidenceId: "r1c1.1",
      operation: "ListBuckets",
      columns: ["Arn", "Name", "BucketRegion", "CreationDate", "Tags"],
      total: 3,
      shown: 3,
      truncated: false,
    });
    const body = kept.get(table?.evidence.key ?? "") ?? "";
    expect(table?.evidence).toEqual({
      key: `s3/${REQUEST_ID}/r1c1/1-ListBuckets-${SANDBOX}-global.json`,
      sha256: createHash("sha256").update(body).digest("hex"),
      bytes: Buffer.byteLength(body),
    });
    expect(JSON.parse(body)).toHaveLength(2);
    expect(projection?.tables).toEqual(result.tables);
  });

  it("enters each account once, a global service in us-east-1, with the request in the user agent", async () => {
    const reads = [
      { operation: "ListBuckets", input: {} },
      { operation: "GetPolicy", input: {} },
    ];
    const { result, connections, assumed } = await run(call({ targets: [SANDBOX, PRODUCTION].map((account) => ({ account, region: "global" })), reads }));
    expect(assumed).toEqual([
      [`arn:aws:iam::${SANDBOX}:role/${ROLE}`, "acme-coworker-sandbox-4f1c"],
      [`arn:aws:iam::${PRODUCTION}:role/${ROLE}`, "acme-coworker-production-c803"],
    ]);
    expect(connections).toEqual([SANDBOX, PRODUCTION].map((account) => ({ region: "us-east-1", account, userAgent: REQUEST_ID })));
    expect(result.tables.map(({ evidenceId, operation, account }) => [evidenceId, operation, account])).toEqual([
      ["r1c1.1", "ListBuckets", SANDBOX],
      ["r1c1.2", "ListBuckets", PRODUCTION],
      ["r1c1.3", "GetPolicy", SANDBOX],
      ["r1c1.4", "GetPolicy", PRODUCTION],
    ]);
  });

  it("connects a regional service in each target's own region", async () => {
    const { connections } = await run(
      call({
        targets: [
          { account: SANDBOX, region: "eu-west-1" },
          { account: SANDBOX, region: "us-east-1" },
        ],
      }),
    );
    expect(connections).toMatchObject([{ region: "eu-west-1" }, { region: "us-east-1" }]);
  });
});

describe("an account that can't be entered", () => {
  it("is reported once while the others are read (F14)", async () => {
    const { result, assumed } = await run(call({ targets: [SANDBOX, PRODUCTION].map((account) => ({ account, region: "global" })) }), { refusedIn: [SANDBOX] });
    expect(assumed).toHaveLength(2);
    expect(result.status).toBe("partial");
    expect(result.tables.map(({ account }) => account)).toEqual([PRODUCTION]);
    expect(result.failures).toEqual([
      expect.objectContaining({ operation: "AssumeRole", account: SANDBOX, role: ROLE, errorCode: "AccessDenied", message: "not authorized to assume [arn]" }),
    ]);
    expect(result.resolutions.map(({ account, exists }) => [account, exists])).toEqual([
      [SANDBOX, "refused"],
      [PRODUCTION, "yes"],
    ]);
  });

  it("alone is a failed result: nothing is connected, nothing kept", async () => {
    const { result, connections, kept } = await run(call(), { refusedIn: [SANDBOX] });
    expect(result).toMatchObject({ status: "failed", tables: [], projectionKey: null });
    expect([connections, [...kept]]).toEqual([[], []]);
  });

  it("under another identity than the worker's own is not read", async () => {
    const service = fakeService(buckets(["a"]));
    const { result, connections } = await run(call(), { service, caller: `arn:aws:sts::${SANDBOX}:assumed-role/Admin/x` });
    expect(result.failures).toEqual([expect.objectContaining({ errorCode: "IdentityMismatch" })]);
    expect([connections, service.sent]).toEqual([[], []]);
  });

  it("that is not registered, or a call meant for another worker, is an error", async () => {
    await expect(run(call({ targets: [{ account: UNREGISTERED, region: "global" }] }))).rejects.toThrow(/not registered/);
    await expect(run(call({ worker: "discovery-iam" }))).rejects.toThrow(/called as discovery-iam/);
    await expect(run({ ...call(), role: "admin" })).rejects.toThrow(/role/);
  });
});

describe("a target's region", () => {
  const regional = { ...toy, scope: "regional" } as const;
  const at = (account: string, region: string) => call({ targets: [{ account, region }] });

  it("that the account is registered with is read, and global where the service is", async () => {
    expect((await run(at(PRODUCTION, "us-east-1"), { definition: regional })).result.status).toBe("complete");
    expect((await run(at(PRODUCTION, "global"))).result.status).toBe("complete");
  });

  it("that it is not registered with is an error, and so is global for a regional service; nothing is assumed", async () => {
    await expect(run(at(PRODUCTION, "eu-west-1"), { definition: regional })).rejects.toThrow(`region eu-west-1 is not registered for account ${PRODUCTION}`);
    await expect(run(at(SANDBOX, "global"), { definition: regional })).rejects.toThrow(/region global is not registered/);
    await expect(run(at(SANDBOX, "ap-south-1"))).rejects.toThrow(/region ap-south-1/);
  });
});

describe("failed reads", () => {
  it.each(["AccessDenied", "ThrottlingException"])("%s is told with operation, role and code, and no table claims that nothing is there", async (code) => {
    const service = fakeService((operation, input) => (operation === "GetPolicy" ? named(code, "no") : buckets(["a", "b"])(operation, input)));
    const { result } = await run(
      call({
        reads: [
          { operation: "ListBuckets", input: {} },
          { operation: "GetPolicy", input: {} },
        ],
      }),
      { service },
    );
    expect(result.status).toBe("partial");
    expect(result.tables.map(({ operation }) => operation)).toEqual(["ListBuckets"]);
    expect(result.failures).toEqual([
      expect.objectContaining({ operation: "GetPolicy", role: ROLE, errorCode: code, count: 2, access: expect.stringContaining("s3:GetBucketPolicy") }),
    ]);
  });

  it("an empty list is a table with no rows, and complete", async () => {
    expect((await run(call(), { service: fakeService(buckets([])) })).result).toMatchObject({ status: "complete", tables: [{ total: 0, rows: [] }] });
  });

  it("without time left are reported as such; what was read is kept", async () => {
    let asked = 0;
    const { result } = await run(
      call({
        reads: [
          { operation: "ListBuckets", input: {} },
          { operation: "ListEvents", input: {} },
        ],
      }),
      { remaining: () => (asked++ < 2 ? 600_000 : 10_000) },
    );
    expect(result.status).toBe("partial");
    expect(result.tables).toHaveLength(1);
    expect(result.failures).toEqual([expect.objectContaining({ operation: "ListEvents", errorCode: "DeadlineExceeded" })]);
  });

  it("whose evidence can't be kept are an error: no table without its evidence", async () => {
    const handler = makeHandler({
      service: { definition: toy, connect: () => fakeService(buckets(["a"])) },
      settings: SETTINGS,
      prompt: "",
      sts: {
        assume: async () => ({ accessKeyId: "x", secretAccessKey: "x" }),
        whoAmI: async () => `arn:aws:sts::${SANDBOX}:assumed-role/aws-coworker-discovery-s3/x`,
      },
      invoke: scripted().invoke,
      put: async () => Promise.reject(named("NoSuchBucket")),
      now: () => 0,
    });
    await expect(handler(call(), { getRemainingTimeInMillis: () => 600_000 })).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

describe("what leaves the worker", () => {
  it("no dropped value reaches evidence, projection or result; a field that is only not projected stays in evidence", async () => {
    const { result, kept, projection } = await run(call(), {
      service: fakeService(buckets(["a", "b", "c"], { Secret: "dropped-value", Unnamed: "not-projected" })),
    });
    const evidence = [...kept.entries()].filter(([key]) => key !== result.projectionKey).map(([, body]) => body);
    for (const place of [...evidence, JSON.stringify(projection), JSON.stringify(result)]) expect(place).not.toContain("dropped-value");
    expect(evidence.join()).toContain("not-projected");
    expect(JSON.stringify([projection, result])).not.toContain("not-projected");
  });

  it("secrets are redacted in tables and projection, and counted", async () => {
    const { result, projection } = await run(call(), { service: fakeService(buckets(["a", "b"], { Tags: [{ Key: "token", Value: SECRET }] })) });
    expect(result.redactions).toBe(2);
    expect(JSON.stringify([result, projection])).not.toContain(SECRET);
    expect(result.tables[0]?.rows[0]?.[4]).toEqual({ token: "[redacted:github]" });
  });

  it("secrets in an error message are redacted too", async () => {
    const { result } = await run(call(), { service: fakeService(() => named("InvalidRequest", `bad value ${SECRET}`)) });
    expect(result).toMatchObject({ redactions: 1, failures: [{ message: "bad value [redacted:github]" }] });
  });

  it("a secret across the place where a message is cut is redacted before the cut", async () => {
    const message = `${"m".repeat(490)} ${SECRET} ${"n".repeat(100)}`;
    const { result } = await run(call(), { service: fakeService(() => named("InvalidRequest", message)) });
    expect(result).toMatchObject({ redactions: 1, failures: [{ message: `${"m".repeat(490)} [redacted:github]`.slice(0, 500) }] });
  });

  it("is at most its share, with the cut said and the whole in the projection", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `bucket-${index}`);
    const { result, projection } = await run(call({ shareBytes: 8192 }), { service: fakeService(buckets(names)) });
    expect(jsonBytes(result)).toBeLessThanOrEqual(8192);
    expect(result.tables[0]).toMatchObject({ total: 300 });
    expect(result.tables[0]?.shown).toBeLessThan(300);
    expect(projection?.tables[0]?.rows).toHaveLength(300);
  });

  it("is at most its share when the heads of many tables alone exceed it", async () => {
    const reads = Array.from({ length: 20 }, () => ({ operation: "ListBuckets", input: {} }));
    const { result, projection } = await run(
      call({ shareBytes: 8192, reads, targets: [SANDBOX, PRODUCTION].map((account) => ({ account, region: "global" })) }),
    );
    expect(jsonBytes(result)).toBeLessThanOrEqual(8192);
    expect(result.status).toBe("partial");
    expect(projection?.tables).toHaveLength(40);
    expect(result.failures).toEqual([expect.objectContaining({ errorCode: "PayloadShare", count: 40 - result.tables.length })]);
  });
});
