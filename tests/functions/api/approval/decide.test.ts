import { InvalidToken, TaskDoesNotExist } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { macMessage } from "../../../../functions/shared/approval-mac.ts";
import { approval } from "../../../../functions/shared/contracts.ts";
import { sha256Hex } from "../../../../functions/shared/digest.ts";
import { ACCOUNT, EXPIRES, REQUEST, REQUESTER, samplePlan } from "../../shared/plan-sample.ts";
import { ALICE, ALICE_AGAIN, approvalApi, CAROL, DAN, ERIN, FRANK, macOf, STRANGER } from "./set-up.ts";

const PLAN = samplePlan();
const TAMPERED: [string, (plan: string) => string][] = [
  ["edited", (plan) => plan.replace("acme-logs", "acme-pay")],
  ["cut short", (plan) => plan.slice(0, -10)],
  ["with a field that no plan has", (plan) => plan.replace("{", '{"approved":true,')],
  ["emptied", () => ""],
];

describe("an approval", () => {
  it("is bound by MAC to the wait, the plan, the approver and the expiry, and ends the wait", async () => {
    const { wait, post, machine, planHash } = approvalApi();
    await wait();
    const { status, body } = await post(CAROL, { note: "fine" });
    expect(status).toBe(200);
    expect(body).toEqual({ requestId: REQUEST, phase: 1, decision: "approve", planHash, approver: CAROL, decidedAt: "2026-11-22T11:00:00.000Z" });
    const sent = approval.parse(machine.taken.get("token-1"));
    expect(sent).toMatchObject({ approver: CAROL, note: "fine", planHash, expiresAt: EXPIRES, tokenDigest: sha256Hex("token-1") });
    expect(sent.mac).toBe(macOf(macMessage(sent)));
    expect(sent.mac).not.toBe(macOf(macMessage({ ...sent, phase: 2 })));
  });

  it("by the requester counts where the environment lets it and nothing is destroyed", async () => {
    const { wait, post, machine } = approvalApi();
    await wait();
    expect((await post(ALICE)).body).toMatchObject({ approver: REQUESTER });
    expect(machine.taken.size).toBe(1);
  });

  it("by one person of an Identity Center role is not one by another", async () => {
    const { wait, post, machine } = approvalApi();
    await wait();
    expect((await post(ERIN)).status).toBe(404);
    expect((await post(DAN)).body).toMatchObject({ approver: DAN });
    expect(machine.taken.size).toBe(1);
  });

  it("of a request by one Identity Center person is open to another", async () => {
    const { wait, post } = approvalApi({ plan: { ...PLAN, requester: ERIN, approval: { requesterMayApprove: false, acknowledge: [] } } });
    await wait();
    expect((await post(ERIN)).body.error.code).toBe("approval_self_not_allowed");
    expect((await post(DAN)).status).toBe(200);
  });

  it("of a later phase is one of its own", async () => {
    const { wait, post, machine } = approvalApi();
    await wait(1);
    expect((await post(CAROL)).status).toBe(200);
    await wait(2);
    // The first phase's call, repeated by a client that lost the answer.
    expect((await post(CAROL)).body).toMatchObject({ phase: 1 });
    expect(machine.taken.has("token-2")).toBe(false);
    expect((await post(CAROL, { phase: 2 })).body).toMatchObject({ phase: 2 });
    const sent = approval.parse(machine.taken.get("token-2"));
    expect(sent).toMatchObject({ phase: 2, decision: "approve", tokenDigest: sha256Hex("token-2") });
    expect(sent.mac).toBe(macOf(macMessage(sent)));
  });

  it("takes every finding's acknowledgement", async () => {
    const plan = samplePlan({ approval: { requesterMayApprove: true, acknowledge: ["No encryption.", "No logs."] } });
    const { wait, post, machine } = approvalApi({ plan });
    await wait();
    const { status, body } = await post(CAROL, { acknowledge: ["No logs."] });
    expect([status, body.error.code, body.error.suggestions]).toEqual([409, "acknowledgement_missing", ["No encryption."]]);
    expect(machine.calls).toBe(0);
    expect((await post(CAROL, { acknowledge: ["No logs.", "No encryption."] })).status).toBe(200);
  });
});

