/** A bucket's protection: plain HTTP denied, a lifecycle rule, an access log, in one plan and back; and what stands against each. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { change, undoChange } from "./change.ts";
import { main, root, sessionOf } from "./local.ts";
import { narrowedSession } from "./narrowed.ts";
import { unless } from "./oracle.ts";
import { blockOf, openBuckets } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const LOGS = "acme-platform-sandbox-logs";
const TAGS = { Owner: "web-team", CostCenter: "CC-10010", Application: "stories", DataClassification: "internal" };
const s3 = new S3Client(root(SANDBOX));

/** With Block Public Access, as S3 makes it, and with tags. */
async function plainBucket(purpose: string): Promise<string> {
  const Bucket = `acme-${purpose}-1-${Date.now().toString(36)}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const TagSet = Object.entries({ ...TAGS, Name: Bucket, Environment: "sandbox" }).map(([Key, Value]) => ({ Key, Value }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  onTestFinished(async () => void (await unless("NoSuchBucket", s3.send(new DeleteBucketCommand({ Bucket })))));
  return Bucket;
}

async function protectionOf(Bucket: string) {
  const [policy, lifecycle, logging] = await Promise.all([
    unless("NoSuchBucketPolicy", s3.send(new GetBucketPolicyCommand({ Bucket }))),
    unless("NoSuchLifecycleConfiguration", s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    s3.send(new GetBucketLoggingCommand({ Bucket })),
  ]);
  return { policy: policy?.Policy ? JSON.parse(policy.Policy) : null, rules: lifecycle?.Rules ?? null, log: logging.LoggingEnabled ?? null };
}

const making = (Bucket: string, region: string) =>
  `Create a bucket named ${Bucket} in ${region} in acme-sandbox with access logs to ${LOGS}, with tags ${Object.entries(TAGS)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ")}`;

const protection = (Bucket: string, NoncurrentDays = 30) => ({
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "CoworkerDenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  },
  rules: [
    {
      ID: "coworker-managed",
      Status: "Enabled",
      Filter: { Prefix: "" },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      NoncurrentVersionTransitions: [{ NoncurrentDays, StorageClass: "GLACIER" }],
    },
  ] satisfies LifecycleRule[],
  log: { TargetBucket: LOGS, TargetPrefix: `${Bucket}/` },
});

describe("a bucket", () => {
  it("is protected in one plan, refuses plain HTTP then, and is taken back to exactly what it was", async () => {
    const Bucket = await plainBucket("protect");
    expect(await protectionOf(Bucket)).toEqual({ policy: null, rules: null, log: null });
    const told = await change(`Deny plain HTTP on ${Bucket}, add a lifecycle rule to it after 90 days and turn on access logging for it to ${LOGS}`, {
      accounts: [SANDBOX],
    });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    const [approval, ...more] = told.shown;
    expect(more).toEqual([]);
    const steps = approval?.plan.phases.flatMap((phase) => phase.steps) ?? [];
    expect(steps.map(({ operation }) => operation)).toEqual(["PutBucketPolicy", "PutBucketLifecycleConfiguration", "PutBucketLogging"]);
    expect(await protectionOf(Bucket)).toEqual(protection(Bucket, 90));
    const writes = writesIn(told.calls, SANDBOX);
    expect(writes.map(({ iamAction, resource, result }) => `${iamAction} ${resource} ${result}`)).toEqual(
      ["s3:PutBucketPolicy", "s3:PutLifecycleConfiguration", "s3:PutBucketLogging"].map((action) => `${action} arn:aws:s3:::${Bucket} ok`),
    );
    for (const call of writes) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: "mutation-s3", session: told.view.id });
    expect(outsideTable(told.calls, main)).toEqual([]);

    // The stories reach the local AWS without TLS, the functions with it.
    const plain = new S3Client(await narrowedSession("s3", SANDBOX, told.view.id, steps));
    const log = () => plain.send(new GetBucketLoggingCommand({ Bucket }));
    await expect(log()).rejects.toMatchObject({ name: "AccessDenied" });

    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await protectionOf(Bucket)).toEqual({ policy: null, rules: null, log: null });
    expect(writesIn(undone.calls, SANDBOX).map(({ iamAction }) => iamAction)).toEqual([
      "s3:PutBucketLogging",
      "s3:PutLifecycleConfiguration",
      "s3:DeleteBucketPolicy",
    ]);
    expect((await log()).LoggingEnabled).toBeUndefined();
  });

  it("is made with all of it in one step, and is gone after the undo: not while somebody's change since is in it", async () => {
    const Bucket = `acme-made-1-${Date.now().toString(36)}`;
    const told = await change(making(Bucket, "us-east-1"), { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(await protectionOf(Bucket)).toEqual(protection(Bucket));
    expect(Object.values((await blockOf(SANDBOX, Bucket)) ?? {})).toEqual([true, true, true, true]);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    expect((await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toMatchObject({ ...TAGS, CoworkerRequest: told.view.id });
    const [only, ...others] = told.shown.flatMap(({ plan }) => plan.phases.flatMap(({ steps }) => steps));
    expect([only?.operation, others]).toEqual(["CreateBucket", []]);
    expect(only).toMatchObject({ before: { image: { ListBuckets: [], LogBucket: [{ Name: LOGS }] } } });

    const { rules } = protection(Bucket);
    const keep = (Rules: LifecycleRule[]) => s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    await keep(rules.map((rule) => ({ ...rule, ID: "web-team", Expiration: { Days: 365 } })));
    const refused = await undoChange(told.view.id);
    expect(refused.view.state, refused.report.message).toBe("refused");
    expect(refused.report.message).toMatch(/Changed since.*GetBucketLifecycleConfiguration/);
    expect([refused.shown, writesIn(refused.calls, SANDBOX)]).toEqual([[], []]);
    await keep(rules);

    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "NotFound" });
  });
});

describe("nothing is written", () => {
  const asked = async (text: string) => {
    const told = await change(text, { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe("declined");
    expect(told.shown).toEqual([]);
    expect(writesIn(told.calls, SANDBOX)).toEqual([]);
    return told.report.message;
  };

  it("over a policy that is there: its owner adds the statement", async () => {
    const Bucket = await plainBucket("theirs");
    const Statement = [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${SANDBOX}:root` }, Action: "s3:GetBucketLocation", Resource: `arn:aws:s3:::${Bucket}` },
    ];
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }));
    expect(await asked(`Deny plain HTTP on ${Bucket}`)).toMatch(/precondition.*has a policy.*its owner adds/);
    expect((await protectionOf(Bucket)).policy).toMatchObject({ Statement });
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  });

  it("where public access is not blocked: that is turned on first", async () => {
    const [Bucket = ""] = await openBuckets(SANDBOX, "sandbox", "unblocked");
    expect(await asked(`Deny plain HTTP on ${Bucket}`)).toMatch(/precondition.*does not block all public access.*PutPublicAccessBlock/);
    // In one plan the policy would rest on the state that the other step changes.
    expect(await asked(`Block public access on ${Bucket} and deny plain HTTP on ${Bucket}`)).toMatch(/does not block all public access/);
    expect(await protectionOf(Bucket)).toEqual({ policy: null, rules: null, log: null });
  });

  it("that sends access logs to another region, or from a bucket that takes them itself", async () => {
    const Bucket = `acme-far-1-${Date.now().toString(36)}`;
    expect(await asked(making(Bucket, "eu-west-1"))).toMatch(/precondition.*in eu-west-1, can't be logged to .*in us-east-1/);
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "NotFound" });
    expect(await asked(`Turn on access logging for ${LOGS} to acme-platform-development-logs`)).toMatch(/invalid_input.*is in the settings' logBuckets itself/);
    expect((await protectionOf(LOGS)).log).toBeNull();
  });

  it("that sends access logs to a bucket which the settings do not list", async () => {
    const [Bucket, other] = [await plainBucket("logged"), await plainBucket("elsewhere")];
    expect(await asked(`Turn on access logging for ${Bucket} to ${other}`)).toMatch(/not_in_settings.*logBuckets/);
    expect((await protectionOf(Bucket)).log).toBeNull();
  });
});
