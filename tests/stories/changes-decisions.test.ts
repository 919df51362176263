import { describe, expect, it } from "vitest";
import { decide } from "../../infra/local/approval.ts";
import { APPROVER, REQUESTER } from "../../infra/local/principals.ts";
import { callApi } from "../../infra/local/signed.ts";
import { DEVELOPMENT, PRODUCTION, SANDBOX, TEST } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { as, change } from "./change.ts";
import { main } from "./local.ts";
import { arnOf } from "./people.ts";
import { blockOf, openBuckets, unattachedVolume, volumeIsThere } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const block = (names: readonly string[]) => `Block public access on ${names.join(" and ")}`;

describe("who may approve", () => {
  it.each([
    ["sandbox", SANDBOX],
    ["development", DEVELOPMENT],
  ])("in %s the requester may, where nothing is destroyed", async (environment, account) => {
    const [bucket = ""] = await openBuckets(account, environment, "self");
    const told = await change(block([bucket]), { accounts: [account], approverName: REQUESTER });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.approvals.map(({ approver }) => approver)).toEqual([arnOf(REQUESTER)]);
    expect(await blockOf(account, bucket)).toMatchObject({ BlockPublicAcls: true });
  });

  it("in test the requester may not, even where nothing is destroyed; somebody else may, and it is done", async () => {
    const [bucket = ""] = await openBuckets(TEST, "test", "tier");
    const told = await change(block([bucket]), {
      accounts: [TEST],
      decide: async (approval, { requester }) => {
        expect([approval.destructive, approval.mayApprove]).toEqual([false, [arnOf(APPROVER)]]);
        await expect(decide(requester, approval, "approve")).rejects.toThrow(/HTTP 403 .*approval_self_not_allowed/);
        expect(await blockOf(TEST, bucket)).toBeNull();
        return "approve";
      },
    });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.approvals.map(({ approver }) => approver)).toEqual([arnOf(APPROVER)]);
    expect(await blockOf(TEST, bucket)).toMatchObject({ BlockPublicAcls: true });
    expect(outsideTable(told.calls, main)).toEqual([]);
  });

  it("a destructive step needs somebody else, at its own turn", async () => {
    const volume = await unattachedVolume(SANDBOX, "sandbox", "acme-story-old");
    const refusals: unknown[] = [];
    const told = await change(`Delete the volume ${volume} after taking a snapshot`, {
      accounts: [SANDBOX],
      decide: async (approval, { requester, id }) => {
        if (approval.destructive) {
          const { planHash, phase } = approval;
          const body = JSON.stringify({ decision: "approve", planHash, phase });
          refusals.push(await callApi(requester, { method: "POST", path: `/requests/${id}/approval`, body }));
          expect(await volumeIsThere(SANDBOX, volume)).toBe(true);
        }
        return "approve";
      },
    });
    expect(refusals).toMatchObject([{ status: 403, body: { error: { code: "approval_self_not_allowed" } } }]);
    expect(told.shown.map(({ phase, destructive }) => ({ phase, destructive }))).toEqual([
      { phase: 1, destructive: false },
      { phase: 2, destructive: true },
    ]);
    expect(told.view.state, told.report.message).toBe("changed");
    expect(await volumeIsThere(SANDBOX, volume)).toBe(false);
    expect(outsideTable(told.calls, main)).toEqual([]);
  });

  it("a stranger finds nothing to approve, and the approver's word then counts", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "stranger");
    const stranger = await as("story-stranger");
    const told = await change(block([bucket]), {
      accounts: [SANDBOX],
      decide: async (approval) => {
        await expect(decide(stranger, approval, "approve")).rejects.toThrow(/HTTP 404/);
        expect(await blockOf(SANDBOX, bucket)).toBeNull();
        return "approve";
      },
    });
    expect(told.view.state).toBe("changed");
  });
});

describe("an approval", () => {
  it("for another hash changes nothing and says so; of two at once exactly one counts", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "hash");
    const told = await change(block([bucket]), {
      accounts: [SANDBOX],
      decide: async (approval, { approver, requester }) => {
        await expect(decide(approver, { ...approval, planHash: "0".repeat(64) }, "approve")).rejects.toThrow(/plan_hash_mismatch/);
        await expect(decide(approver, { ...approval, phase: 2 }, "approve")).rejects.toThrow(/phase_not_waiting/);
        const both = await Promise.allSettled([decide(approver, approval, "approve"), decide(requester, approval, "reject")]);
        expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        return null;
      },
    });
    const [decision] = told.change?.approvals ?? [];
    expect(told.view.state).toBe(decision?.status === "approve" ? "changed" : "cancelled");
    expect((await blockOf(SANDBOX, bucket)) !== null).toBe(decision?.status === "approve");
  });

  it("that is a no leaves everything as it was", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "no");
    const told = await change(block([bucket]), { accounts: [SANDBOX], decide: async () => "reject" });
    expect(told.view.state).toBe("cancelled");
    expect(writesIn(told.calls, SANDBOX)).toEqual([]);
    expect(told.ran.filter((name) => name.startsWith("mutation-"))).toEqual([]);
    expect(await blockOf(SANDBOX, bucket)).toBeNull();
  });
});

describe("production", () => {
  it("gets a pipeline's artifact and not one write", async () => {
    const told = await change("Block public access on acme-billing-production-exports", { accounts: [PRODUCTION] });
    expect(told.view.state, told.report.message).toBe("artifact");
    expect(told.shown).toEqual([]);
    expect(writesIn(told.calls, PRODUCTION)).toEqual([]);
    expect(told.ran.filter((name) => name.startsWith("mutation-") || name === "approval")).toEqual([]);
    expect(outsideTable(told.calls, main)).toEqual([]);
  });
});