describe("a rejection", () => {
  it("needs no MAC, no acknowledgement and no other person", async () => {
    const { wait, post, machine } = approvalApi({ plan: samplePlan({ approval: { requesterMayApprove: false, acknowledge: ["No logs."] } }) });
    await wait();
    expect((await post(ALICE, { decision: "reject" })).status).toBe(200);
    expect(machine.taken.get("token-1")).toMatchObject({ decision: "reject", approver: REQUESTER, mac: null });
  });
});

describe("changes nothing and says why:", () => {
  it.each([
    ["the requester, where the environment asks for somebody else", ALICE, {}, 403, "approval_self_not_allowed"],
    ["the requester's role under another session name", ALICE_AGAIN, {}, 403, "approval_self_not_allowed"],
    ["another plan's hash", CAROL, { planHash: "0".repeat(64) }, 409, "plan_hash_mismatch"],
    ["another phase", CAROL, { phase: 2 }, 409, "phase_not_waiting"],
    ["an unknown principal", STRANGER, {}, 404, "not_found"],
    ["an approver of other accounts", FRANK, {}, 404, "not_found"],
    ["an unknown field", CAROL, { approver: CAROL }, 400, "unknown_field"],
    ["a decision that there is not", CAROL, { decision: "stop" }, 400, "invalid_field"],
    ["a note that is too long", CAROL, { note: "x".repeat(1001) }, 400, "invalid_field"],
  ])("%s", async (_, caller, body, expected, code) => {
    const plan = samplePlan({ approval: { requesterMayApprove: false, acknowledge: [] } });
    const { wait, post, machine, approvals } = approvalApi({ plan });
    await wait();
    const before = await approvals.get(REQUEST, 1);
    const answer = await post(caller, body);
    expect([answer.status, answer.body.error.code]).toEqual([expected, code]);
    expect(await approvals.get(REQUEST, 1)).toEqual(before);
    expect(machine.calls).toBe(0);
    expect((await post(CAROL)).status).toBe(200);
  });

  it.each([ALICE, ALICE_AGAIN])("the requester (%s) at a destructive phase, in a sandbox too", async (caller) => {
    const { wait, post, machine } = approvalApi();
    await wait(2);
    expect((await post(caller, { phase: 2 })).body.error.code).toBe("approval_self_not_allowed");
    expect(machine.calls).toBe(0);
    expect((await post(CAROL, { phase: 2 })).status).toBe(200);
  });

  it("a requester who is registered as an approver as well", async () => {
    const { wait, post } = approvalApi({ plan: { ...PLAN, requester: CAROL } });
    await wait(2);
    expect((await post(CAROL, { phase: 2 })).body.error.code).toBe("approval_self_not_allowed");
    expect((await post(DAN, { phase: 2 })).status).toBe(200);
  });

  it("an approver of one of the plan's two accounts", async () => {
    const [target] = PLAN.targets;
    const plan = { ...PLAN, targets: [...PLAN.targets, { ...target!, account: "333333333333" }] };
    const { wait, post } = approvalApi({ plan });
    await wait();
    expect((await post(CAROL)).status).toBe(404);
    expect((await post(FRANK)).status).toBe(404);
    expect((await post(DAN)).status).toBe(200);
  });

  it("an expired plan", async () => {
    const { wait, post, clock, machine } = approvalApi();
    await wait();
    clock.now = new Date(EXPIRES);
    expect((await post(CAROL)).body.error.code).toBe("approval_expired");
    clock.now = new Date(Date.parse(EXPIRES) - 1);
    expect((await post(CAROL)).status).toBe(200);
    expect(machine.calls).toBe(1);
  });

  it.each([
    samplePlan({
      governance: [{ stepId: null, severity: "high", effect: "blocks", message: "open", remediation: "close", ruleIds: ["J01"] }],
    }),
    samplePlan({
      wellArchitected: [
        { pillar: "Security", item: "x", resource: "y", status: "BLOCKED", detail: "", severity: "high", exit: "step", remediation: "", ruleIds: [] },
      ],
    }),
  ])("a plan with a BLOCKED item, which nothing but a revision lifts", async (plan) => {
    const { wait, post } = approvalApi({ plan });
    await wait();
    const { status, body } = await post(CAROL);
    expect([status, body.error.code]).toEqual([409, "plan_blocked"]);
    expect(body.error.suggestions).toHaveLength(3);
  });

  it.each([
    ["blocks_release", [200, undefined]],
    ["blocks", [409, "plan_blocked"]],
  ] as const)("nothing where a finding's effect is %s, but a plan that it stops", async (effect, expected) => {
    const finding = {
      stepId: null,
      severity: "high",
      effect,
      message: "MFA Delete: not enabled",
      remediation: "The root user turns it on.",
      ruleIds: ["Y-22"],
    } as const;
    const { wait, post } = approvalApi({ plan: samplePlan({ governance: [{ ...finding, ruleIds: [...finding.ruleIds] }] }) });
    await wait();
    const { status, body } = await post(CAROL);
    expect([status, body.error?.code]).toEqual(expected);
  });

  it("a request whose plan is not made: its requester is told, nobody else", async () => {
    const { own, post } = approvalApi();
    expect((await post(ALICE)).status).toBe(404);
    await own();
    expect((await post(ALICE)).body.error.code).toBe("nothing_waits");
    expect((await post(CAROL)).status).toBe(404);
  });

  it.each(TAMPERED)("a plan %s in the table: said, logged without the plan, and open to a stop", async (_, edit) => {
    const { wait, post, get, stop, table, machine, approvals, logged } = approvalApi();
    await wait();
    const item = (await approvals.get(REQUEST, 1))!;
    const key = JSON.stringify([item.pk, item.sk]);
    table.items.set(key, { ...item, plan: edit(item.plan) });
    const { status, body } = await post(CAROL);
    expect([status, body.error.code]).toEqual([409, "plan_tampered"]);
    expect(body.error.message).toMatch(new RegExp(`phase 1 .*changed nothing.*POST /requests/${REQUEST}/stop`));
    expect((await get(CAROL)).body.error).toEqual(body.error);
    expect((await get(CAROL, "text/markdown")).status).toBe(409);
    const line = { level: "ERROR", code: "plan_tampered", requestId: REQUEST, phase: 1, planHash: item.planHash, reason: expect.any(String) };
    expect(logged).toEqual([line, line, line]);
    expect(JSON.stringify([logged, body])).not.toContain("acme-");
    expect(machine.calls).toBe(0);
    expect(await approvals.get(REQUEST, 1)).toEqual({ ...item, plan: edit(item.plan) });

    expect((await stop(CAROL)).status).toBe(202);
    expect(machine.taken.get("token-1")).toMatchObject({ decision: "stop", mac: null });
  });

  it("a plan as it was written, by whatever was done to it in between", async () => {
    const { wait, post, get, table, approvals, logged } = approvalApi();
    await wait();
    const item = (await approvals.get(REQUEST, 1))!;
    const key = JSON.stringify([item.pk, item.sk]);
    table.items.set(key, { ...item, plan: item.plan.replace("acme-logs", "acme-pay") });
    expect((await post(CAROL)).status).toBe(409);
    // Other white space is the same plan: the hash is over what it says.
    table.items.set(key, { ...item, plan: JSON.stringify(JSON.parse(item.plan), null, 2) });
    expect((await get(CAROL)).status).toBe(200);
    expect((await post(CAROL)).status).toBe(200);
    expect(logged).toHaveLength(1);
  });

  it("answers the same for an unknown request, one that is not the caller's, and no id at all", async () => {
    const { wait, post } = approvalApi();
    await wait();
    const texts = await Promise.all([
      post(STRANGER),
      post(STRANGER, {}, { path: `/requests/req-${"9".repeat(32)}/approval` }),
      post(STRANGER, {}, { path: "/requests/1/approval" }),
    ]);
    expect(new Set(texts.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  });
});

describe("decisions that race", () => {
  it.each([
    ["two approvers", [CAROL, DAN], ["approve", "approve"]],
    ["an approval and a rejection", [CAROL, DAN], ["approve", "reject"]],
    ["many", [CAROL, DAN, ALICE, CAROL, DAN], ["approve", "reject", "approve", "reject", "approve"]],
  ])("%s: exactly one wins, and only its answer is sent", async (_, callers, decisions) => {
    const arrived: (() => void)[] = [];
    // All hold the same item in hand before the first writes.
    const before = async (command: unknown) => {
      if (!racing || (command as object).constructor.name !== "PutCommand" || arrived.length === callers.length) return;
      await new Promise<void>((go) => {
        arrived.push(go);
        if (arrived.length === callers.length) for (const each of arrived) each();
      });
    };
    let racing = false;
    const { wait, post, machine, approvals } = approvalApi({ before });
    await wait();
    racing = true;
    const answers = await Promise.all(callers.map((caller, index) => post(caller, { decision: decisions[index] })));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error?.code === "already_decided")).toHaveLength(callers.length - 1);
    expect(machine.calls).toBe(1);
    expect(machine.taken.get("token-1")).toMatchObject({ decision: won[0]!.body.decision, approver: won[0]!.body.approver });
    expect(await approvals.get(REQUEST, 1)).toMatchObject({ decidedBy: won[0]!.body.approver, sent: true });
  });
});

