import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/approval/approval.ts";
import { dynamoApprovals } from "../../../functions/shared/approvals-table.ts";
import { sha256Hex } from "../../../functions/shared/digest.ts";
import { dynamoStops } from "../../../functions/shared/stops-table.ts";
import { fakeTable } from "../record/fake-table.ts";
import { ACCOUNT, EXPIRES, REQUEST, REQUESTER, samplePlan, waitFor } from "../shared/plan-sample.ts";

function setUp(before?: (command: unknown) => Promise<void>) {
  const table = fakeTable("pk", "sk", before);
  const approvals = dynamoApprovals(table.client, "approvals");
  const stops = dynamoStops(fakeTable("requestId", "requestId").client, "stops");
  const handler = makeHandler({ approvals, stops, retentionDays: 90, now: () => new Date("2026-11-22T10:00:00Z") });
  return { handler, approvals, stops, table };
}
const stop = { requestId: REQUEST, by: REQUESTER, at: "2026-11-22T10:00:00.000Z", reason: "wrong bucket", expiresAt: 1 };

describe("what waits for approval", () => {
  it("is kept with its token, its plan and who may decide it", async () => {
    const { handler, approvals } = setUp();
    await handler(waitFor(2, "token"));
    const item = await approvals.get(REQUEST, 2);
    expect(item).toMatchObject({
      status: "waiting",
      phase: 2,
      destructive: true,
      taskToken: "token",
      tokenDigest: sha256Hex("token"),
      requester: REQUESTER,
      accounts: [ACCOUNT],
      requesterMayApprove: true,
      planExpiresAt: EXPIRES,
      answer: null,
      sent: false,
      expiresAt: Date.parse("2027-02-20T14:00:00Z") / 1000,
    });
    expect(JSON.parse(item!.plan)).toEqual(samplePlan());
  });

  it("is what the sample in events/ asks for", async () => {
    const { handler, approvals } = setUp();
    const event = JSON.parse(readFileSync(new URL("../../../events/approval.wait.json", import.meta.url), "utf8"));
    expect(await handler(event)).toEqual({ phase: 1, planHash: event.planHash });
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ status: "waiting", planHash: event.planHash });
  });

  it("stays as it is when Lambda repeats the call, also once it is decided", async () => {
    const { handler, approvals } = setUp();
    await handler(waitFor(1, "token"));
    const waiting = (await approvals.get(REQUEST, 1))!;
    await approvals.put({ ...waiting, status: "decided", decision: "approve", decidedBy: "someone" }, waiting);
    await handler(waitFor(1, "token"));
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ status: "decided", decidedBy: "someone" });
  });

  it("takes the place of a dead wait, whose decision never reached the machine", async () => {
    const { handler, approvals } = setUp();
    await handler(waitFor(1, "first"));
    const waiting = (await approvals.get(REQUEST, 1))!;
    await approvals.put({ ...waiting, status: "decided", decision: "approve" }, waiting);
    await handler(waitFor(1, "second"));
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ status: "waiting", taskToken: "second", decision: null });
  });

  it("never takes the place of an answer that the machine has", async () => {
    const { handler, approvals } = setUp();
    await handler(waitFor(1, "first"));
    const waiting = (await approvals.get(REQUEST, 1))!;
    await approvals.put({ ...waiting, status: "decided", decision: "reject", sent: true }, waiting);
    await expect(handler(waitFor(1, "second"))).rejects.toThrow(/answered already \(reject\)/);
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ taskToken: "first" });
  });

  it("tells a writer that another was faster", async () => {
    let others: (() => Promise<unknown>) | undefined;
    const { handler, approvals } = setUp(async (command) => {
      const run = (command as object).constructor.name === "PutCommand" ? others : undefined;
      others = run ? undefined : others;
      await run?.();
    });
    others = () => handler(waitFor(1, "faster"));
    await expect(handler(waitFor(1, "slower"))).rejects.toThrow(/changed while it was written/);
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ taskToken: "faster" });
  });

  it("is not asked for when the request was stopped meanwhile, and can't be decided", async () => {
    const { handler, approvals, stops } = setUp();
    await stops.put(stop);
    await expect(handler(waitFor(1, "token"))).rejects.toThrow(expect.objectContaining({ name: "RequestStopped" }));
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ status: "decided", decision: "stop", decidedBy: REQUESTER, sent: true });
  });

  it.each([
    ["another plan's hash", { ...waitFor(1, "token"), planHash: "f".repeat(64) }, /not the one of hash/],
    ["a plan edited after it was hashed", { ...waitFor(1, "token"), plan: samplePlan({ summary: "harmless" }) }, /not the one of hash/],
    ["a phase there is not", waitFor(3, "token"), /phase 3 .* is none/],
    ["a phase that another covers", waitFor(2, "token", covered()), /phase 2 .* is none/],
    ["a field that it does not know", { ...waitFor(1, "token"), extra: 1 }, /extra/i],
    ["no token", { ...waitFor(1, "") }, /taskToken/],
  ])("is nothing with %s", async (_, event, message) => {
    const { handler, table } = setUp();
    await expect(handler(event)).rejects.toThrow(message);
    expect(table.items.size).toBe(0);
  });
});

function covered() {
  const plan = samplePlan();
  return { ...plan, phases: plan.phases.map((phase) => ({ ...phase, coveredBy: 1 })) };
}
