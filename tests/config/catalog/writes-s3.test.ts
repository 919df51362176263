/** What protects a bucket: only where nothing of its kind is there, fixed in what it says, and gone again afterwards. */
import { describe, expect, it } from "vitest";
import { CATALOG, findWrite } from "../../../config/catalog/index.ts";
import { denyingPlainHttp } from "../../../config/catalog/s3-protection-parts.ts";
import { broken } from "../../../config/catalog/state.ts";
import type { State, StepInput } from "../../../config/catalog/write.ts";
import { publicPrincipals } from "../../../config/checks/policies.ts";
import { ACCOUNT, REGION, SAMPLES } from "./write-samples.ts";

const Bucket = "acme-logs-sandbox";
const context = { account: ACCOUNT, region: REGION, clientToken: "t" };
const write = (operation: string) => findWrite("s3", operation)!;
const sample = (operation: string) => SAMPLES.s3[operation]!;
const against = (operation: string, more: State = {}) =>
  write(operation).precondition?.(sample(operation).input, { ...sample(operation).before, ...more }, context) ?? null;
const sent = (operation: string, more: StepInput = {}) => {
  const given = { ...sample(operation).input, ...more };
  return write(operation)
    .calls.filter(({ when }) => when?.(given) ?? true)
    .map(({ command, input }): Record<string, unknown> => ({ command, ...input(given, context) }));
};
const inverse = (operation: string, before?: State) =>
  write(operation).inverse(sample(operation).input, before ?? sample(operation).before, () => ({ $ref: "" }));

