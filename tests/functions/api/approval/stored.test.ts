/** What is stored of a wait is not what was examined: edited beside its plan, or of another form. */
import { describe, expect, it } from "vitest";
import { approvalKey } from "../../../../functions/shared/approvals.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { EXPIRES, REQUEST, REQUESTER, samplePlan } from "../../shared/plan-sample.ts";
import { ALICE, ALICE_AGAIN, approvalApi, CAROL, DAN, FRANK, type Options, STRANGER } from "./set-up.ts";

type Item = Record<string, unknown>;
const LATER = "2026-11-22T18:00:00.000Z";
const OTHER = samplePlan({ requestId: `req-${"2".repeat(32)}` });

async function waits(phase = 1, options: Options = {}) {
  const api = approvalApi(options);
  await api.wait(phase, `SECRET-${phase}`);
  const keyOf = (number = phase) => JSON.stringify([REQUEST, approvalKey(number)]);
  const item: Item = api.table.items.get(keyOf())!;
  const edit = (change: Item, number = phase) => api.table.items.set(keyOf(number), { ...api.table.items.get(keyOf(number)), ...change });
  const putBack = () => api.table.items.set(keyOf(), item);
  return { ...api, edit, putBack };
}

const somebodyElse = samplePlan({ approval: { requesterMayApprove: false, acknowledge: [] } });

describe("an item that says something else than its plan, whose hash is right, is neither shown nor approved:", () => {
  it.each<[string, Item, string, string, number, Options]>([
    ["the requester's own, as if somebody else had asked", { requester: FRANK }, "requester", ALICE, 2, {}],
    ["an approver's, as if the approver had asked", { requester: CAROL }, "requester", CAROL, 1, {}],
    ["the accounts of somebody else's", { accounts: ["333333333333"] }, "accounts", FRANK, 1, {}],
    ["one account more", { accounts: ["666666666666", "333333333333"] }, "accounts", DAN, 1, {}],
    ["a destructive phase as harmless", { destructive: false }, "destructive", ALICE, 2, {}],
    ["the requester let in", { requesterMayApprove: true }, "requesterMayApprove", ALICE_AGAIN, 1, { plan: somebodyElse }],
    ["the requester shut out", { requesterMayApprove: false }, "requesterMayApprove", ALICE, 1, {}],
    ["more time", { planExpiresAt: LATER }, "planExpiresAt", CAROL, 1, {}],
    ["a time that is none", { planExpiresAt: "whenever" }, "planExpiresAt", CAROL, 1, {}],
    ["another request's plan and hash", { plan: JSON.stringify(OTHER), planHash: digest(OTHER) }, "pk", CAROL, 1, {}],
    ["a destructive phase as the first", { phase: 1, destructive: false }, "sk", ALICE, 2, {}],
    ["a phase there is not", { phase: 3 }, "no such phase", CAROL, 1, {}],
  ])("%s", async (_, change, reason, caller, phase, options) => {
    const { own, edit, putBack, get, post, table, machine, logged, clock } = await waits(phase, options);
    await own();
    edit(change);
    // Edited, it would still be in time.
    if (change.planExpiresAt) clock.now = new Date(EXPIRES);
    const before = structuredClone([...table.items]);
    const named = { phase: change.phase ?? phase, ...(change.planHash ? { planHash: change.planHash } : {}) };
    const answer = await post(caller, named);
    expect([answer.status, answer.body.error?.code]).toEqual([409, "plan_tampered"]);
    expect(answer.body.error.message).toContain(reason);
    expect((await get(caller)).body.error).toEqual(answer.body.error);
    expect((await get(caller, "text/markdown")).status).toBe(409);
    expect(logged).toEqual(
      Array(3).fill(expect.objectContaining({ level: "ERROR", code: "plan_tampered", requestId: REQUEST, reason: expect.stringContaining(reason) })),
    );
    expect([...table.items]).toEqual(before);
    expect(machine.calls).toBe(0);
    clock.now = new Date(Date.parse(EXPIRES) - 1);
    putBack();
    expect((await get(DAN)).status).toBe(200);
    expect((await post(DAN, { phase })).status).toBe(200);
  });

  it("but rejected and stopped like any other", async () => {
    const one = await waits();
    one.edit({ requesterMayApprove: false });
    expect((await one.post(CAROL, { decision: "reject" })).status).toBe(200);
    const two = await waits();
    two.edit({ requesterMayApprove: false });
    expect((await two.stop(CAROL)).status).toBe(202);
    expect(two.machine.taken.get("SECRET-1")).toMatchObject({ decision: "stop" });
  });
});

