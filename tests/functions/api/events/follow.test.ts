import { describe, expect, it } from "vitest";
import { eventKey } from "../../../../functions/shared/events.ts";
import { call } from "../fakes.ts";
import { eventsApi, samples } from "./set-up.ts";

const PATH = `/requests/${samples.ID}/events`;
const get = (query: Record<string, string> = {}, headers: Record<string, string> = {}) => ({ method: "GET", path: PATH, query, headers });
const EVENT_STREAM = { Accept: "text/event-stream" };
const seqs = (body: { events: { seq: number }[] }) => body.events.map(({ seq }) => seq);

describe("GET /requests/{id}/events", () => {
  it("serves pages until complete", async () => {
    const { handler, own, record } = eventsApi();
    await own();
    await record();
    const first = (await call(handler, get({ limit: "4" }))).body;
    expect(seqs(first)).toEqual([1, 2, 3, 4]);
    expect(first).toMatchObject({ cursor: 4, complete: false });
    const rest = (await call(handler, get({ after: "4" }))).body;
    expect(seqs(rest)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(rest).toMatchObject({ cursor: 13, complete: true });
    expect(rest.events.at(-1)).toMatchObject({ type: "execution_complete", payload: { eventCount: 13 } });
    expect((await call(handler, get({ after: "13" }))).body).toEqual({ events: [], cursor: 13, complete: true });
  });

  it("is empty before anything is recorded", async () => {
    const { handler, own } = eventsApi();
    await own();
    expect((await call(handler, get())).body).toEqual({ events: [], cursor: 0, complete: false });
  });

  it("stops at a gap, and goes on when it closes", async () => {
    const { handler, own, record, journal } = eventsApi();
    await own();
    await record();
    const key = JSON.stringify([samples.ID, eventKey(3)]);
    const third = journal.items.get(key)!;
    journal.items.delete(key);
    expect((await call(handler, get())).body).toMatchObject({ cursor: 2, complete: false, events: [{ seq: 1 }, { seq: 2 }] });
    expect((await call(handler, get({ after: "2" }))).body).toEqual({ events: [], cursor: 2, complete: false });
    journal.items.set(key, third);
    expect((await call(handler, get({ after: "2" }))).body).toMatchObject({ cursor: 13, complete: true });
  });

  it("asks the journal once for a page", async () => {
    const { handler, own, record, journal } = eventsApi();
    await own();
    await record();
    journal.calls.length = 0;
    await call(handler, get({ limit: "4" }));
    expect(journal.calls.sort()).toEqual(["GetCommand", "QueryCommand"]);
  });

  it.each([
    [{ after: "-1" }, "after"],
    [{ after: "x" }, "after"],
    [{ after: "99999999" }, "after"],
    [{ limit: "501" }, "limit"],
    [{ limit: "1.5" }, "limit"],
  ])("refuses %j", async (query, field) => {
    const { handler, own } = eventsApi();
    await own();
    expect(await call(handler, get(query))).toMatchObject({ status: 400, body: { error: { code: "invalid_field", field } } });
  });
});

describe("as server-sent events", () => {
  it("serves what there is at once, with ids to go on from", async () => {
    const { handler, own, record, waits } = eventsApi();
    await own();
    await record(2);
    const answer = await call(handler, get({}, EVENT_STREAM));
    expect(answer.headers["Content-Type"]).toMatch(/^text\/event-stream/);
    expect(answer.text).toMatch(/^retry: 1000\n\nid: 1\nevent: session_info\ndata: \{.*\}\n\nid: 2\nevent: todo_update\ndata: \{.*\}\n\n$/);
    expect(waits).toEqual([]);
  });

  it("goes on after Last-Event-ID; after= has precedence", async () => {
    const { handler, own, record } = eventsApi();
    await own();
    await record();
    const from = async (query: Record<string, string>, id: string) =>
      /id: (\d+)/.exec((await call(handler, get(query, { ...EVENT_STREAM, "Last-Event-ID": id }))).text)?.[1];
    expect(await from({}, "4")).toBe("5");
    expect(await from({ after: "2" }, "4")).toBe("3");
    expect(await from({}, "nonsense")).toBe("1");
  });

  it("holds the call until something happens", async () => {
    let asked = 0;
    const { handler, own, waits } = eventsApi({ whileWaiting: async (record) => void (++asked === 3 && (await record(1))) });
    await own();
    const answer = await call(handler, get({}, EVENT_STREAM));
    expect(answer.text).toContain("event: session_info");
    expect(waits).toEqual([500, 500, 500]);
  });

  it("lets go after five seconds with a reconnect", async () => {
    const { handler, own, waits } = eventsApi();
    await own();
    const answer = await call(handler, get({}, EVENT_STREAM));
    expect(answer).toMatchObject({ status: 200, text: "retry: 1000\n\n" });
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(5000);
  });

  it("tells the client to stop after the end", async () => {
    const { handler, own, record, waits } = eventsApi();
    await own();
    await record();
    expect(await call(handler, get({}, { ...EVENT_STREAM, "Last-Event-ID": "13" }))).toMatchObject({ status: 204, text: "" });
    expect((await call(handler, get({}, { ...EVENT_STREAM, "Last-Event-ID": "99999999" }))).status).toBe(204);
    expect(waits).toEqual([]);
  });
});
