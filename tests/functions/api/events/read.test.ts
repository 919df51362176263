import { describe, expect, it } from "vitest";
import { BOB, call } from "../fakes.ts";
import { eventsApi, samples } from "./set-up.ts";

const get = (path: string, more: { caller?: string; query?: Record<string, string>; headers?: Record<string, string> } = {}) => ({
  method: "GET",
  path,
  headers: {},
  ...more,
});
const ONE = `/requests/${samples.ID}`;
const REPORT = { "reports/r/report.json": JSON.stringify({ answer: "One bucket is public." }) };

describe("GET /requests, each request's state", () => {
  it("tells the state of each: from its journal, else from its execution", async () => {
    const { handler, own, record, machine } = eventsApi();
    await own();
    const state = async () => (await call(handler, get("/requests"))).body.requests[0].state;
    machine.status.set(samples.ID, "RUNNING");
    expect(await state()).toBe("running");
    machine.status.set(samples.ID, "ABORTED");
    expect(await state()).toBe("failed");
    await record();
    expect(await state()).toBe("partial");
  });
});

describe("GET /requests/{id}", () => {
  it("tells a finished request with its report", async () => {
    const { handler, own, record } = eventsApi({ reports: REPORT });
    await own();
    await record();
    const { status, body } = await call(handler, get(ONE));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: samples.ID,
      text: `text of ${samples.ID}`,
      requester: "arn:aws:iam::111122223333:role/Analyst",
      receivedAt: "2026-11-22T09:59:59.000Z",
      state: "partial",
      code: "partial_results",
      summary: "One bucket is public.",
      announcement: samples.admission.announcement,
      exclusions: samples.admission.exclusions,
      costUsd: 0.03,
      durationMs: 900,
      redactions: 3,
      report: { answer: "One bucket is public." },
      links: { self: ONE, events: `${ONE}/events` },
    });
    expect(body).not.toHaveProperty("notice");
  });

  it("gives the report as Markdown to who asks for it, once there is one", async () => {
    const { handler, own, record } = eventsApi({ reports: { ...REPORT, "reports/r/report.md": "# Answer" } });
    await own();
    const asked = get(ONE, { headers: { Accept: "text/markdown" } });
    expect((await call(handler, asked)).body).toMatchObject({ state: "running" });
    await record();
    const { status, headers, text } = await call(handler, asked);
    expect([status, headers["Content-Type"], text]).toEqual([200, "text/markdown; charset=utf-8", "# Answer"]);
  });

  it("gives the reason in place of Markdown that is too large, and Markdown below that", async () => {
    const markdown = (length: number) => ({ ...REPORT, "reports/r/report.md": "\n".repeat(length) });
    for (const [length, type] of [
      [2_500_000, "text/markdown; charset=utf-8"],
      [2_800_000, "application/json"],
    ] as const) {
      const { handler, own, record } = eventsApi({ reports: markdown(length) });
      await own();
      await record();
      const { status, headers } = await call(handler, get(ONE, { headers: { Accept: "text/markdown" } }));
      expect([status, headers["Content-Type"]]).toEqual([200, type]);
    }
  });

  it("completes the role resolutions with what each worker found", async () => {
    const { handler, own, record } = eventsApi();
    await own();
    await record(3);
    const exists = async () => (await call(handler, get(ONE))).body.resolutions.map((one: { worker: string; exists: string }) => [one.worker, one.exists]);
    expect(await exists()).toEqual([
      ["discovery-s3", "unverified"],
      ["discovery-iam", "unverified"],
    ]);
    await record(4);
    expect(await exists()).toEqual([
      ["discovery-s3", "yes"],
      ["discovery-iam", "unverified"],
    ]);
  });

  it("shows tasks, failures and usage as they come", async () => {
    const { handler, own, record, machine } = eventsApi();
    await own();
    machine.status.set(samples.ID, "RUNNING");
    await record(3);
    const running = (await call(handler, get(ONE))).body;
    expect(running).toMatchObject({ state: "running", report: null, costUsd: 0.01 });
    expect(running.tasks.map((task: { status: string }) => task.status)).toEqual(["running", "running"]);
    await record(4);
    const read = (await call(handler, get(ONE))).body;
    expect(read.state).toBe("running");
    expect(read.tasks).toMatchObject([
      { agentId: "r1c1", worker: "discovery-s3", service: "s3", reads: ["ListBuckets"], objective: null, status: "partial", durationMs: 120 },
      { agentId: "r1c2", worker: "discovery-iam", reads: [], objective: "who is an administrator?", status: "crashed", durationMs: null },
    ]);
    expect(read.partialFailures.map((failure: { code: string }) => failure.code)).toEqual(["unknown_service", "AccessDenied", "worker_crashed"]);
    expect(read.partialFailuresLeftOut).toBe(0);
    expect(read.partialFailures[1].failure).toMatchObject({ operation: "GetBucketPolicy", access: "s3:GetBucketPolicy" });
    expect(read.costUsd).toBeCloseTo(0.01 + 0.004 + 0.5);
    expect(read.usage.map(({ model, estimated }: { model: string; estimated: boolean }) => [model, estimated])).toEqual([
      ["opus", false],
      ["haiku", false],
      ["unknown (worker crashed)", true],
    ]);
    await record(5);
    const planned = (await call(handler, get(ONE))).body;
    expect(planned.costUsd).toBeCloseTo(0.032);
    expect(planned.usage.map(({ model }: { model: string }) => model)).toEqual(["opus", "haiku"]);
  });

  it("someone else's request and one that never was get the same answer", async () => {
    const { handler, own, record } = eventsApi();
    await own();
    await record();
    const answers = await Promise.all([
      call(handler, get(ONE, { caller: BOB })),
      call(handler, get(`/requests/req-${"f".repeat(32)}`)),
      call(handler, get("/requests/nonsense")),
      call(handler, get(`${ONE}/events`, { caller: BOB })),
      call(handler, get(`/requests/req-${"f".repeat(32)}/events`)),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, text: answers[0]?.text, headers: answers[0]?.headers });
    expect(answers[0]?.body.error.code).toBe("not_found");
    expect((await call(handler, get(ONE))).status).toBe(200);
    expect((await call(handler, get(`${ONE}/events`))).status).toBe(200);
  });

  it.each([
    ["FAILED", "execution_failed"],
    ["TIMED_OUT", "execution_timed_out"],
    ["ABORTED", "execution_stopped"],
    ["SUCCEEDED", "journal_incomplete"],
  ])("an execution that ended %s without its last event is failed: %s", async (status, code) => {
    const { handler, own, record, machine } = eventsApi();
    await own();
    await record(4);
    machine.status.set(samples.ID, status);
    expect((await call(handler, get(ONE))).body).toMatchObject({
      state: "failed",
      code,
      notice: expect.stringMatching(/\w{20,}|\w+ \w+/),
      report: null,
      tasks: [{ status: "partial" }, { status: "crashed" }],
    });
  });

  it("an execution that is not there yet is running", async () => {
    const { handler, own } = eventsApi();
    await own();
    expect((await call(handler, get(ONE))).body).toMatchObject({ state: "running", announcement: null, tasks: [], costUsd: 0, redactions: 2 });
  });

  it("the journal's end wins over an execution that failed", async () => {
    const { handler, own, record, machine } = eventsApi();
    await own();
    await record();
    machine.status.set(samples.ID, "FAILED");
    expect((await call(handler, get(ONE))).body).toMatchObject({ state: "partial", code: "partial_results" });
  });

  it.each([
    ["is gone", {}, /AccessDenied/],
    ["is not JSON", { "reports/r/report.json": "{" }, /SyntaxError/],
    ["is too large", { "reports/r/report.json": `"${"x".repeat(5_500_001)}"` }, /The report has 5500003 bytes/],
    [
      "is too large once it is in the answer",
      { "reports/r/report.json": JSON.stringify(Array(1_000_000).fill("x")) },
      /With its report this answer has \d{7} bytes/,
    ],
  ])("a report that %s leaves the rest, with the reason", async (_, reports, notice) => {
    const { handler, own, record } = eventsApi({ reports });
    await own();
    await record();
    expect((await call(handler, get(ONE))).body).toMatchObject({ state: "partial", report: null, notice: expect.stringMatching(notice) });
  });
});

