import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dynamoJournal } from "../../../functions/record/journal.ts";
import { makeHandler, type RecordResult } from "../../../functions/record/record.ts";
import { eventKey, type RequestEvent, requestEvent } from "../../../functions/shared/events.ts";
import { SETTINGS as settings } from "../shared/samples.ts";
import { type FakeTable, fakeTable } from "./fake-table.ts";
import * as samples from "./samples.ts";

const NOW = new Date("2026-11-22T10:00:00Z");

function setUp(before?: (command: unknown) => Promise<void>) {
  const table = fakeTable("pk", "sk", before);
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const record = makeHandler({ journal: dynamoJournal(table.client, "journal"), settings, now: () => NOW, wait, random: () => 0.5 });
  return { table, waits, record: (visit: { visit: string; state: string; result: unknown }) => record({ requestId: samples.ID, ...visit }), raw: record };
}

function events({ items }: FakeTable): RequestEvent[] {
  return [...items.values()]
    .filter((item) => String(item.sk).startsWith("EVENT#"))
    .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
    .map((item) => requestEvent.parse(JSON.parse(String(item.event))));
}

const many = (workers: number) => ({
  visit: "Discover#1",
  state: "Discover",
  result: Array.from({ length: workers }, (_, index) => ({ ...samples.workerResult, callId: `r1c${index}` })),
});

