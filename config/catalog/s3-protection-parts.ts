/** What a bucket is given beside encryption, versioning and tags: a policy against plain HTTP, a lifecycle rule, an access log. Each is fixed but for a name or a number. */
import * as z from "zod";
import { ofBucket } from "./s3-parts.ts";
import type { BeforeRead, StepInput } from "./write.ts";

export const policy = ofBucket("GetBucketPolicy", "Absent", "Policy");

/** I14, M17. It denies and allows nothing, so it opens a bucket to nobody. */
export function denyingPlainHttp(bucket: unknown) {
  const arn = `arn:aws:s3:::${String(bucket)}`;
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: "CoworkerDenyPlainHttp", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`], Condition }],
  };
}
export const putsPolicy = {
  command: "PutBucketPolicy",
  input: ({ Bucket }: StepInput, { account }: { readonly account: string }) => ({
    Bucket,
    ExpectedBucketOwner: account,
    Policy: JSON.stringify(denyingPlainHttp(Bucket)),
  }),
} as const;
export const promisesPolicy = ({ Bucket }: StepInput) => ({ GetBucketPolicy: { Policy: denyingPlainHttp(Bucket) } });

/** K14. A month at least in which a version that was overwritten by mistake is at hand. */
export const NoncurrentDays = z.number().int().min(30).max(3650);
export const NONCURRENT_DAYS = 30;
const UPLOAD_DAYS = 7;
const rules = (column: string) => `Rules.${column}`;
/** Columns of what S3 does with objects beside what the rule says: a rule of ours has none of them. */
const ELSE = ["Expiration.Days", "Expiration.Date", "Transitions.Days", "Transitions.StorageClass", "NoncurrentVersionExpiration.NoncurrentDays"].map(rules);
/** Columns of rules are lists, and those of a rule's lists are lists of lists. */
export const lifecycle = ofBucket(
  "GetBucketLifecycleConfiguration",
  "Absent",
  ...["ID", "Status", "Filter.Prefix", "NoncurrentVersionTransitions.NoncurrentDays", "NoncurrentVersionTransitions.StorageClass"].map(rules),
  rules("AbortIncompleteMultipartUpload.DaysAfterInitiation"),
  ...ELSE,
);
const RULE = { ID: "coworker-managed", Status: "Enabled", Filter: { Prefix: "" } } as const;
const daysOf = ({ NoncurrentDays }: StepInput) => NoncurrentDays ?? NONCURRENT_DAYS;
/** Nothing in it expires: no object and no version is ever deleted by it. */
export function lifecycleRule(given: StepInput) {
  return {
    ...RULE,
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: UPLOAD_DAYS },
    NoncurrentVersionTransitions: [{ NoncurrentDays: daysOf(given), StorageClass: "GLACIER" }],
  };
}
export const putsLifecycle = {
  command: "PutBucketLifecycleConfiguration",
  input: (given: StepInput, { account }: { readonly account: string }) => ({
    Bucket: given.Bucket,
    ExpectedBucketOwner: account,
    LifecycleConfiguration: { Rules: [lifecycleRule(given)] },
  }),
} as const;
export const promisesLifecycle = (given: StepInput) => ({
  GetBucketLifecycleConfiguration: {
    [rules("ID")]: [RULE.ID],
    [rules("Status")]: [RULE.Status],
    [rules("Filter.Prefix")]: [RULE.Filter.Prefix],
    [rules("AbortIncompleteMultipartUpload.DaysAfterInitiation")]: [UPLOAD_DAYS],
    [rules("NoncurrentVersionTransitions.NoncurrentDays")]: [[daysOf(given)]],
    [rules("NoncurrentVersionTransitions.StorageClass")]: [["GLACIER"]],
    ...Object.fromEntries(ELSE.map((column) => [column, null])),
  },
});

export const LOG_TARGET = "LoggingEnabled.TargetBucket";
const LOG_PREFIX = "LoggingEnabled.TargetPrefix";
export const logging = ofBucket("GetBucketLogging", LOG_TARGET, LOG_PREFIX);
/** @param target the input field that names the log bucket. */
export const logsTo = (target: string) =>
  ({
    command: "PutBucketLogging",
    input: (given: StepInput, { account }: { readonly account: string }) => ({
      Bucket: given.Bucket,
      ExpectedBucketOwner: account,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: given[target], TargetPrefix: logPrefix(given) } },
    }),
  }) as const;
export const logPrefix = ({ Bucket }: StepInput) => `${String(Bucket)}/`;
export const promisesLogging = (given: StepInput, target: string) => ({ GetBucketLogging: { [LOG_TARGET]: given[target], [LOG_PREFIX]: logPrefix(given) } });

/**
 * K13: where access logs go is the settings' to say (changes.s3.logBuckets), since S3 has no condition on it; what takes
 * them is itself logged nowhere, or each delivery would be logged in its turn.
 * @param field the input field that names the log bucket.
 */
export const logsOnlyTo = (field: string) => ({ limited: { [field]: "logBuckets" }, apart: { Bucket: field } }) as const;
/** In the account's own list: S3 delivers to no other account, and to no other region. */
export const listedLogBucket = (field: string): BeforeRead => ({
  operation: "ListBuckets",
  by: { Prefix: field },
  match: { Name: field },
  columns: ["Name", "BucketRegion"],
  context: true,
});
/** @param where the region of the bucket that is logged. */
export function otherRegion({ Name, BucketRegion }: Readonly<Record<string, unknown>>, bucket: unknown, where: string): string | null {
  if (BucketRegion === where) return null;
  return `access to ${String(bucket)}, in ${where}, can't be logged to ${String(Name)}, in ${String(BucketRegion)}: name a log bucket of its own region.`;
}
