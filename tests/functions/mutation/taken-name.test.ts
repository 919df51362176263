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

const LOST = Object.assign(new Error("no"), { name: "InternalError", $fault: "server", $metadata: { httpStatusCode: 500 } });

/** The only attempt; the name is taken after the last look at it. @param answer what AWS says to the call. */
async function inARace(meanwhile: typeof SOMEBODYS | typeof AS_MADE, answer: "refusal" | "success" | "none", isRead = true) {
  const at = world();
  const plan = planOf(at.aws, [{ id: "s1", operation: "MakeThing", input: { Name: "new", Level: 9 } }]);
  let isTaken = false;
  const effect = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    if (isTaken && !isRead && name === "read GetThing") throw LOST;
    if (name !== "write CreateThing") return run();
    isTaken = true;
    at.aws.things.set("new", { ...meanwhile });
    if (answer === "none") throw LOST;
    return answer === "success" ? ({} as T) : run();
  };
  const { outcomes } = await at.worker({ effect }).run(inputOf(plan));
  const undone = await at.worker().run(inputOf(plan, { mode: "undo" }));
  return { outcomes, undone: undone.outcomes, ...at.aws };
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

  it.each(["refusal", "success", "none"] as const)(
    "by what somebody set up between the last look and the call (AWS's answer: %s): it stays theirs, undo or not",
    async (answer) => {
      const { outcomes, undone, effects, things } = await inARace(SOMEBODYS, answer);
      expect(outcomes).toMatchObject([{ outcome: "indeterminate", code: answer === "none" ? "answer_lost" : "name_taken" }]);
      expect(undone).toMatchObject([{ outcome: "undo_drifted" }]);
      expect(effects).toEqual([]);
      expect(things.get("new")).toEqual(SOMEBODYS);
    },
  );

  it.each(["refusal", "success"] as const)("by what is as the first call leaves it (%s): the calls go on", async (answer) => {
    expect((await inARace(AS_MADE, answer)).outcomes).toMatchObject([{ outcome: "done" }]);
  });

  it("by what can't be looked at: nobody is told that nothing was done", async () => {
    const { outcomes, effects } = await inARace(AS_MADE, "refusal", false);
    expect(outcomes).toMatchObject([{ outcome: "indeterminate", code: "name_taken" }]);
    expect(effects).toEqual([]);
  });

  it("by nobody, and the answer was lost: what it made is taken back", async () => {
    const { outcomes, things, effects } = await inARace(AS_MADE, "none");
    expect(outcomes).toMatchObject([{ outcome: "failed", message: expect.stringContaining("nothing of s1 is left") }]);
    expect([effects, things.has("new")]).toEqual([["DropThing"], false]);
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