describe("recording a request", () => {
  it("gives every event its number, and ends with execution_complete and the counts", async () => {
    const { record, table } = setUp();
    for (const visit of samples.VISITS) await record(visit);
    const written = events(table);
    expect(written.map(({ seq }) => seq)).toEqual(written.map((_, index) => index + 1));
    expect(written.filter(({ type }) => type === "execution_complete")).toHaveLength(1);
    const last = written.at(-1);
    expect(last).toMatchObject({
      type: "execution_complete",
      payload: { eventCount: written.length, agentsSpawned: 2, errors: 3, status: "partial", duration: 900 },
    });
    expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
  });

  it("keeps every item until the journal's retention ends", async () => {
    const { record, table } = setUp();
    for (const visit of samples.VISITS) await record(visit);
    const expected = NOW.getTime() / 1000 + 90 * 86_400;
    expect([...table.items.values()].every(({ expiresAt }) => expiresAt === expected)).toBe(true);
  });

  it("writes a repeated visit once and answers as the first time, also after the end", async () => {
    const { record, table } = setUp();
    const first: RecordResult[] = [];
    for (const visit of samples.VISITS) first.push(await record(visit));
    const before = structuredClone(table.items);
    for (const [index, visit] of samples.VISITS.entries()) expect(await record(visit)).toEqual(first[index]);
    expect(table.items).toEqual(before);
  });

  it("accepts nothing after execution_complete", async () => {
    const { record, table } = setUp();
    const end = samples.VISITS.at(-1)!;
    await record(end);
    const before = structuredClone(table.items);
    expect(await record({ ...end, visit: "Report#2" })).toEqual({ outcome: "closed", seq: 1, events: 0, redactions: 0 });
    expect(table.items).toEqual(before);
  });

  it("a visit without events leaves its marker", async () => {
    const { record, table } = setUp();
    expect(await record({ visit: "Discover#1", state: "Discover", result: [] })).toEqual({ outcome: "recorded", seq: 0, events: 0, redactions: 0 });
    expect(await record(samples.VISITS[0])).toMatchObject({ seq: 1, events: 1 });
    expect(events(table)).toHaveLength(1);
  });

  it("goes on where a crash between two parts left it", async () => {
    let transactions = 0;
    const { record, table } = setUp(async (command) => {
      if ((command as object).constructor.name === "TransactWriteCommand" && ++transactions === 2) throw new Error("crash");
    });
    await expect(record(many(60))).rejects.toThrow("crash");
    expect(events(table)).toHaveLength(90);
    expect(await record(many(60))).toMatchObject({ outcome: "recorded", seq: 180, events: 180 });
    expect(events(table).map(({ seq }) => seq)).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
  });

  it("counts and removes secrets", async () => {
    const { record, table } = setUp();
    const token = `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"}`;
    const result = { ...samples.answer, decision: { kind: "answer", answer: `the token is ${token}`, findings: [] } };
    expect(await record({ visit: "Orchestrate#1", state: "Orchestrate", result })).toMatchObject({ redactions: 1 });
    expect(JSON.stringify([...table.items.values()])).not.toContain(token);
  });

  it("throws without a request id, and keeps any other broken input as an error event, once", async () => {
    const { raw, table } = setUp();
    await expect(raw({ visit: "Admit#1", state: "Admit", result: {} })).rejects.toThrow(/requestId/);
    await expect(raw({ requestId: "req-1", visit: "Admit#1", state: "Admit", result: {} })).rejects.toThrow(/requestId/);
    expect(table.items.size).toBe(0);
    const broken = { requestId: samples.ID, state: "Admit", result: {} };
    expect(await raw(broken)).toMatchObject({ events: 1 });
    expect(await raw(broken)).toMatchObject({ events: 1 });
    expect(events(table)).toMatchObject([{ type: "error", payload: { code: "unreadable_result" } }]);
  });

  it("gives up after bounded attempts with the reason, having waited between them", async () => {
    const { TransactionInProgressException } = await import("@aws-sdk/client-dynamodb");
    const { record, waits, table } = setUp(async (command) => {
      if ((command as object).constructor.name === "TransactWriteCommand") throw new TransactionInProgressException({ message: "busy", $metadata: {} });
    });
    await expect(record(samples.VISITS[0])).rejects.toThrow(/12 attempts to record Admit#1/);
    expect(waits).toHaveLength(12);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
    expect(table.items.size).toBe(0);
  });

  it("an error that is not a lost race is thrown at once", async () => {
    const { record, waits } = setUp(async (command) => {
      if ((command as object).constructor.name === "TransactWriteCommand") throw new Error("AccessDenied");
    });
    await expect(record(samples.VISITS[0])).rejects.toThrow("AccessDenied");
    expect(waits).toEqual([]);
  });
});

describe("the sample inputs in events/", () => {
  const folder = new URL("../../../events/", import.meta.url);
  it.each(readdirSync(folder).filter((file) => file.startsWith("record.")))("%s", async (file) => {
    const { raw, table } = setUp();
    expect(await raw(JSON.parse(readFileSync(new URL(file, folder), "utf8")))).toMatchObject({ outcome: "recorded", redactions: 0 });
    expect(events(table).filter((event) => event.type === "error" && event.payload.code === "unreadable_result")).toEqual([]);
  });
});

describe("concurrent visits", () => {
  it("keep one sequence without a gap, each visit once, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 6 }), async (scheduler, chosen) => {
        const { record, table } = setUp(() => scheduler.schedule(Promise.resolve()));
        const done = Promise.all(chosen.map((index) => record(samples.VISITS[index] ?? samples.VISITS[0])));
        await scheduler.waitFor(done);
        const written = events(table);
        expect(written.map(({ seq }) => seq)).toEqual(written.map((_, index) => index + 1));
        const completes = written.filter(({ type }) => type === "execution_complete");
        expect(completes.length).toBe(chosen.includes(5) ? 1 : 0);
        if (completes.length > 0) expect(written.at(-1)?.type).toBe("execution_complete");
        const markers = [...table.items.keys()].filter((key) => key.includes("VISIT#"));
        expect(markers.length).toBeLessThanOrEqual(new Set(chosen).size);
        const head = table.items.get(JSON.stringify([samples.ID, "HEAD"]));
        expect(head?.seq).toBe(written.length);
        for (const { seq } of written) expect(table.items.has(JSON.stringify([samples.ID, eventKey(seq)]))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