describe("who may know of a request", () => {
  it("is who may know of each of its phases", async () => {
    const { wait, post, edit, get, stop, stops } = await waits();
    await post(CAROL);
    await wait(2);
    edit({ accounts: ["333333333333"] });
    for (const caller of [CAROL, FRANK]) {
      expect((await get(caller)).status).toBe(404);
      expect((await post(caller, { phase: 2 })).status).toBe(404);
      expect((await stop(caller)).status).toBe(404);
    }
    expect(await stops.get(REQUEST)).toBeUndefined();
    expect((await get(DAN)).body).toMatchObject({ phase: 2, status: "waiting" });
    expect((await get(ALICE)).body).toMatchObject({ phase: 2, status: "waiting" });
  });

  it("is its owner, whatever the item says", async () => {
    const { own, edit, get, stop, machine } = await waits();
    edit({ requester: FRANK });
    expect([(await get(ALICE)).status, (await stop(ALICE)).status]).toEqual([404, 404]);
    await own();
    expect((await get(ALICE)).body.error.code).toBe("plan_tampered");
    expect((await get(STRANGER)).status).toBe(404);
    expect((await stop(ALICE)).status).toBe(202);
    expect(machine.taken.get("SECRET-1")).toMatchObject({ decision: "stop", approver: REQUESTER });
  });
});

describe("an item of another form", () => {
  it("is the same wait with an attribute that a later version may add, until it is decided too", async () => {
    const { edit, get, post, machine } = await waits();
    edit({ riskNote: "added" });
    const { status, text } = await get(CAROL);
    expect([status, text.includes("riskNote")]).toEqual([200, false]);
    expect((await post(CAROL)).status).toBe(200);
    expect(machine.taken.get("SECRET-1")).toMatchObject({ decision: "approve" });
  });

  it.each<[string, Item, number, number]>([
    ["no token", { taskToken: undefined }, 409, 409],
    ["a token that is none", { taskToken: { SECRET: 1 } }, 409, 409],
    ["no accounts", { accounts: undefined }, 409, 404],
    ["no requester", { requester: undefined }, 409, 409],
    ["nobody it says to be of", { requester: 1, accounts: "SECRET" }, 409, 404],
  ])("(%s) is said to be one, without its content, to whom it concerns", async (_, change, owner, approver) => {
    const { own, edit, putBack, get, post, machine, logged } = await waits();
    await own();
    edit(change);
    const texts: string[] = [];
    for (const [caller, expected] of [
      [ALICE, owner],
      [CAROL, approver],
      [FRANK, 404],
      [STRANGER, 404],
    ] as const) {
      const code = expected === 409 ? "plan_tampered" : "not_found";
      for (const answer of [await get(caller), await get(caller, "text/markdown"), await post(caller), await post(caller, { decision: "reject" })]) {
        expect([answer.status, answer.body.error.code]).toEqual([expected, code]);
        texts.push(answer.text);
      }
    }
    expect(texts[0]).toMatch(new RegExp(`phase 1 .*can't be read.*POST /requests/${REQUEST}/stop`));
    expect(logged).toContainEqual({ level: "ERROR", code: "plan_tampered", requestId: REQUEST, phase: 1, planHash: null, reason: "the item can't be read" });
    expect(JSON.stringify([texts, logged])).not.toContain("SECRET");
    expect(machine.calls).toBe(0);
    putBack();
    expect((await post(CAROL)).status).toBe(200);
  });

  it("holds a later phase, but keeps no stop from it", async () => {
    const { wait, post, edit, stop, stops, machine, logged } = await waits();
    await post(CAROL);
    await wait(2);
    edit({ decidedBy: 5 });
    expect((await post(CAROL, { phase: 2 })).body.error.code).toBe("plan_tampered");
    logged.length = 0;
    expect((await stop(CAROL)).status).toBe(202);
    expect(await stops.get(REQUEST)).toMatchObject({ by: CAROL });
    expect(machine.taken.get("token-2")).toMatchObject({ decision: "stop", approver: CAROL });
    expect(logged).toMatchObject([{ level: "ERROR", code: "plan_tampered", requestId: REQUEST, phase: 1 }]);
  });

  it("that is nobody's keeps no stop from who may know of the rest, and is shown to nobody", async () => {
    const { wait, post, edit, get, stop, stops } = await waits();
    await post(CAROL);
    await wait(2);
    edit({ requester: 1, accounts: "SECRET" });
    for (const caller of [FRANK, STRANGER]) expect((await stop(caller)).status).toBe(404);
    expect(await stops.get(REQUEST)).toBeUndefined();
    expect((await get(CAROL)).status).toBe(404);
    expect((await stop(CAROL)).status).toBe(202);
    expect(await stops.get(REQUEST)).toMatchObject({ by: CAROL });
  });

  it("is not written over by a wait that begins anew", async () => {
    const { wait, edit, putBack, approvals, table } = await waits();
    edit({ sent: "SECRET" });
    const before = structuredClone([...table.items]);
    const error = await wait(1, "another").catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(new RegExp(`PHASE#001 of ${REQUEST} can't be read`));
    expect(String(error)).not.toContain("SECRET");
    expect([...table.items]).toEqual(before);
    putBack();
    await wait(1, "another");
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ taskToken: "another" });
  });
});
