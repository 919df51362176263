/** GET /approvals: each person's own list of what waits, on the deployed stack and its index. */
import { expect, it } from "vitest";
import { APPROVER, REQUESTER } from "../../infra/local/principals.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { inSandbox } from "./bad-input.ts";
import { as, change } from "./change.ts";
import { main } from "./local.ts";
import { arnOf } from "./people.ts";
import { unattachedVolume } from "./sandbox.ts";
import { tamper } from "./tampered.ts";

interface Listed {
  readonly requestId: string;
  readonly phase: number;
}

async function waitingFor(api: Api, id: string): Promise<Listed[]> {
  const { status, body } = await callApi(api, { method: "GET", path: "/approvals" });
  expect(status).toBe(200);
  return (body as { approvals: Listed[] }).approvals.filter(({ requestId }) => requestId === id);
}

it("a change waits in the requester's and the approver's list, phase by phase, until each is decided, and in nobody else's", async () => {
  const volume = await unattachedVolume(SANDBOX, "sandbox", "acme-story-listed");
  const stranger = await as("story-stranger");
  const seen: number[] = [];
  const told = await change(`Delete the volume ${volume} after taking a snapshot`, {
    ...inSandbox,
    decide: async (shown, { requester, approver, id }) => {
      const { phase, destructive, planHash, plan } = shown;
      const item = { requestId: id, phase, destructive, planHash, requester: arnOf(REQUESTER), accounts: [SANDBOX], summary: plan.summary };
      expect(await waitingFor(approver, id)).toEqual([expect.objectContaining({ ...item, mine: true })]);
      expect(await waitingFor(requester, id)).toEqual([expect.objectContaining({ ...item, mine: !destructive })]);
      expect(await waitingFor(stranger, id)).toEqual([]);
      const { putBack } = await tamper(shown, () => ({ planExpiresAt: new Date(Date.now() - 1000).toISOString() }));
      expect(await waitingFor(approver, id)).toEqual([]);
      await putBack();
      expect(await waitingFor(approver, id)).toHaveLength(1);
      seen.push(phase);
      return "approve";
    },
  });
  expect(told.view.state, told.report.message).toBe("changed");
  expect(seen).toEqual([1, 2]);
  expect(await waitingFor(await as(APPROVER), told.view.id)).toEqual([]);
  expect(outsideTable(told.calls, main)).toEqual([]);
});
