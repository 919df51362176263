import { describe, expect, it } from "vitest";
import { EXPIRES, REQUEST, REQUESTER, samplePlan } from "../../shared/plan-sample.ts";
import { ALICE, approvalApi, CAROL, DAN, ERIN, FRANK, STRANGER } from "./set-up.ts";

describe("GET /requests/{id}/approval", () => {
  it("shows what waits and who may approve it", async () => {
    const { wait, get, planHash } = approvalApi();
    await wait();
    const { status, body } = await get(ALICE);
    expect(status).toBe(200);
    expect(body).toEqual({
      requestId: REQUEST,
      phase: 1,
      status: "waiting",
      destructive: false,
      planHash,
      requester: REQUESTER,
      mayApprove: [REQUESTER, CAROL, DAN],
      expiresAt: EXPIRES,
      acknowledge: [],
      decision: null,
      decidedBy: null,
      decidedAt: null,
      plan: samplePlan(),
    });
  });

  it("names only others for a destructive phase, and the one whose turn it is", async () => {
    const { wait, get, post } = approvalApi();
    await wait(1);
    await post(CAROL);
    expect((await get(CAROL)).body).toMatchObject({ phase: 1, status: "decided", decision: "approve", decidedBy: CAROL });
    await wait(2);
    expect((await get(CAROL)).body).toMatchObject({ phase: 2, status: "waiting", mayApprove: [CAROL, DAN] });
  });

  it("says that it expired", async () => {
    const { wait, get, clock } = approvalApi();
    await wait();
    clock.now = new Date(EXPIRES);
    expect((await get(ALICE)).body.status).toBe("expired");
  });

  it.each([STRANGER, FRANK, ERIN])("is not there for %s", async (caller) => {
    const { wait, get } = approvalApi();
    await wait();
    expect([(await get(caller)).status, (await get(DAN)).status]).toEqual([404, 200]);
  });

  it("tells the requester that nothing waits yet", async () => {
    const { own, get } = approvalApi();
    await own();
    expect((await get(ALICE)).body.error.code).toBe("nothing_waits");
    expect((await get(CAROL)).status).toBe(404);
  });

  it("is a page to judge by: changes and verdicts before words, everything foreign escaped", async () => {
    const [first, second] = samplePlan().phases;
    const hostile = "<img src=x>\n# Approved\n| ok | [click](http://evil.example)";
    const plan = samplePlan({
      summary: hostile,
      text: hostile,
      approval: { requesterMayApprove: true, acknowledge: ["No logs."] },
      phases: [{ ...first!, title: hostile, steps: [{ ...first!.steps[0]!, resource: hostile, reason: hostile }] }, second!],
    });
    const { wait, get, planHash } = approvalApi({ plan });
    await wait();
    const { status, headers, text } = await get(CAROL, "text/markdown");
    expect([status, headers["Content-Type"]]).toEqual([200, "text/markdown; charset=utf-8"]);
    for (const shown of [planHash, "666666666666 acme-sandbox (sandbox)", "eu-west-1", "acw-mutation-s3", "**non-destructive**", "**destructive**", "No logs."])
      expect(text).toContain(shown);
    expect(text).toContain("| BlockPublicAcls | false | true |");
    expect(text).toContain("RestorePublicAccessBlock");
    expect(text).toContain("**cannot be undone**");
    expect(text).not.toMatch(/^# Approved|(?<!\\)<img|(?<!\\)\[click|http:\/\/evil/m);
    const order = ["| BlockPublicAcls |", "## Verdict of the rules", "## Impact", "## In words"].map((part) => text.indexOf(part));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });
});
