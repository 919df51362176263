/** Writes of bucket configuration. Objects are content and never written or deleted. */
import * as z from "zod";
import { s3BucketWrites } from "./s3-bucket-writes.ts";
import { s3ConfigurationWrites } from "./s3-configuration-writes.ts";
import { ARN, allFlags, Bucket, block, FLAGS, flagColumn, tier } from "./s3-parts.ts";
import { s3ProtectionWrites } from "./s3-protection-writes.ts";
import { defineWrite, type State } from "./write.ts";

const blockBefore = (before: State) => before.GetPublicAccessBlock?.[0];

export const s3Writes = {
  ...s3BucketWrites,
  ...s3ConfigurationWrites,
  ...s3ProtectionWrites,
  PutPublicAccessBlock: defineWrite({
    summary: "Turns on all four Block Public Access flags of a bucket.",
    entity: "bucket",
    class: "sensitive",
    permissions: [{ action: "s3:PutBucketPublicAccessBlock", resource: ARN }],
    input: z.strictObject({ Bucket }),
    arn: ARN,
    before: [block, tier],
    calls: [
      {
        command: "PutPublicAccessBlock",
        input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account, PublicAccessBlockConfiguration: allFlags(() => true) }),
      },
    ],
    promises: () => ({ GetPublicAccessBlock: Object.fromEntries(FLAGS.map((flag) => [flagColumn(flag), true])) }),
    inverse: ({ Bucket }, before) => {
      const row = blockBefore(before);
      if (!row || row.Absent) return { operation: "DeletePublicAccessBlock", input: { Bucket } };
      return { operation: "RestorePublicAccessBlock", input: { Bucket, ...allFlags((flag) => row[flagColumn(flag)] === true) } };
    },
    reversible: "yes",
    idempotency: { kind: "natural" },
    seconds: 2,
  }),
  DeletePublicAccessBlock: defineWrite({
    summary: "Takes a bucket's Block Public Access configuration away again, where it had none.",
    entity: "bucket",
    class: "sensitive",
    inverseOnly: true,
    permissions: [{ action: "s3:PutBucketPublicAccessBlock", resource: ARN }],
    input: z.strictObject({ Bucket }),
    arn: ARN,
    before: [block, tier],
    calls: [{ command: "DeletePublicAccessBlock", input: ({ Bucket }, { account }) => ({ Bucket, ExpectedBucketOwner: account }) }],
    promises: () => ({ GetPublicAccessBlock: { Absent: "NoSuchPublicAccessBlockConfiguration" } }),
    inverse: ({ Bucket }) => ({ operation: "PutPublicAccessBlock", input: { Bucket } }),
    reversible: "yes",
    idempotency: { kind: "natural" },
    seconds: 2,
  }),
  RestorePublicAccessBlock: defineWrite({
    summary: "Sets a bucket's Block Public Access flags back to what they were.",
    entity: "bucket",
    class: "sensitive",
    inverseOnly: true,
    permissions: [{ action: "s3:PutBucketPublicAccessBlock", resource: ARN }],
    input: z.strictObject({ Bucket, ...(Object.fromEntries(FLAGS.map((flag) => [flag, z.boolean()])) as Record<(typeof FLAGS)[number], z.ZodBoolean>) }),
    arn: ARN,
    before: [block, tier],
    calls: [
      {
        command: "PutPublicAccessBlock",
        input: ({ Bucket, ...flags }, { account }) => ({ Bucket, ExpectedBucketOwner: account, PublicAccessBlockConfiguration: flags }),
      },
    ],
    promises: (given) => ({ GetPublicAccessBlock: Object.fromEntries(FLAGS.map((flag) => [flagColumn(flag), given[flag]])) }),
    inverse: ({ Bucket }) => ({ operation: "PutPublicAccessBlock", input: { Bucket } }),
    reversible: "yes",
    idempotency: { kind: "natural" },
    seconds: 2,
  }),
} as const;
