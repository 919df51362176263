import { ALL_TAGS, type FlipsOf } from "./flip.ts";

const Bucket = "b-1";
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
export const flags = (value: boolean) => Object.fromEntries(FLAGS.map((flag) => [`PublicAccessBlockConfiguration.${flag}`, value]));

export const bucketFlips: FlipsOf = {
  service: "s3",
  entity: "bucket",
  flips: {
    "Block Public Access, all four flags": {
      gap: { GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration", ...flags(false) }] },
      operation: "PutPublicAccessBlock",
      input: { Bucket },
    },
    "Default encryption": {
      gap: { GetBucketEncryption: [{ Absent: "ServerSideEncryptionConfigurationNotFoundError" }] },
      operation: "PutBucketEncryption",
      input: { Bucket, SSEAlgorithm: "AES256" },
    },
    "No wildcard principal in the bucket policy": {
      gap: { GetBucketPolicy: [{ Absent: null, Policy: { Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }] } }] },
      operation: "CreateBucket",
      input: { Bucket, SSEAlgorithm: "AES256", Tags: ALL_TAGS },
    },
    "Governance tags": {
      gap: { GetBucketTagging: [{ Absent: "NoSuchTagSet", TagSet: null }] },
      operation: "PutBucketTagging",
      input: { Bucket, Tags: ALL_TAGS },
    },
    "HTTPS-only bucket policy": {
      gap: { GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }], GetPublicAccessBlock: [{ Absent: null, ...flags(true) }] },
      operation: "PutBucketPolicy",
      input: { Bucket },
    },
    "Lifecycle rules": {
      gap: { GetBucketLifecycleConfiguration: [{ Absent: "NoSuchLifecycleConfiguration", "Rules.ID": null }] },
      operation: "PutBucketLifecycleConfiguration",
      input: { Bucket, NoncurrentDays: 30 },
    },
    "Access logging to another bucket": {
      gap: { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": null }] },
      operation: "PutBucketLogging",
      input: { Bucket, TargetBucket: "acme-access-logs" },
    },
    Versioning: {
      gap: { GetBucketVersioning: [{ Status: null, MFADelete: null }] },
      operation: "PutBucketVersioning",
      input: { Bucket },
    },
  },
  manual: {
    "MFA Delete": "only the account's root user, with their device, may turn it on (Y-22)",
  },
};
