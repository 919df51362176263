import { describe, expect, it, onTestFinished } from "vitest";
import { APPROVER } from "../../infra/local/principals.ts";
import { callApi } from "../../infra/local/signed.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { as, type Changed, change, type Decider, undoChange } from "./change.ts";
import { inject, toBucket, whileHeld } from "./faults.ts";
import { main } from "./local.ts";
import { blockOf, openBuckets, unattachedVolume, volumeIsThere } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const block = (names: readonly string[]) => `Block public access on ${names.join(" and ")}`;
const blocked = async (buckets: readonly string[]) => (await Promise.all(buckets.map((name) => blockOf(SANDBOX, name)))).map((block) => block !== null);

/** Five buckets' change; `meanwhile` happens when the second one's write has left the worker, and before it takes effect. */
async function whileTheSecondIsWritten(buckets: readonly string[], meanwhile: (people: Decider) => Promise<unknown>): Promise<Changed> {
  await inject({ ...toBucket("PutPublicAccessBlock", buckets[1]!), hold: true });
  let people: Decider | undefined;
  const [told] = await Promise.all([
    change(block(buckets), {
      accounts: [SANDBOX],
      decide: async (_, known) => {
        people = known;
        return "approve";
      },
    }),
    whileHeld(async () => {
      expect(await blocked(buckets)).toEqual([true, false, false, false, false]);
      await meanwhile(people!);
    }),
  ]);
  return told;
}

async function expectTwoDone(told: Changed, buckets: readonly string[], state: "stopped" | "halted"): Promise<void> {
  expect(told.view.state, told.report.message).toBe(state);
  expect(told.execution).toBe("FAILED");
  expect(told.ran.filter((name) => name.startsWith("mutation-"))).toEqual(["mutation-s3"]);
  expect(writesIn(told.calls, SANDBOX).map(({ resource, result }) => `${resource} ${result}`)).toEqual(
    buckets.slice(0, 2).map((name) => `arn:aws:s3:::${name} ok`),
  );
  expect(await blocked(buckets)).toEqual([true, true, false, false, false]);
  expect(told.change?.steps.map(({ status }) => status)).toEqual(["done", "done", state, "not_run", "not_run"]);
  expect(told.report.message).toContain("2 of 5 steps are done and stay done. Not done: s3, s4, s5.");
  expect(outsideTable(told.calls, main)).toEqual([]);
}

describe("stop and halt between phases and before a write", () => {
  it("stop between two phases: what was done stays and is told, what was not is not done", async () => {
    const volume = await unattachedVolume(SANDBOX, "sandbox", "acme-story-stop");
    const told = await change(`Delete the volume ${volume} after taking a snapshot`, {
      accounts: [SANDBOX],
      decide: async ({ phase }, { requester, id }) => {
        if (phase === 1) return "approve";
        expect(await callApi(requester, { method: "POST", path: `/requests/${id}/stop`, body: JSON.stringify({ reason: "enough" }) })).toMatchObject({
          status: 202,
        });
        return null;
      },
    });
    expect(told.view.state).toBe("stopped");
    expect(told.execution).toBe("FAILED");
    expect(writesIn(told.calls, SANDBOX).map(({ iamAction }) => iamAction)).toEqual(["ec2:CreateSnapshot"]);
    expect(told.change?.steps.filter(({ status }) => status === "done").map(({ operation }) => operation)).toEqual(["CreateSnapshot"]);
    expect(await volumeIsThere(SANDBOX, volume)).toBe(true);
  });

  it("halt ends a change before its write, whoever approved it; once taken back, the same change goes through", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "halt");
    const approver = await as(APPROVER);
    const resume = () => callApi(approver, { method: "DELETE", path: "/halt" });
    onTestFinished(async () => void (await resume()));
    const told = await change(block([bucket]), {
      accounts: [SANDBOX],
      decide: async () => {
        expect(await callApi(approver, { method: "POST", path: "/halt", body: JSON.stringify({ reason: "story" }) })).toMatchObject({
          status: 200,
          body: { halted: true },
        });
        return "approve";
      },
    });
    expect(told.view.state).toBe("halted");
    expect(writesIn(told.calls, SANDBOX)).toEqual([]);
    expect(await blockOf(SANDBOX, bucket)).toBeNull();
    expect(await resume()).toMatchObject({ status: 200 });
    expect((await change(block([bucket]), { accounts: [SANDBOX] })).view.state).toBe("changed");
    expect(await blockOf(SANDBOX, bucket)).not.toBeNull();
  });
});

describe("stop and halt inside a batch", () => {
  it("stop while the second of five steps is written: that one comes to its end, no other is begun, and all of it is told", async () => {
    const buckets = await openBuckets(SANDBOX, "sandbox", "stopped", 5);
    const told = await whileTheSecondIsWritten(buckets, async ({ requester, id }) => {
      const body = JSON.stringify({ reason: "enough" });
      expect(await callApi(requester, { method: "POST", path: `/requests/${id}/stop`, body })).toMatchObject({ status: 202 });
    });
    await expectTwoDone(told, buckets, "stopped");
    expect(told.change?.steps[2]?.outcome?.message).toContain("enough");
  });

  it("halt while the second of five steps is written: likewise; once it is lifted, what was done can be taken back", async () => {
    const buckets = await openBuckets(SANDBOX, "sandbox", "halted", 5);
    const approver = await as(APPROVER);
    const resume = () => callApi(approver, { method: "DELETE", path: "/halt" });
    onTestFinished(async () => void (await resume()));
    const told = await whileTheSecondIsWritten(buckets, async () => {
      expect(await callApi(approver, { method: "POST", path: "/halt", body: JSON.stringify({ reason: "story" }) })).toMatchObject({ body: { halted: true } });
    });
    await expectTwoDone(told, buckets, "halted");
    expect(await resume()).toMatchObject({ status: 200 });
    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await blocked(buckets)).toEqual(buckets.map(() => false));
  });
});
