/** Writes that protect a bucket that exists: each only where nothing of its kind is there yet, so that nobody's own setting is replaced. */
import * as z from "zod";
import { ARN, Bucket, block, FLAGS, flagColumn, tier } from "./s3-parts.ts";
import {
  LOG_TARGET,
  lifecycle,
  listedLogBucket,
  logging,
  logsOnlyTo,
  logsTo,
  NoncurrentDays,
  otherRegion,
  policy,
  promisesLifecycle,
  promisesLogging,
  promisesPolicy,
  putsLifecycle,
  putsPolicy,
} from "./s3-protection-parts.ts";
import { firstRow } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type StepInput } from "./write.ts";

const shared = { entity: "bucket", arn: ARN, idempotency: { kind: "natural" }, seconds: 2 } as const;
const ofBucket = ({ Bucket }: StepInput, { account }: { readonly account: string }) => ({ Bucket, ExpectedBucketOwner: account });

/**
 * IAM has no condition on what a policy says, so S3 itself has to refuse a public one, whoever holds s3:PutBucketPolicy:
 * only a bucket that blocks public policies is given one.
 */
const blocked: BeforeRead = { ...block, context: true };
const ofPolicy = { ...shared, class: "sensitive", reversible: "yes" } as const;

const ofLifecycle = {
  ...shared,
  class: "non-destructive",
  permissions: [{ action: "s3:PutLifecycleConfiguration", resource: ARN }],
  before: [lifecycle, tier],
  reversible: "partly",
} as const;

const ofLogging = { ...shared, class: "sensitive", permissions: [{ action: "s3:PutBucketLogging", resource: ARN }], reversible: "yes" } as const;

export const s3ProtectionWrites = {
  PutBucketPolicy: defineWrite({
    ...ofPolicy,
    summary: "Denies plain HTTP: gives a bucket that has no policy, and blocks all public access, one that refuses whatever does not come over TLS.",
    permissions: [{ action: "s3:PutBucketPolicy", resource: ARN }],
    input: z.strictObject({ Bucket }),
    before: [policy, blocked, tier],
    precondition: ({ Bucket }, before) => {
      if (!firstRow(before, "GetBucketPolicy").Absent)
        return `${String(Bucket)} has a policy, which is not replaced: its owner adds a Deny on aws:SecureTransport false to it.`;
      const row = firstRow(before, "GetPublicAccessBlock");
      const isOn = FLAGS.every((flag) => row[flagColumn(flag)] === true);
      return isOn
        ? null
        : `${String(Bucket)} does not block all public access: turn that on first (PutPublicAccessBlock, in a request of its own), then ask again.`;
    },
    calls: [putsPolicy],
    promises: promisesPolicy,
    inverse: ({ Bucket }) => ({ operation: "DeleteBucketPolicy", input: { Bucket } }),
  }),
  DeleteBucketPolicy: defineWrite({
    ...ofPolicy,
    summary: "Takes the policy that denies plain HTTP away again, where there was none.",
    inverseOnly: true,
    permissions: [{ action: "s3:DeleteBucketPolicy", resource: ARN }],
    input: z.strictObject({ Bucket }),
    before: [policy, tier],
    calls: [{ command: "DeleteBucketPolicy", input: ofBucket }],
    promises: () => ({ GetBucketPolicy: { Absent: "NoSuchBucketPolicy" } }),
    inverse: ({ Bucket }) => ({ operation: "PutBucketPolicy", input: { Bucket } }),
  }),
  PutBucketLifecycleConfiguration: defineWrite({
    ...ofLifecycle,
    summary:
      "Gives a bucket without lifecycle rules one: unfinished uploads end after 7 days, noncurrent versions move to GLACIER after NoncurrentDays (30 or more). It deletes no object and no version.",
    input: z.strictObject({ Bucket, NoncurrentDays }),
    precondition: ({ Bucket }, before) =>
      firstRow(before, "GetBucketLifecycleConfiguration").Absent
        ? null
        : `${String(Bucket)} has lifecycle rules, which are not replaced: their owner changes them.`,
    calls: [putsLifecycle],
    promises: promisesLifecycle,
    inverse: ({ Bucket }) => ({ operation: "DeleteBucketLifecycle", input: { Bucket } }),
    notRestorable: ["noncurrent versions that moved to GLACIER stay there", "parts of unfinished uploads that ended are gone"],
  }),
  DeleteBucketLifecycle: defineWrite({
    ...ofLifecycle,
    summary: "Takes a bucket's lifecycle rule away again, where there was none.",
    inverseOnly: true,
    input: z.strictObject({ Bucket }),
    calls: [{ command: "DeleteBucketLifecycle", input: ofBucket }],
    promises: () => ({ GetBucketLifecycleConfiguration: { Absent: "NoSuchLifecycleConfiguration" } }),
    inverse: ({ Bucket }, before) => {
      const [days] = [firstRow(before, "GetBucketLifecycleConfiguration")["Rules.NoncurrentVersionTransitions.NoncurrentDays"]].flat(3);
      return typeof days === "number" ? { operation: "PutBucketLifecycleConfiguration", input: { Bucket, NoncurrentDays: days } } : null;
    },
    notRestorable: ["noncurrent versions that moved to GLACIER stay there"],
  }),
  PutBucketLogging: defineWrite({
    ...ofLogging,
    summary: "Turns a bucket's server access logging on, to another bucket of the settings' list (same account and region), below the bucket's own name.",
    input: z
      .strictObject({ Bucket, TargetBucket: Bucket })
      .refine(({ Bucket, TargetBucket }) => Bucket !== TargetBucket, "TargetBucket must be another bucket than the one that is logged"),
    ...logsOnlyTo("TargetBucket"),
    before: [logging, listedLogBucket("TargetBucket"), tier],
    precondition: ({ Bucket }, before, { region }) => {
      const now = firstRow(before, "GetBucketLogging")[LOG_TARGET];
      if (typeof now === "string") return `access to ${String(Bucket)} is logged to ${now} already, which is not replaced: its owner changes it.`;
      return otherRegion(firstRow(before, "ListBuckets"), Bucket, region);
    },
    calls: [logsTo("TargetBucket")],
    promises: (given) => promisesLogging(given, "TargetBucket"),
    inverse: ({ Bucket }) => ({ operation: "DisableBucketLogging", input: { Bucket } }),
  }),
  DisableBucketLogging: defineWrite({
    ...ofLogging,
    summary: "Turns a bucket's server access logging off again, where it was off.",
    inverseOnly: true,
    input: z.strictObject({ Bucket }),
    before: [logging, tier],
    calls: [{ command: "PutBucketLogging", input: (given, context) => ({ ...ofBucket(given, context), BucketLoggingStatus: {} }) }],
    promises: () => ({ GetBucketLogging: { [LOG_TARGET]: null } }),
    inverse: ({ Bucket }, before) => {
      const TargetBucket = firstRow(before, "GetBucketLogging")[LOG_TARGET];
      return typeof TargetBucket === "string" ? { operation: "PutBucketLogging", input: { Bucket, TargetBucket } } : null;
    },
  }),
} as const;
