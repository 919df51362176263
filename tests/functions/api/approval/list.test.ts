import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { approvalKey } from "../../../../functions/shared/approvals.ts";
import type { Plan } from "../../../../functions/shared/contracts.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { ACCOUNT, EXPIRES, REQUEST, REQUESTER, samplePlan, waitFor } from "../../shared/plan-sample.ts";
import { call } from "../fakes.ts";
import { ALICE, ALICE_AGAIN, approvalApi, CAROL, DAN, ERIN, FRANK, type Options, STRANGER } from "./set-up.ts";

const idOf = (number: number) => `req-${String(number).padStart(32, "0")}`;

function setUp(options: Options = {}) {
  const api = approvalApi(options);
  const list = (caller: string) => call(api.handler, { method: "GET", path: "/approvals", caller });
  /** Another request's plan waits, some minutes after ten. */
  const other = (number: number, plan: Partial<Plan> = {}) => {
    api.clock.now = new Date(Date.parse("2026-11-22T10:00:00.000Z") + number * 60_000);
    return api.awaitApproval(waitFor(1, `token-of-${number}`, samplePlan({ requestId: idOf(number), ...plan })));
  };
  const rowOf = (phase = 1) => JSON.stringify([REQUEST, approvalKey(phase)]);
  return { ...api, list, other, rowOf };
}

