/** A name that somebody else took while the step was on its way: what they set up is neither replaced nor deleted. */
import { describe, expect, it } from "vitest";
import { findWrite } from "../../../config/catalog/index.ts";
import { isAsMade } from "../../../functions/mutation/as-made.ts";
import { inputOf, planOf, world } from "./world.ts";

const SOMEBODYS = { Name: "new", Flag: false, Level: 5, Owner: "somebody" };
const AS_MADE = { Name: "new", Flag: false, Level: 0, Owner: null };

/** One attempt that dies before its first call, then a second one. @param meanwhile what is made under the name in between. */
async function afterCrash(meanwhile: typeof SOMEBODYS | typeof AS_MADE) {
  const at = world();
  const plan = planOf(at.aws, [{ id: "s1", operation: "MakeThing", input: { Name: "new", Level: 9 } }]);
  await new Promise<void>((died) => {
    const effect = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      if (name !== "write CreateThing") return run();
      died();
      return new Promise<never>(() => {});
    };
    void at.worker({ effect }).run(inputOf(plan));
  });
  at.aws.things.set("new", { ...meanwhile });
  const { outcomes } = await at.worker().run(inputOf(plan));
  return { outcomes, ...at.aws };
}

/** The only attempt; the name is taken after the last look at it. */
async function inARace(meanwhile: typeof SOMEBODYS | typeof AS_MADE) {
  const at = world();
  const plan = planOf(at.aws, [{ id: "s1", operation: "MakeThing", input: { Name: "new", Level: 9 } }]);
  const effect = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    if (name === "write CreateThing") at.aws.things.set("new", { ...meanwhile });
    return run();
  };
  const { outcomes } = await at.worker({ effect }).run(inputOf(plan));
  return { outcomes, ...at.aws };
}

describe("a name that is taken", () => {
  it("by what somebody set up, after a crash: nothing is done, and who looks at it is told", async () => {
    const { outcomes, effects, things } = await afterCrash(SOMEBODYS);
    expect(outcomes).toMatchObject([{ outcome: "indeterminate", code: "drifted_after_crash" }]);
    expect(effects).toEqual([]);
    expect(things.get("new")).toEqual(SOMEBODYS);
  });

  it("by what is as the first call leaves it, after a crash: the calls go on", async () => {
    const { outcomes, things } = await afterCrash(AS_MADE);
    expect(outcomes).toMatchObject([{ outcome: "done" }]);
    expect(things.get("new")).toMatchObject({ Flag: true, Level: 9 });
  });

  it("by what somebody set up between the last look and the call: AWS's refusal counts", async () => {
    const { outcomes, effects, things } = await inARace(SOMEBODYS);
    expect(outcomes).toMatchObject([{ outcome: "failed", message: expect.stringContaining("AlreadyOwned") }]);
    expect(effects).toEqual([]);
    expect(things.get("new")).toEqual(SOMEBODYS);
  });

  it("by what is as the first call leaves it: an answer of it was lost, and the calls go on", async () => {
    expect((await inARace(AS_MADE)).outcomes).toMatchObject([{ outcome: "done" }]);
  });
});

describe("a bucket can be what an attempt has just made", () => {
  const write = findWrite("s3", "CreateBucket")!;
  const promised = write.promises({ Bucket: "acme-new", SSEAlgorithm: "aws:kms", Tags: { Owner: "web-team" } }, {});
  const sse = (algorithm: string) => ({ [Object.keys(promised.GetBucketEncryption!)[0]!]: [algorithm] });
  /** As AWS makes one. */
  const fresh = {
    GetPublicAccessBlock: [{ Absent: null, ...promised.GetPublicAccessBlock }],
    GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }],
    GetBucketEncryption: [{ Absent: null, ...sse("AES256") }],
    GetBucketVersioning: [{ Status: null, MFADelete: null }],
    GetBucketLifecycleConfiguration: [{ Absent: "NoSuchLifecycleConfiguration", "Rules.ID": [] }],
    GetBucketLogging: [{ "LoggingEnabled.TargetBucket": null }],
    GetBucketTagging: [{ Absent: "NoSuchTagSet", TagSet: null }],
  };

  it.each([
    ["as AWS makes it", {}],
    ["with some of the calls done", { GetBucketEncryption: [{ Absent: null, ...sse("aws:kms") }], GetBucketVersioning: [{ Status: "Enabled" }] }],
    ["where nothing blocks public access by itself", { GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration" }] }],
  ])("%s", (_, more) => expect(isAsMade(write, promised, { ...fresh, ...more })).toBe(true));

  it.each([
    ["a policy", { GetBucketPolicy: [{ Absent: null, Policy: { Statement: [] } }] }],
    ["tags", { GetBucketTagging: [{ Absent: null, TagSet: { Owner: "somebody" } }] }],
    ["lifecycle rules", { GetBucketLifecycleConfiguration: [{ Absent: null, "Rules.ID": ["theirs"] }] }],
    ["an access log", { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": "theirs" }] }],
    ["versioning suspended", { GetBucketVersioning: [{ Status: "Suspended" }] }],
    ["another encryption", { GetBucketEncryption: [{ Absent: null, ...sse("aws:kms:dsse") }] }],
    ["a flag off", { GetPublicAccessBlock: [{ Absent: null, ...promised.GetPublicAccessBlock, "PublicAccessBlockConfiguration.BlockPublicAcls": false }] }],
  ])("but not with %s", (_, more) => expect(isAsMade(write, promised, { ...fresh, ...more })).toBe(false));
});