describe("a policy against plain HTTP", () => {
  it("is the only one that any write puts, and never on a bucket that would take a public one", () => {
    const putting = Object.entries(CATALOG.s3.writes ?? {}).filter(([, { permissions }]) => permissions.some(({ action }) => action === "s3:PutBucketPolicy"));
    expect(putting.map(([operation]) => operation)).toEqual(["CreateBucket", "PutBucketPolicy"]);
    for (const [operation] of putting) {
      const calls = sent(operation);
      const at = calls.findIndex(({ command }) => command === "PutBucketPolicy");
      expect(JSON.parse(String(calls[at]?.Policy))).toEqual(denyingPlainHttp(Bucket));
      const isBlocked = calls.slice(0, at).some(({ command }) => command === "PutPublicAccessBlock");
      expect(isBlocked || against(operation, { GetPublicAccessBlock: [] }) !== null, operation).toBe(true);
    }
  });

  it("is put where there is none and all public access is blocked, and nowhere else", () => {
    expect(against("PutBucketPolicy")).toBeNull();
    expect(against("PutBucketPolicy", { GetBucketPolicy: [{ Absent: null, Policy: { Statement: [] } }] })).toContain("its owner adds");
    expect(against("PutBucketPolicy", { GetBucketPolicy: [] })).toContain("has a policy");
    const half = { ...sample("PutBucketPolicy").before.GetPublicAccessBlock?.[0], "PublicAccessBlockConfiguration.RestrictPublicBuckets": false };
    expect(against("PutBucketPolicy", { GetPublicAccessBlock: [half] })).toContain("PutPublicAccessBlock");
    expect(against("PutBucketPolicy", { GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration" }] })).toContain("PutPublicAccessBlock");
  });

  it("denies the bucket and its objects whatever is not over TLS, and allows nobody anything", () => {
    const [call, ...more] = sent("PutBucketPolicy");
    expect(more).toEqual([]);
    expect(call).toMatchObject({ command: "PutBucketPolicy", Bucket, ExpectedBucketOwner: ACCOUNT });
    const document = JSON.parse(String(call?.Policy));
    expect(document.Statement).toEqual([
      {
        Sid: "CoworkerDenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    expect(publicPrincipals(document)).toEqual([]);
  });

  it("is kept by the same document and broken by a weaker one", () => {
    const promised = write("PutBucketPolicy").promises({ Bucket }, {});
    const put = JSON.parse(String(sent("PutBucketPolicy")[0]?.Policy));
    const found = (change: object) => ({ GetBucketPolicy: [{ Absent: null, Policy: { ...put, Statement: [{ ...put.Statement[0], ...change }] } }] });
    expect(broken(promised, found({}))).toEqual([]);
    expect(broken(promised, found({ Action: "s3:GetObject" }))).not.toEqual([]);
    expect(broken(promised, found({ Resource: [`arn:aws:s3:::${Bucket}`] }))).not.toEqual([]);
    expect(broken(promised, { GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }] })).not.toEqual([]);
  });

  it("is taken away again, and put again by the undo of that", () => {
    expect(inverse("PutBucketPolicy")).toEqual({ operation: "DeleteBucketPolicy", input: { Bucket } });
    expect(inverse("DeleteBucketPolicy")).toEqual({ operation: "PutBucketPolicy", input: { Bucket } });
    expect(broken(write("DeleteBucketPolicy").promises({ Bucket }, {}), sample("PutBucketPolicy").before)).toEqual([]);
  });
});

describe("a lifecycle rule", () => {
  it("is given where there are none", () => {
    expect(against("PutBucketLifecycleConfiguration")).toBeNull();
    expect(against("PutBucketLifecycleConfiguration", { GetBucketLifecycleConfiguration: [{ Absent: null, "Rules.ID": ["theirs"] }] })).toContain(
      "not replaced",
    );
  });

  it("moves noncurrent versions of the whole bucket, and deletes no object and no version", () => {
    const [call] = sent("PutBucketLifecycleConfiguration");
    expect(call?.LifecycleConfiguration).toEqual({
      Rules: [
        {
          ID: "coworker-managed",
          Status: "Enabled",
          Filter: { Prefix: "" },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          NoncurrentVersionTransitions: [{ NoncurrentDays: 90, StorageClass: "GLACIER" }],
        },
      ],
    });
    expect(JSON.stringify(call)).not.toContain("Expiration");
  });

  it.each([29, 3651, 30.5, undefined])("is not given %s days", (NoncurrentDays) => {
    expect(write("PutBucketLifecycleConfiguration").input.safeParse({ Bucket, NoncurrentDays: 30 }).success).toBe(true);
    expect(write("PutBucketLifecycleConfiguration").input.safeParse({ Bucket, NoncurrentDays }).success).toBe(false);
  });

  it("is not already so where another thing happens to objects beside it", () => {
    const promised = write("PutBucketLifecycleConfiguration").promises({ Bucket, NoncurrentDays: 90 }, {});
    // As discovery shows one rule: what it lacks is null in its place.
    const shown = Object.entries(promised.GetBucketLifecycleConfiguration ?? {}).map(([column, value]) => [column, value ?? [null]]);
    const found = (more: object) => broken(promised, { GetBucketLifecycleConfiguration: [{ ...Object.fromEntries(shown), ...more }] });
    expect(found({})).toEqual([]);
    for (const [column, value] of [
      ["Expiration.Days", [1]],
      ["Expiration.Date", ["2027-01-01T00:00:00.000Z"]],
      ["Transitions.Days", [[1]]],
      ["Transitions.StorageClass", [["GLACIER"]]],
      ["NoncurrentVersionExpiration.NoncurrentDays", [1]],
    ])
      expect(found({ [`Rules.${String(column)}`]: value }), String(column)).toHaveLength(1);
    const { columns = [] } = write("PutBucketLifecycleConfiguration").before.find(({ operation }) => operation === "GetBucketLifecycleConfiguration") ?? {};
    expect(Object.keys(promised.GetBucketLifecycleConfiguration ?? {}).sort()).toEqual(columns.filter((column) => column !== "Absent").sort());
  });

  it("goes again, and comes back with the days it had", () => {
    expect(inverse("PutBucketLifecycleConfiguration")).toEqual({ operation: "DeleteBucketLifecycle", input: { Bucket } });
    expect(inverse("DeleteBucketLifecycle")).toEqual({ operation: "PutBucketLifecycleConfiguration", input: { Bucket, NoncurrentDays: 90 } });
  });
});

describe("an access log", () => {
  it("is turned on where it is off, to another bucket", () => {
    expect(against("PutBucketLogging")).toBeNull();
    expect(against("PutBucketLogging", { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": "acme-elsewhere" }] })).toContain("acme-elsewhere");
    const there = (BucketRegion: string | null) => ({ ListBuckets: [{ Name: "acme-access-logs", BucketRegion }] });
    expect(against("PutBucketLogging", there("us-east-1"))).toContain("in us-east-1: name a log bucket of its own region");
    expect([against("PutBucketLogging", there(null)), against("PutBucketLogging", there(REGION))]).toEqual([expect.any(String), null]);
    const accepts = (TargetBucket: string) => write("PutBucketLogging").input.safeParse({ Bucket, TargetBucket }).success;
    expect([accepts("acme-access-logs"), accepts(Bucket)]).toEqual([true, false]);
  });

  it("goes below the bucket's own name, and is turned off with an empty status", () => {
    expect(sent("PutBucketLogging")).toEqual([
      {
        command: "PutBucketLogging",
        Bucket,
        ExpectedBucketOwner: ACCOUNT,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "acme-access-logs", TargetPrefix: `${Bucket}/` } },
      },
    ]);
    expect(inverse("PutBucketLogging")).toEqual({ operation: "DisableBucketLogging", input: { Bucket } });
    expect(sent("DisableBucketLogging")).toEqual([{ command: "PutBucketLogging", Bucket, ExpectedBucketOwner: ACCOUNT, BucketLoggingStatus: {} }]);
    expect(inverse("DisableBucketLogging")).toEqual({ operation: "PutBucketLogging", input: { Bucket, TargetBucket: "acme-access-logs" } });
  });
});

describe("a new bucket", () => {
  const commands = (more: StepInput) => sent("CreateBucket", more).map(({ command }) => command);

  it("is protected in the step that makes it: its policy behind the block of public access, its log only where one is named", () => {
    const plain = ["CreateBucket", "PutPublicAccessBlock", "PutBucketPolicy", "PutBucketEncryption", "PutBucketVersioning"];
    expect(commands({ LogBucket: undefined })).toEqual([...plain, "PutBucketLifecycleConfiguration", "PutBucketTagging"]);
    expect(commands({})).toEqual([...plain, "PutBucketLifecycleConfiguration", "PutBucketLogging", "PutBucketTagging"]);
  });

  it("promises what it is given, the days too", () => {
    const days = (NoncurrentDays?: number) =>
      write("CreateBucket").promises({ ...sample("CreateBucket").input, NoncurrentDays }, {}).GetBucketLifecycleConfiguration?.[
        "Rules.NoncurrentVersionTransitions.NoncurrentDays"
      ];
    expect([days(), days(365)]).toEqual([[[30]], [[365]]]);
    const promises = (LogBucket?: string) => Object.keys(write("CreateBucket").promises({ ...sample("CreateBucket").input, LogBucket }, {}));
    expect(promises("acme-access-logs")).toContain("GetBucketLogging");
    expect(promises()).not.toContain("GetBucketLogging");
  });

  it("is logged to a bucket of its region only, and made anywhere without a log", () => {
    const there = { LogBucket: [{ Name: "acme-access-logs", BucketRegion: "us-east-1" }] };
    expect(against("CreateBucket")).toBeNull();
    expect(against("CreateBucket", there)).toContain("acme-access-logs, in us-east-1");
    expect(write("CreateBucket").precondition?.({ Bucket }, {}, context)).toBeNull();
  });

  it("goes again, empty as it is, where a later call of its making fails", () => {
    const { compensate = [] } = write("CreateBucket");
    expect(compensate.map(({ command, input, already }) => ({ command, already, ...input(sample("CreateBucket").input, context) }))).toEqual([
      { command: "DeleteBucket", already: ["NoSuchBucket"], Bucket, ExpectedBucketOwner: ACCOUNT },
    ]);
    expect(write("CreateBucket").permissions.map(({ action }) => action)).toContain("s3:DeleteBucket");
  });

  it("is deleted by its undo while all that it was given is shown as it was left", () => {
    const { before } = write("DeleteBucket");
    for (const read of write("CreateBucket").after ?? []) expect(before).toContainEqual({ ...read, context: true });
    expect(before.filter(({ context: only }) => !only).map(({ operation }) => operation)).toEqual(["ListBuckets"]);
  });

  it("is not logged to itself", () => {
    const accepts = (LogBucket: string) => write("CreateBucket").input.safeParse({ ...sample("CreateBucket").input, LogBucket }).success;
    expect([accepts("acme-access-logs"), accepts(Bucket)]).toEqual([true, false]);
  });
});
