import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BOUNDS, undoResult } from "../../../functions/shared/contracts.ts";
import { type LedgerItem, ledgerItem, ledgerKey } from "../../../functions/shared/ledger.ts";
import { dynamoLedger } from "../../../functions/undo/ledger.ts";
import { makeHandler } from "../../../functions/undo/undo.ts";
import { fakeTable } from "../record/fake-table.ts";
import { ACCOUNT, REQUEST } from "../shared/plan-sample.ts";

const NEW = `req-${"2".repeat(32)}`;
const SAMPLE = JSON.parse(readFileSync(new URL("../../../events/undo.request.json", import.meta.url), "utf8"));

function item(stepId: string, change: Partial<LedgerItem> = {}): LedgerItem {
  const phase = change.phase ?? 1;
  return ledgerItem.parse({
    pk: REQUEST,
    sk: ledgerKey(phase, stepId),
    status: "done",
    stepId,
    phase,
    service: "s3",
    operation: "PutPublicAccessBlock",
    account: ACCOUNT,
    environment: "sandbox",
    region: "eu-west-1",
    resource: `arn:aws:s3:::bucket-${stepId}`,
    planHash: "a".repeat(64),
    input: { Bucket: `bucket-${stepId}` },
    output: {},
    before: { absent: false, digest: "b".repeat(64), image: {} },
    after: { digest: stepId.slice(1).padStart(64, "0"), image: { GetPublicAccessBlock: [{ BlockPublicAcls: true }] } },
    inverse: { operation: "RestorePublicAccessBlock", input: { Bucket: `bucket-${stepId}`, BlockPublicAcls: false } },
    notRestorable: [],
    calls: [],
    approver: "carol",
    principal: "session",
    version: 2,
    startedAt: "2026-11-22T10:00:00.000Z",
    endedAt: `2026-11-22T10:00:0${stepId.slice(1)}.000Z`,
    expiresAt: 1,
    ...change,
  });
}

async function undo(...items: LedgerItem[]) {
  const table = fakeTable("pk", "sk");
  for (const one of [...items, item("s1", { pk: NEW })]) table.items.set(JSON.stringify([one.pk, one.sk]), one);
  return undoResult.parse(await makeHandler({ ledger: dynamoLedger(table.client, "ledger") })(SAMPLE));
}
const buckets = ({ proposal }: Awaited<ReturnType<typeof undo>>) => proposal?.steps.map(({ input }) => input.Bucket);

describe("an undo", () => {
  it("proposes the inverses of what was done, last first, with the states that it rests on", async () => {
    const result = await undo(item("s1"), item("s2", { status: "failed" }), item("s3"));
    expect(result).toMatchObject({ outcome: "proposed", code: "undo_proposed" });
    expect(result.proposal?.steps).toEqual([
      {
        id: "s1",
        service: "s3",
        account: ACCOUNT,
        region: "eu-west-1",
        operation: "RestorePublicAccessBlock",
        input: { Bucket: "bucket-s3", BlockPublicAcls: false },
        reason: `Takes back s3 of ${REQUEST}: PutPublicAccessBlock.`,
      },
      expect.objectContaining({ id: "s2", input: { Bucket: "bucket-s1", BlockPublicAcls: false } }),
    ]);
    expect(result.ground).toEqual({
      undoOf: REQUEST,
      steps: [
        { stepId: "s1", afterDigest: "3".padStart(64, "0"), after: { GetPublicAccessBlock: [{ BlockPublicAcls: true }] } },
        { stepId: "s2", afterDigest: "1".padStart(64, "0"), after: { GetPublicAccessBlock: [{ BlockPublicAcls: true }] } },
      ],
    });
  });

  it("goes by phase, then by when a step ended, then by its place", async () => {
    const at = "2026-11-22T10:00:05.000Z";
    expect(buckets(await undo(item("s1", { phase: 2 }), item("s2"), item("s3")))).toEqual(["bucket-s1", "bucket-s3", "bucket-s2"]);
    expect(buckets(await undo(item("s2", { endedAt: at }), item("s1", { endedAt: "2026-11-22T10:00:09.000Z" })))).toEqual(["bucket-s1", "bucket-s2"]);
    expect(buckets(await undo(item("s9", { endedAt: at }), item("s10", { endedAt: at })))).toEqual(["bucket-s10", "bucket-s9"]);
  });

  it("says what it does not take back, and why", async () => {
    const { proposal } = await undo(
      item("s1", { notRestorable: ["versioning never returns to unset"] }),
      item("s2", { operation: "DeleteBucket", inverse: null }),
      item("s3", { status: "indeterminate", endedAt: null }),
      item("s4", { after: null }),
      item("s5", { inverse: { operation: "Big", input: { Text: "x".repeat(5000) } } }),
    );
    expect(proposal?.steps).toHaveLength(1);
    expect(proposal?.summary).toMatch(/takes back 1 change, last first/);
    for (const line of [
      /s1 PutPublicAccessBlock .*: stays changed: versioning never returns to unset/,
      /s2 DeleteBucket .*: it can't be undone/,
      /s3 .*not certain \(indeterminate\); look at arn:aws:s3:::bucket-s3/,
      /s4 .*was not recorded/,
      /s5 .*larger than a step may be/,
    ])
      expect(proposal?.summary).toMatch(line);
  });

  it.each([
    ["nothing_recorded", []],
    ["nothing_done", [item("s1", { status: "failed" })]],
    ["already_undone", [item("s1", { status: "undone" }), item("s2", { status: "failed" })]],
    ["not_reversible", [item("s1", { inverse: null }), item("s2", { status: "undone" })]],
    ["not_reversible", [item("s1", { status: "started", endedAt: null })]],
    ["undo_too_large", [item("s1", { after: { digest: "a".repeat(64), image: { Read: [{ Text: "x".repeat(BOUNDS.plan) }] } } })]],
  ])("is refused: %s", async (code, items) => {
    expect(await undo(...items)).toMatchObject({ outcome: "refused", code, proposal: null, ground: null });
  });

  it("never cuts a line of what is left changed", async () => {
    const { proposal } = await undo(item("s1"), ...Array.from({ length: 90 }, (_, index) => item(`s${index + 10}`, { inverse: null, endedAt: null })));
    expect(proposal!.summary.length).toBeLessThanOrEqual(4000);
    expect(proposal!.summary).toMatch(/it can't be undone\n- and more$/);
  });

  it("is nobody's text: another input is an error", async () => {
    const handler = makeHandler({ ledger: async () => [] });
    const { undoOf: _, ...other } = SAMPLE.request;
    await expect(handler({ request: other })).rejects.toThrow(/undoOf/);
    await expect(handler({ request: { ...SAMPLE.request, steps: [] } })).rejects.toThrow(/steps/);
    await expect(handler(SAMPLE)).resolves.toMatchObject({ code: "nothing_recorded" });
  });
});
