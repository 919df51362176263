/** Writes that make or delete a bucket. */
import * as z from "zod";
import { ARN, allFlags, BUCKET_KEY_COLUMN, Bucket, block, encryption, encryptionRules, flagColumn, SSE_COLUMN, Sse, tags, versioning } from "./s3-parts.ts";
import {
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
import { firstRow, Tags, tagList } from "./tag-parts.ts";
import { type BeforeRead, defineWrite } from "./write.ts";

/** In the account's own list: a name that somebody else has is refused by AWS. */
const listed: BeforeRead = { operation: "ListBuckets", by: { Prefix: "Bucket" }, match: { Name: "Bucket" }, columns: ["Name", "BucketRegion", "CreationDate"] };
/** All that a bucket is given when it is made. */
const settings = [block, policy, encryption, versioning, lifecycle, logging, tags] as const;
const onBucket = (action: string) => ({ action, resource: ARN }) as const;

export const s3BucketWrites = {
  CreateBucket: defineWrite({
    summary:
      "Makes a bucket with default encryption, all public access blocked, plain HTTP denied, versioning, tags and a lifecycle rule (noncurrent versions move to GLACIER after NoncurrentDays, 30 if not given). LogBucket, of the settings' list, same region, turns access logging on: production asks for it.",
    entity: "bucket",
    class: "sensitive",
    permissions: [
      onBucket("s3:CreateBucket"),
      onBucket("s3:PutBucketPublicAccessBlock"),
      onBucket("s3:PutEncryptionConfiguration"),
      onBucket("s3:PutBucketVersioning"),
      onBucket("s3:PutBucketTagging"),
      onBucket("s3:PutBucketPolicy"),
      onBucket("s3:PutLifecycleConfiguration"),
      { ...onBucket("s3:PutBucketLogging"), when: "LogBucket" },
      onBucket("s3:DeleteBucket"),
    ],
    input: z
      .strictObject({ Bucket, ...Sse, NoncurrentDays: NoncurrentDays.optional(), LogBucket: Bucket.optional(), Tags })
      .refine(({ Bucket, LogBucket }) => Bucket !== LogBucket, "LogBucket must be another bucket than the one that is made"),
    ...logsOnlyTo("LogBucket"),
    arn: ARN,
    // Since 2023 AWS also blocks all public access, as promised (S3 User Guide, "Default settings for new buckets").
    creates: { from: "CreateBucket", outputs: {}, defaults: { GetBucketEncryption: { [SSE_COLUMN]: ["AES256"], [BUCKET_KEY_COLUMN]: [false] } } },
    tagged: true,
    storesData: true,
    before: [listed, { ...listedLogBucket("LogBucket"), as: "LogBucket" }],
    after: settings,
    precondition: ({ Bucket, LogBucket }, before, { region }) => (LogBucket === undefined ? null : otherRegion(firstRow(before, "LogBucket"), Bucket, region)),
    calls: [
      {
        command: "CreateBucket",
        // us-east-1 is what no constraint means; AWS refuses it as one.
        input: ({ Bucket }, { region }) => ({ Bucket, ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }) }),
        already: ["BucketAlreadyOwnedByYou"],
        // There S3 answers 200 and resets the ACLs (S3 API reference, BucketAlreadyOwnedByYou).
        silent: ({ region }) => region === "us-east-1",
      },
      {
        command: "PutPublicAccessBlock",
        input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account, PublicAccessBlockConfiguration: allFlags(() => true) }),
      },
      // Behind the block: S3 then refuses a policy that would open the bucket.
      putsPolicy,
      {
        command: "PutBucketEncryption",
        input: (given, { account }) => ({ Bucket: given.Bucket, ExpectedBucketOwner: account, ServerSideEncryptionConfiguration: encryptionRules(given) }),
      },
      {
        command: "PutBucketVersioning",
        input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account, VersioningConfiguration: { Status: "Enabled" } }),
      },
      putsLifecycle,
      { ...logsTo("LogBucket"), when: ({ LogBucket }) => LogBucket !== undefined },
      {
        command: "PutBucketTagging",
        input: ({ Bucket, Tags }, { account }) => ({ Bucket, ExpectedBucketOwner: account, Tagging: { TagSet: tagList(Tags) } }),
      },
    ],
    compensate: [{ command: "DeleteBucket", input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account }), already: ["NoSuchBucket"] }],
    promises: ({ SSEAlgorithm, Tags, ...given }) => ({
      GetPublicAccessBlock: Object.fromEntries(Object.entries(allFlags(() => true)).map(([flag, on]) => [flagColumn(flag), on])),
      GetBucketEncryption: { [SSE_COLUMN]: [SSEAlgorithm] },
      GetBucketVersioning: { Status: "Enabled" },
      ...promisesPolicy(given),
      ...promisesLifecycle(given),
      ...(given.LogBucket === undefined ? {} : promisesLogging(given, "LogBucket")),
      GetBucketTagging: { TagSet: Tags },
    }),
    inverse: ({ Bucket }) => ({ operation: "DeleteBucket", input: { Bucket } }),
    reversible: "yes",
    idempotency: { kind: "name", field: "Bucket" },
    seconds: 8,
  }),
  DeleteBucket: defineWrite({
    summary: "Deletes an empty bucket; AWS refuses one that holds an object or a version.",
    entity: "bucket",
    class: "destructive",
    permissions: [onBucket("s3:DeleteBucket")],
    input: z.strictObject({ Bucket }),
    arn: ARN,
    // An undo deletes what it made only while all of that is as it was left (S05).
    before: [listed, ...settings.map((read) => ({ ...read, context: true as const }))],
    calls: [{ command: "DeleteBucket", input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account }), already: ["NoSuchBucket"] }],
    promises: () => ({ ListBuckets: null }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the bucket with its settings; its name may be taken by anybody"],
    idempotency: { kind: "natural" },
    seconds: 3,
  }),
} as const;
