/** GET /approvals: each person's own list of what waits, on the deployed stack and its index. */
import { expect, it } from "vitest";
import { APPROVER, REQUESTER } from "../../infra/local/principals.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { block, inSandbox } from "./bad-input.ts";
import { as, change } from "./change.ts";
import { main } from "./local.ts";
import { arnOf } from "./people.ts";
import { openBuckets, unattachedVolume } from "./sandbox.ts";
import { type Edit, tamper } from "./tampered.ts";

interface Listed {
  readonly requestId: string;
  readonly phase: number;
}

async function listFor(api: Api, id: string): Promise<{ approvals: Listed[]; unreadable: Listed[] }> {
  const { status, body } = await callApi(api, { method: "GET", path: "/approvals" });
  expect(status).toBe(200);
  const { approvals, unreadable } = body as { approvals: Listed[]; unreadable: Listed[] };
  const ofIt = ({ requestId }: Listed) => requestId === id;
  return { approvals: approvals.filter(ofIt), unreadable: unreadable.filter(ofIt) };
}
const waitingFor = async (api: Api, id: string) => (await listFor(api, id)).approvals;

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

it("a wait that was written over has no words in the list, one that can't be read is told to whom it concerns, and neither hides another", async () => {
  const stranger = await as("story-stranger");
  const [first = "", second = ""] = await openBuckets(SANDBOX, "sandbox", "listed", 2);
  const told = await change(block([first]), {
    ...inSandbox,
    decide: async (shown, { requester, approver, id }) => {
      const other = await change(block([second]), {
        ...inSandbox,
        decide: async (beside, people) => {
          const harmed = async (edit: Edit, look: () => Promise<void>) => {
            const { putBack } = await tamper(shown, edit);
            for (const api of [requester, approver]) expect(await waitingFor(api, people.id)).toMatchObject([{ planHash: beside.planHash, mine: true }]);
            await look();
            expect(await listFor(stranger, id)).toEqual({ approvals: [], unreadable: [] });
            await putBack();
            expect(await listFor(approver, id)).toMatchObject({ approvals: [{ summary: shown.plan.summary, mine: true }], unreadable: [] });
          };
          await harmed(
            () => ({ requesterMayApprove: !shown.mayApprove.includes(arnOf(REQUESTER)) }),
            async () => expect(await waitingFor(approver, id)).toMatchObject([{ summary: null, mine: false }]),
          );
          const itself = [{ requestId: id, phase: shown.phase }];
          await harmed(
            () => ({ answer: 5 as never }),
            async () => expect(await listFor(approver, id)).toEqual({ approvals: [], unreadable: itself }),
          );
          await harmed(
            () => ({ accounts: "all" as never }),
            async () => {
              expect(await listFor(approver, id)).toEqual({ approvals: [], unreadable: [] });
              expect(await listFor(requester, id)).toEqual({ approvals: [], unreadable: itself });
            },
          );
          return "approve";
        },
      });
      expect(other.view.state, other.report.message).toBe("changed");
      return "approve";
    },
  });
  expect(told.view.state, told.report.message).toBe("changed");
});
