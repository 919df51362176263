import { describe, expect, it } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { type Changed, change } from "./change.ts";
import { inject, roleOf, toBucket, whileHeld } from "./faults.ts";
import { main } from "./local.ts";
import { blockOf, openBuckets, snapshotsOf, unattachedVolume, volumeIsThere } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const PUT = "PutPublicAccessBlock";
const asked = (buckets: readonly string[]) => change(`Block public access on ${buckets.join(" and ")}`, { accounts: [SANDBOX] });
const blocked = async (buckets: readonly string[]) => (await Promise.all(buckets.map((name) => blockOf(SANDBOX, name)))).map((block) => block !== null);
const writes = (told: Changed) => writesIn(told.calls, SANDBOX).map(({ operation, resource, result }) => `${operation} ${resource.split(":::")[1]} ${result}`);
const times = (count: number, text: string) => Array.from({ length: count }, () => text);

function expectDone(told: Changed): void {
  expect(told.view.state, told.report.message).toBe("changed");
  expect([told.execution, told.change?.verification?.outcome, told.view.partialFailures]).toEqual(["SUCCEEDED", "verified", []]);
}

describe("a write that AWS throttles", () => {
  it("for a moment is sent again and done", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "throttled");
    await inject({ ...toBucket(PUT, bucket), error: "throttled", times: 2 });
    const told = await asked([bucket]);
    expectDone(told);
    expect(writes(told)).toEqual([...times(2, `${PUT} ${bucket} SlowDown`), `${PUT} ${bucket} ok`]);
    expect(await blocked([bucket])).toEqual([true]);
  });

  it("for longer than it is tried is not done; what was done before is taken back, and the report says who is to blame", async () => {
    const buckets = await openBuckets(SANDBOX, "sandbox", "busy", 2);
    const [first, second] = buckets as [string, string];
    await inject({ ...toBucket(PUT, second), error: "throttled" });
    const told = await asked(buckets);
    expect([told.view.state, told.execution]).toEqual(["rolled_back", "FAILED"]);
    expect(told.report.message).toContain(`AWS refused ${PUT} (SlowDown); nothing of s2 was done.`);
    expect(writes(told)).toEqual([`${PUT} ${first} ok`, ...times(4, `${PUT} ${second} SlowDown`), `DeletePublicAccessBlock ${first} ok`]);
    expect(await blocked(buckets)).toEqual([false, false]);
    expect(told.view.partialFailures).toMatchObject([{ failure: { errorCode: "SlowDown", access: expect.stringContaining("AWS throttled it") } }]);
    expect(outsideTable(told.calls, main)).toEqual([]);
  });
});

describe("a write whose answer is lost", () => {
  it("is looked for, and done where it is there", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "lost");
    await inject({ ...toBucket(PUT, bucket), error: "internal", after: true });
    const told = await asked([bucket]);
    expectDone(told);
    expect(writes(told)).toEqual(times(4, `${PUT} ${bucket} InternalError`));
    expect(await blocked([bucket])).toEqual([true]);
  });

  it("is sent once where a second one would have a second effect, and the report says what to look for", async () => {
    const volume = await unattachedVolume(SANDBOX, "sandbox", "acme-story-lost");
    await inject({ service: "ec2", operation: "CreateSnapshot", account: SANDBOX, error: "internal", after: true });
    const told = await change(`Delete the volume ${volume} after taking a snapshot`, { accounts: [SANDBOX] });
    expect([told.view.state, told.execution]).toEqual(["partial_rollback", "FAILED"]);
    expect(told.report.message).toMatch(/CreateSnapshot was lost.*It is not tried again. DescribeSnapshots of the volume: .*CoworkerRequest tag/);
    expect(writesIn(told.calls, SANDBOX).map(({ operation, result }) => `${operation} ${result}`)).toEqual(["CreateSnapshot InternalError"]);
    expect([await volumeIsThere(SANDBOX, volume), await snapshotsOf(SANDBOX, volume)]).toEqual([true, [expect.stringMatching(/^snap-/)]]);
    expect(told.shown.map(({ phase }) => phase)).toEqual([1]);
  });

  it("and that is not there fails; where taking back fails too, the report names what is still changed and nothing else", async () => {
    const buckets = await openBuckets(SANDBOX, "sandbox", "broken", 2);
    const [first, second] = buckets as [string, string];
    await inject({ ...toBucket(PUT, second), error: "internal" }, { ...toBucket("DeletePublicAccessBlock", first), error: "unavailable" });
    const told = await asked(buckets);
    expect([told.view.state, told.execution]).toEqual(["partial_rollback", "FAILED"]);
    expect(told.report.message).toContain(`${PUT} failed (InternalError); nothing of s2 is left.`);
    expect(told.report.message).toContain(`still changed: s1 arn:aws:s3:::${first} (done, undo: undo_failed). Look at each`);
    expect(await blocked(buckets)).toEqual([true, false]);
  });
});

