/** Writes of a bucket's encryption, versioning and tags, and what sets them back. */
import * as z from "zod";
import { ARN, BUCKET_KEY_COLUMN, Bucket, encryption, encryptionRules, KEY_COLUMN, SSE_COLUMN, Sse, tags, tier, versioning } from "./s3-parts.ts";
import { firstRow, tagList } from "./tag-parts.ts";
import { defineWrite, type State, type StepInput, type WriteDefinition } from "./write.ts";

const shared = { entity: "bucket", input: z.strictObject({ Bucket }), arn: ARN, idempotency: { kind: "natural" }, seconds: 2 } as const;
const owned =
  (more: (given: StepInput) => object) =>
  (given: StepInput, { account }: { readonly account: string }) => ({
    Bucket: given.Bucket,
    ExpectedBucketOwner: account,
    ...more(given),
  });
const nothing = owned(() => ({}));

const encrypts = {
  ...shared,
  class: "sensitive",
  permissions: [{ action: "s3:PutEncryptionConfiguration", resource: ARN }],
  before: [encryption, tier],
} as const;
const putsEncryption = {
  command: "PutBucketEncryption",
  input: owned((given) => ({ ServerSideEncryptionConfiguration: encryptionRules(given) })),
} as const;
const promisesEncryption = ({ SSEAlgorithm, KMSMasterKeyID }: StepInput) => ({
  GetBucketEncryption: { [SSE_COLUMN]: [SSEAlgorithm], ...(KMSMasterKeyID === undefined ? {} : { [KEY_COLUMN]: [KMSMasterKeyID] }) },
});
function encryptionBefore({ Bucket }: StepInput, before: State): ReturnType<WriteDefinition["inverse"]> {
  const row = firstRow(before, "GetBucketEncryption");
  const only = (column: string) => (Array.isArray(row[column]) ? (row[column][0] ?? undefined) : undefined);
  if (only(SSE_COLUMN) === undefined) return { operation: "DeleteBucketEncryption", input: { Bucket } };
  const given = { SSEAlgorithm: only(SSE_COLUMN), KMSMasterKeyID: only(KEY_COLUMN), BucketKeyEnabled: only(BUCKET_KEY_COLUMN) };
  return { operation: "RestoreBucketEncryption", input: { Bucket, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) } };
}

const versions = {
  ...shared,
  class: "non-destructive",
  permissions: [{ action: "s3:PutBucketVersioning", resource: ARN }],
  before: [versioning, tier],
  reversible: "partly",
} as const;
const putsVersioning = (Status: "Enabled" | "Suspended") =>
  ({ command: "PutBucketVersioning", input: owned(() => ({ VersioningConfiguration: { Status } })) }) as const;
const statusBefore = (before: State) => firstRow(before, "GetBucketVersioning").Status;

/** S3 replaces the whole set: its own tags (aws:) have to be in it as they were. */
const WholeTags = z
  .record(z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u), z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u))
  .refine((set) => Object.keys(set).length >= 1 && Object.keys(set).length <= 50, "1 to 50 tags");
const tagging = {
  ...shared,
  class: "non-destructive",
  permissions: [{ action: "s3:PutBucketTagging", resource: ARN }],
  before: [tags],
  reversible: "yes",
} as const;
const tagsBefore = (before: State) => (firstRow(before, "GetBucketTagging").TagSet ?? {}) as Readonly<Record<string, string>>;
const isEmpty = (set: object) => Object.keys(set).length === 0;

