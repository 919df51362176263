import { GetPublicAccessBlockCommand, ListBucketsCommand, PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { CHANGE } from "../../infra/local/demo-change.ts";
import { APPROVER, REQUESTER } from "../../infra/local/principals.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { type Changed, change, undoChange } from "./change.ts";
import { evidenceDigest } from "./evidence.ts";
import { main, root, sessionOf, sorted } from "./local.ts";
import { narrowedSession } from "./narrowed.ts";
import { unless } from "./oracle.ts";
import { arnOf } from "./people.ts";
import { writesIn } from "./writes.ts";

/** Flags of every bucket of the sandbox, by name; null: no configuration. */
async function blocks(): Promise<Record<string, unknown>> {
  const s3 = new S3Client(root(SANDBOX));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const found = Buckets.map(async ({ Name: Bucket = "" }) => {
    const block = await unless("NoSuchPublicAccessBlockConfiguration", s3.send(new GetPublicAccessBlockCommand({ Bucket })));
    return [Bucket, block?.PublicAccessBlockConfiguration ?? null] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}
const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const isBlocked = (flags: unknown) => JSON.stringify(flags) === JSON.stringify(ALL);

describe(CHANGE, () => {
  let before: Record<string, unknown>;
  let lacking: string[];
  let told: Changed;
  beforeAll(async () => {
    before = await blocks();
    lacking = sorted(Object.keys(before).filter((name) => !isBlocked(before[name])));
    told = await change(CHANGE);
  });

  it("is planned for exactly the buckets that lack it, and shown whole before anything happens", () => {
    expect(lacking.length).toBeGreaterThan(0);
    const [approval, ...others] = told.shown;
    expect(others).toEqual([]);
    const steps = approval?.plan.phases.flatMap((phase) => phase.steps) ?? [];
    expect(sorted(steps.map(({ resource }) => resource))).toEqual(lacking.map((name) => `arn:aws:s3:::${name}`));
    expect(new Set(steps.map(({ operation }) => operation))).toEqual(new Set(["PutPublicAccessBlock"]));
    for (const step of steps) expect(step.inverse, step.resource).not.toBeNull();
    expect(approval?.plan.blastRadius.count).toBe(lacking.length);
    expect(approval?.plan.requester).toBe(arnOf(REQUESTER));
  });

  it("ends changed and verified; every bucket really has the block", async () => {
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.execution).toBe("SUCCEEDED");
    expect(told.change?.verification?.outcome).toBe("verified");
    expect(told.change?.approvals.map(({ status, approver }) => ({ status, approver }))).toEqual([{ status: "approve", approver: arnOf(APPROVER) }]);
    const after = await blocks();
    expect(Object.keys(after).filter((name) => !isBlocked(after[name]))).toEqual([]);
  });

  it("is written by that request's narrowed session of the S3 mutation role, once a bucket, and by nobody else", () => {
    const writes = writesIn(told.calls, SANDBOX);
    expect(sorted(writes.map(({ resource }) => resource))).toEqual(lacking.map((name) => `arn:aws:s3:::${name}`));
    expect(writes).toHaveLength(lacking.length);
    expect(new Set(writes.map(({ iamAction, result }) => `${iamAction} ${result}`))).toEqual(new Set(["s3:PutBucketPublicAccessBlock ok"]));
    expect(new Set(writes.map((call) => JSON.stringify(sessionOf(call))))).toEqual(
      new Set([JSON.stringify({ account: SANDBOX, role: "mutation-s3", session: told.view.id })]),
    );
    expect(sorted(told.change?.steps.map(({ outcome }) => outcome?.principal ?? "") ?? [])).toEqual(sorted(writes.map(({ principal }) => principal)));
  });

  it("does nothing that the table of each function does not list", () => {
    expect(outsideTable(told.calls, main)).toEqual([]);
  });

  it("rests on evidence that is there", async () => {
    expect(told.report.evidence.length).toBeGreaterThan(0);
    for (const { key, sha256 } of told.report.evidence) expect(await evidenceDigest(key), key).toBe(sha256);
  });

  it("could not have been another bucket: the same narrowing is refused outside its plan, and allowed inside it", async () => {
    const [own = "", other = ""] = [lacking[0], Object.keys(before).find((name) => !lacking.includes(name))];
    const steps = told.shown[0]!.plan.phases.flatMap((phase) => phase.steps).filter(({ resource }) => resource === `arn:aws:s3:::${own}`);
    const s3 = new S3Client(await narrowedSession("s3", SANDBOX, told.view.id, steps));
    const put = (Bucket: string) => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: ALL }));
    await put(own);
    await expect(put(other)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("is taken back on request, exactly: a request of its own, approved like any other", async () => {
    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(
      undone.models.filter(({ family }) => family === "opus"),
      "no planner",
    ).toEqual([]);
    expect(undone.shown[0]?.plan.undoOf).toBe(told.view.id);
    expect(await blocks()).toEqual(before);
    expect(new Set(writesIn(undone.calls, SANDBOX).map((call) => sessionOf(call).session))).toEqual(new Set([undone.view.id]));
    expect(outsideTable(undone.calls, main)).toEqual([]);
  });
});
