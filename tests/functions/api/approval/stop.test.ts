import { describe, expect, it } from "vitest";
import { makeHandler as makeHalt } from "../../../../functions/halt/halt.ts";
import { approval } from "../../../../functions/shared/contracts.ts";
import { NOT_HALTED } from "../../../../functions/shared/halt.ts";
import { REQUEST, REQUESTER } from "../../shared/plan-sample.ts";
import { ALICE, approvalApi, CAROL, FRANK, STRANGER } from "./set-up.ts";

const halted = (stops: ReturnType<typeof approvalApi>["stops"]) =>
  makeHalt({ stops, readSwitch: async () => JSON.stringify(NOT_HALTED) })({ requestId: REQUEST });

describe("a stop", () => {
  it("ends the wait, without a MAC, and is what the machine and the workers see", async () => {
    const { wait, stop, machine, stops, approvals } = approvalApi();
    await wait();
    const { status, body } = await stop(CAROL, { reason: "wrong bucket" });
    expect([status, body]).toEqual([202, expect.objectContaining({ requestId: REQUEST, stopped: true, by: CAROL })]);
    expect(approval.parse(machine.taken.get("token-1"))).toMatchObject({ decision: "stop", approver: CAROL, note: "wrong bucket", mac: null });
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ decision: "stop", sent: true });
    expect(await halted(stops)).toEqual({ outcome: "stopped", by: CAROL, reason: "wrong bucket" });
  });

  it("of a request that does not wait yet holds for what comes, and its requester needs no body", async () => {
    const { own, stop, wait, machine, approvals } = approvalApi();
    expect((await stop(ALICE)).status).toBe(404);
    await own();
    expect((await stop(ALICE)).status).toBe(202);
    await expect(wait()).rejects.toThrow(/stopped/);
    expect(machine.calls).toBe(0);
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ decision: "stop", decidedBy: REQUESTER });
  });

  it("keeps the first when it is repeated", async () => {
    const { wait, stop, stops, machine } = approvalApi();
    await wait();
    await stop(ALICE, { reason: "first" });
    expect((await stop(CAROL, { reason: "second" })).body).toMatchObject({ by: REQUESTER });
    expect(await stops.get(REQUEST)).toMatchObject({ by: REQUESTER, reason: "first" });
    expect(machine.calls).toBe(1);
  });

  it("is sent by its repetition after a crash", async () => {
    const { wait, stop, machine } = approvalApi();
    await wait();
    machine.fail = { error: new Error("the function died"), after: false };
    expect((await stop(ALICE)).status).toBe(500);
    expect((await stop(ALICE)).status).toBe(202);
    expect(machine.taken.get("token-1")).toMatchObject({ decision: "stop" });
  });

  it("leaves a decided approval as it is", async () => {
    const { wait, stop, post, machine, approvals, stops } = approvalApi();
    await wait();
    await post(CAROL);
    expect((await stop(ALICE)).status).toBe(202);
    expect(machine.calls).toBe(1);
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ decision: "approve" });
    expect(await halted(stops)).toMatchObject({ outcome: "stopped" });
  });

  it("sends no answer of somebody else's", async () => {
    const { wait, stop, post, machine } = approvalApi();
    await wait();
    machine.fail = { error: new Error("the function died"), after: false };
    await post(CAROL);
    expect((await stop(ALICE)).status).toBe(202);
    expect(machine.taken.size).toBe(0);
  });

  it("lets no approval through behind it", async () => {
    const { wait, stop, post } = approvalApi();
    await wait();
    await stop(ALICE);
    const { status, body } = await post(CAROL);
    expect([status, body.error.code]).toEqual([409, "already_decided"]);
    expect(body.error.message).toMatch(/stopped by/);
  });

  it.each([
    ["an unknown principal", STRANGER],
    ["an approver of other accounts", FRANK],
  ])("is not %s's to give", async (_, caller) => {
    const { wait, stop, stops, machine } = approvalApi();
    await wait();
    expect((await stop(caller)).status).toBe(404);
    expect(await stops.get(REQUEST)).toBeUndefined();
    expect(machine.calls).toBe(0);
  });

  it("says which field is wrong", async () => {
    const { wait, stop, stops } = approvalApi();
    await wait();
    expect((await stop(ALICE, { why: "x" })).body.error).toMatchObject({ code: "unknown_field", field: "why" });
    expect((await stop(ALICE, { reason: "x".repeat(501) })).body.error).toMatchObject({ code: "invalid_field", field: "reason" });
    expect(await stops.get(REQUEST)).toBeUndefined();
  });
});

describe("a stop beside a wait that begins", () => {
  type Step = (set: ReturnType<typeof approvalApi>) => Promise<unknown>;
  const stops: Step = ({ stop }) => stop(ALICE);
  const waits: Step = ({ wait }) => wait();
  /** One runs whole before the n-th command of the other on the two tables; beyond its last, after it. */
  const orders: [string, Step, Step, number][] = [0, 1, 2, 3, 4, 5, 6].flatMap((nth): [string, Step, Step, number][] => [
    ["the stop within the wait", waits, stops, nth],
    ["the wait within the stop", stops, waits, nth],
  ]);

  it.each(orders)("is seen by one of them: %s", async (_, outer, inner, nth) => {
    let commands = 0;
    let pending: (() => Promise<unknown>) | undefined;
    const set = approvalApi({
      before: async () => {
        if (commands++ !== nth || !pending) return;
        const run = pending;
        pending = undefined;
        await run();
      },
    });
    await set.own();
    let failed = false;
    const attempt = (step: Step) => step(set).catch(() => (failed = true));
    pending = () => attempt(inner);
    await attempt(outer);
    await pending?.();
    expect(await set.approvals.get(REQUEST, 1)).toMatchObject({ status: "decided", decision: "stop" });
    // Either the machine was answered or it is told by the wait's error: it never goes on waiting.
    expect(failed || set.machine.taken.has("token-1")).toBe(true);
  });
});
