import { describe, expect, it } from "vitest";
import { ALICE, BOB, call } from "../fakes.ts";
import {
  ARTIFACT_EVENTS,
  ARTIFACT_FILES,
  asked,
  begun,
  CAROL,
  ended,
  granted,
  HASH,
  judged,
  outcome,
  PLAN,
  VERIFICATION,
  verdict,
  verified,
} from "./change-events.ts";
import { eventsApi, samples } from "./set-up.ts";

async function changeAfter(...events: Parameters<ReturnType<typeof eventsApi>["tell"]>[0]) {
  const { handler, own, tell } = eventsApi();
  await own();
  tell(events);
  const { status, body } = await call(handler, { method: "GET", path: `/requests/${samples.ID}`, caller: ALICE });
  expect(status).toBe(200);
  return body.change;
}

describe("the change of a request", () => {
  it("is null where nothing was proposed", async () => {
    expect(await changeAfter({ type: "message", payload: { kind: "answer", content: "Two.", delta: false } })).toBeNull();
  });

  it("is the verdict where the plan led no further", async () => {
    expect(await changeAfter(judged("revise"), judged("refuse"))).toMatchObject({ verdict: verdict("refuse"), plan: null, approvals: [], steps: [] });
  });

  it("shows what waits", async () => {
    const change = await changeAfter(judged("approve"), asked(1));
    expect(change.plan).toEqual({ hash: HASH, document: PLAN, cut: false });
    expect(change.approvals).toMatchObject([{ phase: 1, status: "waiting", approver: null, planHash: HASH }]);
  });

  it("shows who decided, and what each step did", async () => {
    const change = await changeAfter(judged("approve"), asked(1), granted(1, "approve"), begun(), ended("done"), asked(2), granted(2, "expired"), verified);
    expect(change.approvals).toMatchObject([
      { phase: 1, status: "approve", approver: CAROL, decidedAt: "2026-11-22T11:00:00.000Z" },
      { phase: 2, status: "expired", approver: null, destructive: true },
    ]);
    expect(change.steps).toEqual([
      {
        stepId: "s1",
        phase: 1,
        mode: "apply",
        operation: "PutPublicAccessBlock",
        resource: "arn:aws:s3:::acme-logs",
        status: "done",
        outcome: outcome("done"),
      },
    ]);
    expect(change.verification).toEqual(VERIFICATION);
  });

  it("tells a step that began from one that ended, and a step from its undo", async () => {
    const change = await changeAfter(judged("approve"), asked(1), granted(1, "approve"), begun(), ended("failed"), begun("undo"));
    expect(change.steps).toMatchObject([
      { mode: "apply", status: "failed" },
      { mode: "undo", status: "started", outcome: null },
    ]);
  });
});

describe("GET /requests/{id}/artifact", () => {
  const artifact = (options: Parameters<typeof eventsApi>[0], caller = ALICE, events = ARTIFACT_EVENTS) => {
    const api = eventsApi(options);
    return {
      ...api,
      get: async () => {
        await api.own();
        api.tell(events);
        return call(api.handler, { method: "GET", path: `/requests/${samples.ID}/artifact`, caller });
      },
    };
  };

  it("gives the files with what keeps them from release", async () => {
    const { status, body } = await artifact({ artifacts: ARTIFACT_FILES }).get();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      requestId: samples.ID,
      releasable: false,
      blockers: [{ code: "ticket_missing" }],
      files: [{ path: "template.yaml", bytes: 14, content: "Resources: {}\n" }],
    });
  });

  it("is the requester's only", async () => {
    expect((await artifact({ artifacts: ARTIFACT_FILES }, BOB).get()).status).toBe(404);
  });

  it("says that there is none", async () => {
    const { status, body } = await artifact({}, ALICE, [judged("refuse")]).get();
    expect([status, body.error.code]).toEqual([404, "no_artifact"]);
  });

  it("gives no file that was changed since", async () => {
    const [key] = Object.keys(ARTIFACT_FILES);
    const { get, logged } = artifact({ artifacts: { [key!]: "Resources: {Admin: {}}\n" } });
    expect((await get()).status).toBe(500);
    expect(JSON.stringify(logged)).toContain("is not the file that was written there");
  });

  it("names the files where they are too large for one answer", async () => {
    const [key] = Object.keys(ARTIFACT_FILES);
    const content = "x".repeat(5_500_000);
    const { sha256Hex } = await import("../../../../functions/shared/digest.ts");
    const events = structuredClone(ARTIFACT_EVENTS);
    const result = events[2] as { payload: { output: { files: { sha256: string }[] } } };
    result.payload.output.files[0]!.sha256 = sha256Hex(content);
    const { status, body } = await artifact({ artifacts: { [key!]: content } }, ALICE, events).get();
    expect([status, body.files]).toEqual([200, [expect.objectContaining({ key, content: null })]]);
    expect(body.notice).toMatch(/artifact bucket/);
  });
});