it("a role that STS does not give for longer than it is asked: nothing is written, and no role is called missing", async () => {
  const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "sts");
  await inject({ service: "sts", operation: "AssumeRole", role: roleOf("mutation-s3"), error: "throttled" });
  const told = await asked([bucket]);
  expect([told.view.state, told.execution]).toEqual(["failed", "FAILED"]);
  expect(told.report.message).toMatch(/AssumeRole for \S+ in account 666666666666 failed \(Throttling\); nothing of this step was done. Nothing was changed./);
  expect(told.view.partialFailures).toMatchObject([{ failure: { operation: "AssumeRole", access: expect.stringMatching(/^None missing.*AWS throttled it/) } }]);
  expect([writes(told), await blocked([bucket])]).toEqual([[], [false]]);
});

describe("a read that fails", () => {
  it("for a moment in the snapshot is read again", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "read");
    await inject({ ...toBucket("GetBucketTagging", bucket, "discovery-s3"), error: "internal", times: 2 });
    expectDone(await asked([bucket]));
  });

  it("for long in the snapshot refuses the plan: nobody is asked to approve what could not be seen", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "unread");
    await inject({ ...toBucket("GetBucketTagging", bucket, "discovery-s3"), error: "unavailable" });
    const told = await asked([bucket]);
    expect(told.view.state).toBe("refused");
    expect(told.report.message).toMatch(/GetBucketTagging in 666666666666 global is not known: ServiceUnavailable/);
    expect([told.shown, writes(told)]).toEqual([[], []]);
    expect(told.ran.filter((name) => name.startsWith("mutation-") || name === "approval")).toEqual([]);
  });

  it("when a write is read back is waited for, and nothing is written again", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "back");
    await inject({ ...toBucket(PUT, bucket), hold: true });
    // More than one look's four attempts.
    const [told] = await Promise.all([
      asked([bucket]),
      whileHeld(() => inject({ ...toBucket("GetPublicAccessBlock", bucket), error: "unavailable", times: 6 })),
    ]);
    expectDone(told);
    expect(writes(told)).toEqual([`${PUT} ${bucket} ok`]);
  });
});

it("a ledger that can't be written after the write: another worker finds it done, and writes nothing again", async () => {
  const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "ledger");
  await inject({ ...toBucket(PUT, bucket), hold: true });
  const [told] = await Promise.all([
    asked([bucket]),
    whileHeld(() => inject({ service: "dynamodb", operation: "PutItem", role: roleOf("mutation-s3"), error: "internal", times: 4 })),
  ]);
  expectDone(told);
  expect(told.ran.filter((name) => name === "mutation-s3")).toHaveLength(2);
  expect(told.change?.steps.map(({ outcome }) => outcome)).toMatchObject([{ outcome: "done", code: "adopted" }]);
  expect(writes(told)).toEqual([`${PUT} ${bucket} ok`]);
});
