/** What S3's writes share. */
import * as z from "zod";
import { BUCKET_NAME } from "./bucket-name.ts";
import type { BeforeRead, StepInput } from "./write.ts";

export const Bucket = z.string().regex(BUCKET_NAME);
export const ARN = "arn:aws:s3:::${Bucket}";

export const ofBucket = (operation: string, ...columns: string[]): BeforeRead => ({
  operation,
  by: { Bucket: "Bucket" },
  match: { Bucket: "Bucket" },
  columns,
});

export const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;
export const flagColumn = (flag: string) => `PublicAccessBlockConfiguration.${flag}`;
export const allFlags = (value: (flag: string) => unknown) => Object.fromEntries(FLAGS.map((flag) => [flag, value(flag)]));
export const block = ofBucket("GetPublicAccessBlock", "Absent", ...FLAGS.map(flagColumn));

const RULES = "ServerSideEncryptionConfiguration.Rules";
/** Columns of a bucket's rules are lists; there is one rule at most. */
export const SSE_COLUMN = `${RULES}.ApplyServerSideEncryptionByDefault.SSEAlgorithm`;
export const KEY_COLUMN = `${RULES}.ApplyServerSideEncryptionByDefault.KMSMasterKeyID`;
export const BUCKET_KEY_COLUMN = `${RULES}.BucketKeyEnabled`;
export const encryption = ofBucket("GetBucketEncryption", "Absent", SSE_COLUMN, KEY_COLUMN, BUCKET_KEY_COLUMN);
export const Sse = {
  /** AES256 is a key of S3; aws:kms without a key id means AWS's own key for S3. */
  SSEAlgorithm: z.enum(["AES256", "aws:kms"]),
  KMSMasterKeyID: z
    .string()
    .regex(/^arn:aws:kms:[a-z0-9-]{1,30}:\d{12}:key\/[0-9a-f-]{36}$/)
    .optional(),
};
export function encryptionRules({ SSEAlgorithm, KMSMasterKeyID, BucketKeyEnabled }: StepInput) {
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm, ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }) };
  return { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: BucketKeyEnabled ?? SSEAlgorithm === "aws:kms" }] };
}

export const versioning = ofBucket("GetBucketVersioning", "Status", "MFADelete");
export const tags = ofBucket("GetBucketTagging", "Absent", "TagSet");
/** No IAM condition knows a bucket's tags: its tier is read again with its state. */
export const tier: BeforeRead = { ...tags, context: true };
