import { describe, expect, it, vi } from "vitest";
import { approvalOf, decide, type ShownApproval } from "../../../infra/local/approval.ts";
import { ApiRefusal, requestView } from "../../../infra/local/ask.ts";
import { changeText } from "../../../infra/local/change-text.ts";
import { planText } from "../../../infra/local/plan-text.ts";
import type { ApiAnswer, ApiCall } from "../../../infra/local/signed.ts";
import { printable, wrapped } from "../../../infra/local/words.ts";
import { APPROVAL, CHANGE, PLAN, REQUEST_ID } from "./change-samples.ts";

const callApi = vi.hoisted(() => vi.fn<(api: unknown, call: ApiCall) => Promise<ApiAnswer>>());
vi.mock(import("../../../infra/local/signed.ts"), async (original) => ({ ...(await original()), callApi }));

const api = { apiUrl: "http://127.0.0.1/v1" };
const answers = (...list: [status: number, body: unknown][]) => {
  callApi.mockReset();
  for (const [status, body] of list) callApi.mockResolvedValueOnce({ status, headers: new Headers(), body });
};
const shownApproval = APPROVAL as unknown as ShownApproval;

describe("the wait for a decision", () => {
  it("is looked for until it begins, and until it is the phase whose turn it is", async () => {
    answers([409, { error: { code: "nothing_waits" } }], [200, { ...APPROVAL, status: "decided" }], [200, { ...APPROVAL, phase: 2 }]);
    expect((await approvalOf(api, REQUEST_ID, 2)).phase).toBe(2);
    expect(callApi).toHaveBeenCalledTimes(3);
  });

  it("is not looked for by somebody who may not see it", async () => {
    answers([403, { error: { code: "caller_unknown" } }]);
    await expect(approvalOf(api, REQUEST_ID, 1)).rejects.toBeInstanceOf(ApiRefusal);
    expect(callApi).toHaveBeenCalledTimes(1);
  });

  it("is decided for the hash and the phase that were shown; a no acknowledges nothing", async () => {
    answers([200, {}], [200, {}]);
    await decide(api, shownApproval, "approve", "fine");
    await decide(api, shownApproval, "reject");
    const bodies = callApi.mock.calls.map(([, { body }]) => JSON.parse(body ?? ""));
    expect(bodies).toEqual([
      { decision: "approve", planHash: APPROVAL.planHash, phase: 1, note: "fine", acknowledge: APPROVAL.acknowledge },
      { decision: "reject", planHash: APPROVAL.planHash, phase: 1, note: "" },
    ]);
  });

  it("hands on a decision that was not taken", async () => {
    answers([409, { error: { code: "already_decided", message: "Phase 1 was rejected." } }]);
    await expect(decide(api, shownApproval, "approve")).rejects.toThrow(/not taken: HTTP 409 .*already_decided/);
  });
});

describe("a plan on the terminal", () => {
  const text = planText(shownApproval);

  it.each([
    ["the account, its environment and region", "acme-sandbox 666666666666 (sandbox), eu-west-1"],
    ["the role", "aws-coworker/aws-coworker-mutation-s3"],
    ["operation and class", "PutPublicAccessBlock   sensitive"],
    ["before and after", /^ *PublicAccessBlockConfiguration\.BlockPublicAcls\s+not set → true/m],
    ["the undo", /undo\s+DeletePublicAccessBlock/],
    ["the rules' findings", "s1: The bucket lacks the tag Owner. (informs; L01)"],
    ["the checks that fail, and how many pass", /1 PASS, 1 ACCEPTABLE[\s\S]*ACCEPTABLE\s+low\s+Reliability\s+Versioning\s+acme-hackday-sandbox-photos/],
    ["the cost", "$0.00 → $1.50 a month (+$1.50)"],
    ["the blast radius", "1 resource (low)"],
    ["who may approve", "arn:aws:iam::000000000000:user/acme-approver"],
    ["what has to be acknowledged", "The bucket is public on purpose?"],
    ["the hash", APPROVAL.planHash],
  ])("shows %s", (_, expected) => {
    expect(text).toMatch(typeof expected === "string" ? new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : expected);
  });

  it("says loudly what can't be undone, and which phase is not decided now", () => {
    const [phase] = PLAN.phases;
    const steps = phase!.steps.map((step) => ({ ...step, inverse: null }));
    const plan = { ...PLAN, phases: [phase!, { ...phase!, number: 2, coveredBy: 2, destructive: true, steps }] };
    const two = planText({ ...shownApproval, plan } as unknown as ShownApproval);
    expect(two).toContain("IMPOSSIBLE");
    expect(two).toMatch(/Phase 2: .*destructive: confirmed by itself \(not decided now\)/);
  });
});

describe("what was done", () => {
  const view = (change: unknown) => requestView.parse({ id: REQUEST_ID, state: "changed", costUsd: 0, durationMs: 1, usage: [], report: null, change });

  it("names each step, who did it and what was found afterwards", () => {
    const text = changeText(view(CHANGE));
    expect(text).toContain("✓ s1  PutPublicAccessBlock   done");
    expect(text).toContain(`as    ${CHANGE.steps[0]!.outcome.principal}`);
    expect(text).toMatch(/✓\s+s1\s+acme-hackday-sandbox-photos\s+true\s+true\s+BlockPublicAcls/);
    expect(text).toContain("Phase 1: approve by arn:aws:iam::000000000000:user/acme-approver");
  });

  it("gives the reason of a step that was not done", () => {
    const [step] = CHANGE.steps;
    const failed = { ...step!, status: "denied", outcome: { ...step!.outcome, outcome: "denied", message: "IAM refused it." } };
    const text = changeText(view({ ...CHANGE, steps: [failed] }));
    expect(text).toContain("✗ s1  PutPublicAccessBlock   denied");
    expect(text).toContain("IAM refused it.");
    expect(text).not.toContain("not set → true");
  });

  it("says when nothing was", () => {
    expect(changeText(view({ ...CHANGE, steps: [], verification: null }))).toContain("Nothing was changed.");
    expect(changeText(view(null))).toBe("");
  });
});

it("text from accounts can't steer the terminal, and an ARN is not broken", () => {
  expect(printable("a\u001b[2Jb\u202ec")).toBe("a\ufffd[2Jb\ufffdc");
  expect(wrapped("one two three arn:aws:s3:::a-very-long-name", 9)).toEqual(["one two", "three", "arn:aws:s3:::a-very-long-name"]);
});
