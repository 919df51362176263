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
    Versioning: {
      gap: { GetBucketVersioning: [{ Status: null, MFADelete: null }] },
      operation: "PutBucketVersioning",
      input: { Bucket },
    },
  },
  manual: {
    "HTTPS-only bucket policy": "no write of the catalog puts a policy",
    "Lifecycle rules": "no write of the catalog adds rules",
    "Access logging to another bucket": "no write of the catalog turns it on",
    "MFA Delete": "only the account's root user, with their device, may turn it on (Y-22)",
  },
};