describe("GET /requests", () => {
  const id = (number: number) => `req-${String(number).padStart(32, "0")}`;

  it("lists the caller's own, newest first, page by page", async () => {
    const { handler, own } = eventsApi();
    for (const number of [3, 1, 5, 2, 4]) await own(id(number), `2026-11-22T09:59:0${number}.000Z`);
    await own(id(9), "2026-11-22T09:59:09.000Z", BOB);
    const seen: string[] = [];
    let next: string | null = null;
    let pages = 0;
    do {
      const { status, body } = await call(handler, get("/requests", { query: { limit: "2", ...(next ? { next } : {}) } }));
      expect(status).toBe(200);
      seen.push(...body.requests.map((one: { id: string }) => one.id));
      next = body.next;
      pages += 1;
    } while (next);
    expect(seen).toEqual([5, 4, 3, 2, 1].map(id));
    expect(pages).toBe(3);
  });

  it("someone else's cursor shows nothing of theirs", async () => {
    const { handler, own } = eventsApi();
    for (const number of [1, 2]) await own(id(number), `2026-11-22T09:59:0${number}.000Z`);
    const { body } = await call(handler, get("/requests", { query: { limit: "1" } }));
    expect((await call(handler, get("/requests", { caller: BOB, query: { next: body.next } }))).body.requests).toEqual([]);
  });

  it.each([
    [{ limit: "0" }, "limit"],
    [{ limit: "101" }, "limit"],
    [{ limit: "ten" }, "limit"],
    [{ limit: "-1" }, "limit"],
    [{ next: "nonsense" }, "next"],
    [{ next: Buffer.from('["req-1","x"]').toString("base64url") }, "next"],
  ])("refuses %j", async (query, field) => {
    const { handler } = eventsApi();
    expect(await call(handler, get("/requests", { query }))).toMatchObject({ status: 400, body: { error: { code: "invalid_field", field } } });
  });

  it("a POST here is not its business", async () => {
    const { handler } = eventsApi();
    expect(await call(handler, { method: "POST", path: ONE, body: {} })).toMatchObject({ status: 405, headers: { Allow: "GET" } });
    expect(await call(handler, get(`${ONE}/report`))).toMatchObject({ status: 404 });
  });
});
