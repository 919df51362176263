/** Approvals that are none: a clear code, and nothing changed, as root sees it. Each beside the one that counts. */
import { DeletePublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { digest } from "../../functions/shared/digest.ts";
import { approvalOf, type ShownApproval } from "../../infra/local/approval.ts";
import { APPROVER, REQUESTER } from "../../infra/local/principals.ts";
import { type Api, type ApiAnswer, callApi } from "../../infra/local/signed.ts";
import { SANDBOX } from "./accounts.ts";
import { block, expectUntouched, inSandbox, mutations } from "./bad-input.ts";
import { as, change } from "./change.ts";
import { root } from "./local.ts";
import { arnOf } from "./people.ts";
import { sessionsOfOneRole } from "./role-sessions.ts";
import { blockOf, openBuckets, unattachedVolume, volumeIsThere } from "./sandbox.ts";
import { type Edit, forge, tamper } from "./tampered.ts";
import { recordedSince, tell } from "./tell.ts";

const approving = (api: Api, { requestId, phase, planHash }: Pick<ShownApproval, "requestId" | "phase" | "planHash">, decision = "approve") =>
  callApi(api, { method: "POST", path: `/requests/${requestId}/approval`, body: JSON.stringify({ decision, planHash, phase }) });
const refusal = (status: number, code: string) => ({ status, body: { error: { code, message: expect.stringMatching(/.{20}/) } } });
const aDayFrom = (at: Date) => new Date(at.getTime() + 86_400_000).toISOString();
const codeOf = ({ body }: ApiAnswer) => (body as { error?: { code?: string } }).error?.code;

describe("an approval", () => {
  it("for another request, or by a stranger, finds nothing it could be for", async () => {
    const [one = "", other = ""] = await openBuckets(SANDBOX, "sandbox", "other-request", 2);
    const first = await change(block([one]), { ...inSandbox, decide: async () => "reject" });
    const stranger = await as("story-stranger");
    const second = await change(block([other]), {
      ...inSandbox,
      decide: async (shown, { approver }) => {
        const { requestId, planHash } = first.shown[0]!;
        expect(await approving(approver, { ...shown, requestId })).toMatchObject(refusal(409, "plan_hash_mismatch"));
        expect(await approving(approver, { ...shown, planHash })).toMatchObject(refusal(409, "plan_hash_mismatch"));
        const unknown = await approving(approver, { ...shown, requestId: `req-${"0".repeat(32)}` });
        expect(unknown).toMatchObject(refusal(404, "not_found"));
        const strange = await approving(stranger, shown);
        expect({ status: strange.status, code: codeOf(strange) }).toEqual({ status: unknown.status, code: codeOf(unknown) });
        expect(await blockOf(SANDBOX, other)).toBeNull();
        return "approve";
      },
    });
    expect(second.view.state, second.report.message).toBe("changed");
    expect(await blockOf(SANDBOX, other)).not.toBeNull();
    expect(first.view.state).toBe("cancelled");
    expect(await blockOf(SANDBOX, one)).toBeNull();
  });

  it("that is replayed does nothing again, and another word after it is too late", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "replayed");
    const told = await change(block([bucket]), inSandbox);
    expect(told.view.state, told.report.message).toBe("changed");
    await new S3Client(root(SANDBOX)).send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const since = new Date();
    const [shown] = told.shown;
    const [requester, approver] = await Promise.all([as(REQUESTER), as(APPROVER)]);
    expect(await approving(approver, shown!)).toMatchObject({ status: 200, body: { decision: "approve" } });
    expect(await approving(approver, shown!, "reject")).toMatchObject(refusal(409, "already_decided"));
    expect(await approving(requester, shown!)).toMatchObject(refusal(409, "already_decided"));
    expect(mutations(recordedSince(since))).toEqual([]);
    expect(await blockOf(SANDBOX, bucket)).toBeNull();
  });

  it("by the same role under another session name is the requester's own; one for phase 1 is none for phase 2", async () => {
    const volume = await unattachedVolume(SANDBOX, "sandbox", "acme-story-sessions");
    const [alice, bob] = await sessionsOfOneRole("alice", "bob");
    const approver = await as(APPROVER);
    const phases: number[] = [];
    const told = await tell(`Delete the volume ${volume} after taking a snapshot`, {
      ...inSandbox,
      credentials: alice!.credentials!,
      onEvent: async ({ type, payload: { phase } }, id) => {
        if (type !== "permission_request" || typeof phase !== "number") return;
        phases.push(phase);
        const shown = await approvalOf(approver, id, phase);
        if (phase === 1) {
          expect(await approving(bob!, shown)).toMatchObject({ status: 200 });
          return;
        }
        expect(await approving(bob!, shown)).toMatchObject(refusal(403, "approval_self_not_allowed"));
        expect(await approving(bob!, { ...shown, phase: 1 })).toMatchObject({ status: 200, body: { phase: 1 } });
        expect(await approving(approver, { ...shown, phase: 1 })).toMatchObject(refusal(409, "already_decided"));
        expect(await volumeIsThere(SANDBOX, volume)).toBe(true);
        expect(await approving(approver, shown)).toMatchObject({ status: 200, body: { phase: 2 } });
      },
    });
    expect(phases).toEqual([1, 2]);
    expect(told.view.state, told.report.message).toBe("changed");
    expect(await volumeIsThere(SANDBOX, volume)).toBe(false);
  });

  it.each<[string, Edit, number, string]>([
    ["after the plan's time is over", () => ({ planExpiresAt: new Date(Date.now() - 1000).toISOString() }), 409, "approval_expired"],
    ["of a plan that was edited where it waits", ({ plan }) => ({ plan: plan.replaceAll("us-east-1", "eu-west-1") }), 409, "plan_tampered"],
    ["of a plan that was cut short where it waits", ({ plan }) => ({ plan: plan.slice(0, -10) }), 409, "plan_tampered"],
    ["within more time than the plan has", () => ({ planExpiresAt: aDayFrom(new Date()) }), 409, "plan_tampered"],
    ["of a wait that names another requester than its plan", () => ({ requester: arnOf("story-stranger") }), 409, "plan_tampered"],
    ["of a wait that can't be read", () => ({ decidedBy: 5 as never }), 409, "plan_tampered"],
  ])("%s is none, and the plan as it was can still be approved", async (_, edit, status, code) => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "edited");
    const told = await change(block([bucket]), {
      ...inSandbox,
      decide: async (shown, { approver }) => {
        const { putBack } = await tamper(shown, edit);
        expect(await approving(approver, shown)).toMatchObject(refusal(status, code));
        expect(await blockOf(SANDBOX, bucket)).toBeNull();
        await putBack();
        return "approve";
      },
    });
    expect(told.view.state, told.report.message).toBe("changed");
  });

  it.each<[string, (shown: ShownApproval, approver: Api) => Promise<void>]>([
    ["of a later expiry than the plan's", (shown) => forge(shown, arnOf(APPROVER), { expiresAt: aDayFrom(new Date()) })],
    [
      "of another plan with a hash of its own, which the API takes,",
      async (shown, approver) => {
        const { planHash } = await tamper(shown, ({ plan }) => {
          const edited: unknown = { ...(JSON.parse(plan) as object), summary: "Harmless." };
          return { plan: JSON.stringify(edited), planHash: digest(edited) };
        });
        expect(await approving(approver, { ...shown, planHash })).toMatchObject({ status: 200 });
      },
    ],
  ])("%s is refused by the machine", async (_, answer) => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "swapped");
    const told = await change(block([bucket]), {
      ...inSandbox,
      decide: async (shown, { approver }) => {
        await answer(shown, approver);
        return null;
      },
    });
    expect(told.view, told.report.message).toMatchObject({ state: "refused", code: "approval_mismatch" });
    expect(mutations(told)).toEqual([]);
    await expectUntouched(told, bucket);
  });

  it.each([
    ["with a code of its own", {}, "approval_mac_invalid"],
    ["without a code", { mac: null }, "approval_mac_missing"],
  ])("that was forged %s ends at the worker", async (_, more, code) => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "forged");
    const told = await change(block([bucket]), {
      ...inSandbox,
      decide: async (shown) => {
        await forge(shown, arnOf(APPROVER), more);
        return null;
      },
    });
    expect(told.report.change?.steps.map((step) => ({ outcome: step.outcome, code: step.code }))).toEqual([{ outcome: "approval_invalid", code }]);
    await expectUntouched(told, bucket);
  });
});