describe("a decision that was made", () => {
  it("answers its repetition the same and tells the machine nothing twice", async () => {
    const { wait, post, machine, clock } = approvalApi();
    await wait();
    const first = await post(CAROL);
    clock.now = new Date("2026-11-23T00:00:00Z");
    const again = await post(CAROL);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(machine.calls).toBe(1);
  });

  it.each([
    ["another decision", CAROL, { decision: "reject" }],
    ["another approver", DAN, {}],
  ])("is not changed by %s", async (_, caller, body) => {
    const { wait, post, machine } = approvalApi();
    await wait();
    await post(CAROL);
    const { status, body: refused } = await post(caller, body);
    expect([status, refused.error.code]).toEqual([409, "already_decided"]);
    expect(refused.error.message).toMatch(/approved by .*carol at 2026-11-22T11:00/);
    expect(machine.calls).toBe(1);
  });

  it("is sent by its repetition after a crash before it was sent", async () => {
    const { wait, post, machine } = approvalApi();
    await wait();
    machine.fail = { error: new Error("the function died"), after: false };
    expect((await post(CAROL, { note: "first" })).status).toBe(500);
    expect((await post(DAN)).body.error.code).toBe("already_decided");
    expect(machine.taken.size).toBe(0);
    expect((await post(CAROL, { note: "second" })).status).toBe(200);
    expect(machine.taken.get("token-1")).toMatchObject({ approver: CAROL, note: "first" });
  });

  it("says that the wait is over when its repetition finds the machine gone on", async () => {
    const { wait, post, machine } = approvalApi();
    await wait();
    machine.fail = { error: new Error("the function died"), after: true };
    expect((await post(CAROL)).status).toBe(500);
    expect((await post(CAROL)).body.error.code).toBe("wait_is_over");
  });

  it("came too late for the machine", async () => {
    const { wait, post, machine, clock } = approvalApi();
    await wait();
    machine.over.add("token-1");
    expect((await post(CAROL)).body.error.code).toBe("wait_is_over");
    clock.now = new Date(EXPIRES);
    expect((await post(CAROL)).body.error.code).toBe("approval_expired");
  });

  it.each([
    ["InvalidToken", new InvalidToken({ message: "no", $metadata: {} }), "wait_is_over", 409],
    ["TaskDoesNotExist", new TaskDoesNotExist({ message: "no", $metadata: {} }), "wait_is_over", 409],
    ["a throttle, which says nothing of the wait", Object.assign(new Error("slow"), { name: "ThrottlingException" }), "unavailable", 503],
  ])("is told apart where the machine answers %s", async (_, error, code, status) => {
    const { wait, post, machine } = approvalApi();
    await wait();
    machine.fail = { error, after: false };
    const answer = await post(CAROL);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await post(CAROL)).status).toBe(200);
  });

  it("counts when only the mark that it was sent could not be written", async () => {
    let puts = 0;
    const { wait, post, machine, logged } = approvalApi({
      before: async (command) => {
        if ((command as object).constructor.name === "PutCommand" && ++puts === 3) throw new Error("throttled");
      },
    });
    await wait();
    expect((await post(CAROL)).status).toBe(200);
    expect(machine.taken.size).toBe(1);
    expect(logged).toEqual([expect.objectContaining({ code: "sent_not_marked" })]);
  });

  it("never shows or logs the token", async () => {
    const { wait, post, get, machine, logged } = approvalApi();
    await wait(1, "SECRET-TOKEN");
    machine.fail = { error: new Error("the function died"), after: false };
    const texts = [await post(CAROL), await get(CAROL), await get(CAROL, "text/markdown"), await post(CAROL)].map(({ text }) => text);
    expect(JSON.stringify([texts, logged])).not.toContain("SECRET-TOKEN");
    expect(texts[1]).toContain(ACCOUNT);
  });
});
