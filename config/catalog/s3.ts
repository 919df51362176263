import * as z from "zod";
import { BUCKET_NAME } from "./bucket-name.ts";
import { defineService, MOST_ITEMS, TAGS } from "./define.ts";
import { s3Writes } from "./s3-writes.ts";

const bucket = z.strictObject({ Bucket: z.string().regex(BUCKET_NAME).optional() });
const owner = "ExpectedBucketOwner" as const;
const everyBucket = { list: "ListBuckets", bind: { Bucket: "Name" } } as const;
const BUCKET = "arn:aws:s3:::*" as const;
const bucketArn = "arn:aws:s3:::${Bucket}";

/** Reads of bucket configuration. Objects are content and are never read (Y-15). */
export const s3 = defineService({
  service: "s3",
  scope: "global",
  regionField: "BucketRegion",
  about: "buckets: where they are, encryption, public access, versioning, policies, tags, lifecycle, access logging",
  writes: s3Writes,
  reads: {
    ListBuckets: {
      summary: "All buckets of an account with their region and creation date.",
      entity: "bucket",
      permissions: [{ action: "s3:ListAllMyBuckets", resource: "*", why: "s3:ListAllMyBuckets has no resource-level permission" }],
      input: z.strictObject({
        Prefix: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)
          .optional(),
      }),
      paginate: { request: "ContinuationToken", response: "ContinuationToken", limit: { field: "MaxBuckets", value: 1000 }, maxItems: MOST_ITEMS },
      items: "Buckets[]",
      project: { Name: true, BucketRegion: true, CreationDate: true },
      arn: "arn:aws:s3:::${Name}",
    },
    GetBucketLocation: {
      summary: "The region a bucket is in, as a location constraint; null means us-east-1, EU means eu-west-1. ListBuckets has it as BucketRegion already.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketLocation", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { LocationConstraint: true },
      arn: bucketArn,
    },
    GetBucketEncryption: {
      summary: "A bucket's default encryption: AES256 is an S3 key, aws:kms a KMS key. Absent: no default encryption is configured.",
      entity: "bucket",
      permissions: [{ action: "s3:GetEncryptionConfiguration", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: {
        ServerSideEncryptionConfiguration: {
          Rules: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: true, KMSMasterKeyID: true }, BucketKeyEnabled: true },
        },
      },
      arn: bucketArn,
      absent: ["ServerSideEncryptionConfigurationNotFoundError"],
    },
    GetPublicAccessBlock: {
      summary: "A bucket's Block Public Access flags; a bucket without all four true can be made public. Absent: none are set.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketPublicAccessBlock", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true } },
      arn: bucketArn,
      absent: ["NoSuchPublicAccessBlockConfiguration"],
    },
    GetBucketVersioning: {
      summary: "Whether a bucket keeps object versions: Status Enabled or Suspended, null if it never did.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketVersioning", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { Status: true, MFADelete: true },
      arn: bucketArn,
    },
    GetBucketPolicy: {
      summary: "A bucket's resource policy document. Absent: it has none.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketPolicy", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { Policy: "json" },
      arn: bucketArn,
      absent: ["NoSuchBucketPolicy"],
    },
    GetBucketPolicyStatus: {
      summary: "Whether a bucket's policy makes it public (IsPublic). Absent: it has no policy, so no policy makes it public.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketPolicyStatus", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { PolicyStatus: { IsPublic: true } },
      arn: bucketArn,
      absent: ["NoSuchBucketPolicy"],
    },
    GetBucketTagging: {
      summary: "A bucket's tags. Absent: it has none.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketTagging", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { TagSet: TAGS },
      arn: bucketArn,
      absent: ["NoSuchTagSet"],
    },
    GetBucketLifecycleConfiguration: {
      summary: "A bucket's lifecycle rules: when objects move to cheaper storage, expire, or unfinished uploads end. Absent: it has none.",
      entity: "bucket",
      permissions: [{ action: "s3:GetLifecycleConfiguration", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: {
        Rules: {
          ID: true,
          Status: true,
          Filter: { Prefix: true },
          Expiration: { Days: true, Date: true },
          Transitions: { Days: true, StorageClass: true },
          NoncurrentVersionTransitions: { NoncurrentDays: true, StorageClass: true },
          NoncurrentVersionExpiration: { NoncurrentDays: true },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: true },
        },
      },
      arn: bucketArn,
      absent: ["NoSuchLifecycleConfiguration"],
    },
    GetBucketLogging: {
      summary: "Where a bucket's server access logs go; TargetBucket null means that access logging is off.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketLogging", resource: BUCKET }],
      input: bucket,
      owner,
      each: everyBucket,
      project: { LoggingEnabled: { TargetBucket: true, TargetPrefix: true } },
      arn: bucketArn,
    },
  },
});