export const s3ConfigurationWrites = {
  PutBucketEncryption: defineWrite({
    ...encrypts,
    summary: "Sets a bucket's default encryption: an S3 key (AES256) or a KMS key. Objects there already stay as they are.",
    input: z.strictObject({ Bucket, ...Sse }),
    calls: [putsEncryption],
    promises: promisesEncryption,
    inverse: encryptionBefore,
    reversible: "partly",
    notRestorable: ["objects written meanwhile keep the key they were written with"],
  }),
  RestoreBucketEncryption: defineWrite({
    ...encrypts,
    summary: "Sets a bucket's default encryption back to what it was.",
    inverseOnly: true,
    input: z.strictObject({
      Bucket,
      SSEAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
      KMSMasterKeyID: z.string().min(1).max(2048).optional(),
      BucketKeyEnabled: z.boolean().optional(),
    }),
    calls: [putsEncryption],
    promises: promisesEncryption,
    inverse: encryptionBefore,
    reversible: "partly",
    notRestorable: ["objects written meanwhile keep the key they were written with"],
  }),
  DeleteBucketEncryption: defineWrite({
    ...encrypts,
    summary: "Takes a bucket's own default encryption away again, where it had none; S3 then encrypts with its own key.",
    inverseOnly: true,
    calls: [{ command: "DeleteBucketEncryption", input: nothing }],
    promises: () => ({}),
    done: (_, after) => {
      const row = firstRow(after, "GetBucketEncryption");
      const algorithms = row[SSE_COLUMN];
      // Since 2023 S3 answers with its own key for a bucket that has none (S3 User Guide, "default encryption").
      return Boolean(row.Absent) || (Array.isArray(algorithms) && algorithms[0] === "AES256");
    },
    inverse: encryptionBefore,
    reversible: "partly",
    notRestorable: ["objects written meanwhile keep the key they were written with"],
  }),
  PutBucketVersioning: defineWrite({
    ...versions,
    summary: "Turns a bucket's versioning on. Every overwritten or deleted object is then kept, and paid for.",
    calls: [putsVersioning("Enabled")],
    promises: () => ({ GetBucketVersioning: { Status: "Enabled" } }),
    inverse: ({ Bucket }, before) => (statusBefore(before) === "Enabled" ? null : { operation: "SuspendBucketVersioning", input: { Bucket } }),
    notRestorable: ["a bucket that never had versioning ends Suspended: AWS never unsets it", "versions written meanwhile stay"],
  }),
  SuspendBucketVersioning: defineWrite({
    ...versions,
    summary: "Suspends a bucket's versioning again, where it was not on.",
    inverseOnly: true,
    calls: [putsVersioning("Suspended")],
    promises: () => ({ GetBucketVersioning: { Status: "Suspended" } }),
    inverse: ({ Bucket }, before) => (statusBefore(before) === "Enabled" ? { operation: "PutBucketVersioning", input: { Bucket } } : null),
    notRestorable: ["objects overwritten meanwhile have no earlier version"],
  }),
  PutBucketTagging: defineWrite({
    ...tagging,
    summary: "Sets a bucket's tags. Tags is the whole resulting set: what is not in it is gone, so it repeats the tags that stay.",
    input: z.strictObject({ Bucket, Tags: WholeTags }),
    calls: [{ command: "PutBucketTagging", input: owned(({ Tags }) => ({ Tagging: { TagSet: tagList(Tags) } })) }],
    promises: ({ Tags }, before) => {
      const gone = Object.keys(tagsBefore(before)).map((key) => [key, null]);
      return { GetBucketTagging: { TagSet: { ...Object.fromEntries(gone), ...(Tags as object) } } };
    },
    inverse: ({ Bucket }, before) => {
      const was = tagsBefore(before);
      return isEmpty(was) ? { operation: "DeleteBucketTagging", input: { Bucket } } : { operation: "PutBucketTagging", input: { Bucket, Tags: was } };
    },
  }),
  DeleteBucketTagging: defineWrite({
    ...tagging,
    summary: "Takes all tags of a bucket away again, where it had none.",
    inverseOnly: true,
    calls: [{ command: "DeleteBucketTagging", input: nothing }],
    promises: () => ({}),
    done: (_, after) => isEmpty(tagsBefore(after)),
    inverse: ({ Bucket }, before) => {
      const was = tagsBefore(before);
      return isEmpty(was) ? null : { operation: "PutBucketTagging", input: { Bucket, Tags: was } };
    },
  }),
} as const;