describe("GET /approvals", () => {
  it.each([
    ["the requester", ALICE],
    ["another session of the requester's role", ALICE_AGAIN],
    ["an approver", CAROL],
    ["an approver of these and other accounts", DAN],
  ])("lists to %s what waits, without its plan and token", async (_, caller) => {
    const { wait, list, planHash } = setUp();
    await wait();
    const { status, body, text } = await list(caller);
    expect(status).toBe(200);
    const item = {
      requestId: REQUEST,
      phase: 1,
      destructive: false,
      requester: REQUESTER,
      summary: "Closes one bucket, removes another.",
      accounts: [ACCOUNT],
      risk: "low",
      planHash,
      expiresAt: EXPIRES,
      mine: true,
    };
    expect(body).toEqual({ approvals: [item], unreadable: [], truncated: false });
    expect(text).not.toContain("token-1");
  });

  it.each([STRANGER, FRANK, ERIN])("is empty for %s", async (caller) => {
    const { wait, list } = setUp();
    await wait();
    const { status, body } = await list(caller);
    expect([status, body]).toEqual([200, { approvals: [], unreadable: [], truncated: false }]);
    expect((await list(CAROL)).body.approvals).toHaveLength(1);
  });

  it("is empty for an approver of one of the plan's two accounts", async () => {
    const [target] = samplePlan().targets;
    const { wait, list } = setUp({ plan: samplePlan({ targets: [target!, { ...target!, account: "333333333333" }] }) });
    await wait();
    expect((await list(CAROL)).body.approvals).toEqual([]);
    expect((await list(DAN)).body.approvals).toMatchObject([{ accounts: ["333333333333", ACCOUNT], mine: true }]);
  });

  it.each([
    ["a destructive phase", {}, 2],
    ["a plan that needs somebody else", { approval: { requesterMayApprove: false, acknowledge: [] } }, 1],
  ])("says that %s is not the requester's to decide", async (_, change, phase) => {
    const { wait, list } = setUp({ plan: samplePlan(change) });
    await wait(phase);
    expect((await list(ALICE)).body.approvals).toMatchObject([{ phase, mine: false }]);
    expect((await list(CAROL)).body.approvals).toMatchObject([{ phase, mine: true }]);
  });

  it("has each phase while it waits: not once it is decided, stopped or expired", async () => {
    const { wait, list, post, stop, clock } = setUp();
    const phases = async () => (await list(CAROL)).body.approvals.map(({ phase }: { phase: number }) => phase);
    await wait(1);
    expect(await phases()).toEqual([1]);
    await post(CAROL);
    expect(await phases()).toEqual([]);
    await wait(2);
    expect(await phases()).toEqual([2]);
    clock.now = new Date(Date.parse(EXPIRES) - 1);
    expect(await phases()).toEqual([2]);
    clock.now = new Date(EXPIRES);
    expect(await phases()).toEqual([]);
    clock.now = new Date("2026-11-22T11:00:00.000Z");
    await stop(CAROL);
    expect(await phases()).toEqual([]);
  });

  it("believes the item, where the index has not heard yet", async () => {
    const { wait, list, post, table, rowOf } = setUp();
    await wait();
    await post(CAROL);
    const decided = table.items.get(rowOf())!;
    expect(decided).not.toHaveProperty("waiting");
    table.items.set(rowOf(), { ...decided, waiting: "yes" });
    expect((await list(CAROL)).body.approvals).toEqual([]);
    table.items.set(rowOf(), { ...decided, status: "waiting", waiting: "yes" });
    expect((await list(CAROL)).body.approvals).toHaveLength(1);
  });

  it("is newest first, whenever each expires, and bounded", async () => {
    const { other, list } = setUp();
    for (let number = 1; number <= 50; number++) await other(number, { expiresAt: `2026-11-22T15:${String(59 - number).padStart(2, "0")}:00.000Z` });
    const { approvals, truncated } = (await list(CAROL)).body;
    expect(approvals.map(({ requestId }: { requestId: string }) => requestId)).toEqual(Array.from({ length: 50 }, (_, index) => idOf(50 - index)));
    expect(truncated).toBe(false);
    await other(51);
    const more = (await list(CAROL)).body;
    expect([more.approvals.length, more.approvals[0].requestId, more.truncated]).toEqual([50, idOf(51), true]);
  });

  it("reads no further than some thousand waits of others", async () => {
    const { wait, list, table } = setUp();
    const waits = (count: number) => {
      for (let index = 0; index < count; index++) {
        const row = { pk: `other-${index}`, sk: "PHASE#001", phase: 1, waiting: "yes", planExpiresAt: "2026-11-22T15:00:00.000Z" };
        table.items.set(JSON.stringify([row.pk, row.sk]), { ...row, requester: FRANK, accounts: ["333333333333"], createdAt: "2026-11-22T10:00:00.000Z" });
      }
    };
    await wait();
    waits(1999);
    expect((await list(ALICE)).body).toMatchObject({ approvals: [{ requestId: REQUEST }], truncated: false });
    waits(5000);
    const before = table.calls.length;
    expect((await list(ALICE)).body).toEqual({ approvals: [], unreadable: [], truncated: true });
    expect(table.calls.slice(before)).toEqual(Array(5).fill("QueryCommand"));
  });

  it("shows no words of a plan that was edited where it waits, beside another as it is", async () => {
    const { wait, list, other, table, logged, rowOf } = setUp();
    await wait();
    await other(2);
    const item = table.items.get(rowOf())!;
    table.items.set(rowOf(), { ...item, plan: String(item.plan).replace("Closes one bucket", "Harmless") });
    const { status, body, text } = await list(CAROL);
    expect(status).toBe(200);
    expect(body.approvals).toMatchObject([
      { requestId: REQUEST, summary: null, risk: null, mine: false },
      { requestId: idOf(2), summary: "Closes one bucket, removes another.", risk: "low", mine: true, planHash: digest(samplePlan({ requestId: idOf(2) })) },
    ]);
    expect(text).not.toContain("Harmless");
    expect(logged).toMatchObject([{ level: "ERROR", code: "plan_tampered", requestId: REQUEST, phase: 1 }]);
  });

  it("believes the item too where the index still says that it is the caller's", async () => {
    let changed: (() => void) | undefined;
    const { wait, list, table, rowOf } = setUp({
      before: async (command) => {
        if (command instanceof GetCommand) changed?.();
      },
    });
    await wait();
    const [target] = samplePlan().targets;
    const theirs = approvalApi({ plan: samplePlan({ requester: FRANK, targets: [target!, { ...target!, account: "333333333333" }] }) });
    await theirs.wait();
    const before = table.items.get(rowOf())!;
    changed = () => table.items.set(rowOf(), theirs.table.items.get(rowOf())!);
    const seen = async (caller: string) => {
      table.items.set(rowOf(), before);
      return (await list(caller)).body;
    };
    for (const caller of [ALICE, CAROL]) expect(await seen(caller)).toEqual({ approvals: [], unreadable: [], truncated: false });
    expect(await seen(DAN)).toMatchObject({ approvals: [{ requestId: REQUEST, requester: FRANK, mine: true }] });
    // And where it can't be read.
    changed = () => table.items.set(rowOf(), { ...theirs.table.items.get(rowOf()), taskToken: undefined });
    for (const caller of [ALICE, CAROL]) expect(await seen(caller)).toEqual({ approvals: [], unreadable: [], truncated: false });
    expect(await seen(DAN)).toMatchObject({ approvals: [], unreadable: [{ requestId: REQUEST, phase: 1 }] });
    changed = undefined;
    expect(await seen(ALICE)).toMatchObject({ approvals: [{ requester: REQUESTER }] });
  });

  it("lists what has an attribute that a later version may add", async () => {
    const { wait, list, table, rowOf } = setUp();
    await wait();
    table.items.set(rowOf(), { ...table.items.get(rowOf()), riskNote: "added" });
    const { body, text } = await list(CAROL);
    expect(body).toMatchObject({ approvals: [{ requestId: REQUEST, mine: true }], unreadable: [] });
    expect(text).not.toContain("riskNote");
  });

  it("misses no item that says it is of another phase than its key", async () => {
    const { wait, list, table, logged, rowOf } = setUp();
    await wait();
    const item = table.items.get(rowOf());
    table.items.set(rowOf(), { ...item, phase: 2 });
    expect((await list(CAROL)).body).toMatchObject({ approvals: [{ requestId: REQUEST, summary: null, mine: false }], unreadable: [] });
    expect(logged).toMatchObject([{ level: "ERROR", code: "plan_tampered", requestId: REQUEST }]);
    expect((await list(STRANGER)).body.approvals).toEqual([]);
    table.items.set(rowOf(), item!);
    expect((await list(CAROL)).body.approvals).toMatchObject([{ phase: 1, mine: true }]);
  });

  const mine = [{ requestId: REQUEST, phase: 1 }];
  it.each<[string, object, { alice: object[]; carol: object[] }]>([
    ["no token", { taskToken: undefined }, { alice: mine, carol: mine }],
    ["a status there is not", { status: "SECRET" }, { alice: mine, carol: mine }],
    ["no time", { createdAt: undefined }, { alice: mine, carol: mine }],
    ["a phase that is no number", { phase: "SECRET" }, { alice: mine, carol: mine }],
    ["no accounts", { accounts: undefined }, { alice: mine, carol: [] }],
    ["one account that is none", { accounts: [ACCOUNT, 5] }, { alice: mine, carol: [] }],
    ["no requester", { requester: undefined }, { alice: [], carol: mine }],
    ["nobody", { requester: null, accounts: null }, { alice: [], carol: [] }],
  ])("is not kept back by an item with %s, which is told to whom it says that it concerns", async (_, edit, told) => {
    const { wait, list, other, table, logged, rowOf } = setUp();
    await wait(1, "SECRET-TOKEN");
    await other(2);
    await other(3, { requester: FRANK });
    table.items.set(rowOf(), { ...table.items.get(rowOf()), ...edit });
    for (const [caller, unreadable, others] of [
      [ALICE, told.alice, [2]],
      [CAROL, told.carol, [3, 2]],
      [FRANK, [], [3]],
      [STRANGER, [], []],
    ] as const) {
      logged.length = 0;
      const { status, body, text } = await list(caller);
      expect([status, body.truncated, body.unreadable]).toEqual([200, false, unreadable]);
      expect(body.approvals).toMatchObject(others.map((number) => ({ requestId: idOf(number), summary: expect.any(String) })));
      expect(text + JSON.stringify(logged)).not.toContain("SECRET");
      if (unreadable.length > 0)
        expect(logged).toEqual([
          { level: "ERROR", code: "plan_tampered", requestId: REQUEST, phase: 1, planHash: null, reason: expect.stringContaining("can't be read") },
        ]);
    }
  });

  it("has an operator told of others' that can't be read, a bounded number of them", async () => {
    const { wait, list, table, logged } = setUp();
    await wait();
    const broken = (index: number, sk = "PHASE#001") => {
      const item = { pk: idOf(100 + index), sk, waiting: "yes", planExpiresAt: "2026-11-22T15:00:00.000Z", requester: STRANGER, accounts: "SECRET" };
      table.items.set(JSON.stringify([item.pk, item.sk]), item);
    };
    broken(0);
    broken(1, "OTHER");
    // The first is the stranger's own; what is under no phase's key is nobody's to decide or stop.
    expect((await list(STRANGER)).body).toEqual({ approvals: [], unreadable: [{ requestId: idOf(100), phase: 1 }], truncated: false });
    expect(logged).toHaveLength(2);
    expect(logged).toContainEqual(expect.objectContaining({ level: "ERROR", requestId: idOf(100), phase: 1 }));
    expect(logged).toContainEqual(expect.objectContaining({ level: "ERROR", requestId: idOf(101), phase: null }));
    expect(JSON.stringify(logged)).not.toContain("SECRET");
    for (let index = 2; index < 80; index++) broken(index);
    logged.length = 0;
    expect((await list(ALICE)).body).toMatchObject({ approvals: [{ requestId: REQUEST }], unreadable: [] });
    expect(logged).toHaveLength(50);
  });

  it("takes no other method", async () => {
    const { handler } = setUp();
    expect(await call(handler, { path: "/approvals", caller: CAROL })).toMatchObject({ status: 405, headers: { Allow: "GET" } });
  });
});
