/** N02 as far as the catalog's reads can tell. */
import type { BeforeRead } from "../catalog/write.ts";
import { type ChecksOf, gap, governanceTags, pass, rowOf } from "./check.ts";
import { deniesPlainHttp, publicPrincipals } from "./policies.ts";

const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"].map((flag) => `PublicAccessBlockConfiguration.${flag}`);
const ALGORITHM = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm";
const read = (operation: string, ...columns: readonly string[]): BeforeRead => ({ operation, by: { Bucket: "Bucket" }, match: { Bucket: "Bucket" }, columns });

export const s3Checks: ChecksOf = {
  service: "s3",
  entity: "bucket",
  key: "Bucket",
  reads: [
    read("GetPublicAccessBlock", "Absent", ...FLAGS),
    read("GetBucketEncryption", "Absent", ALGORITHM),
    read("GetBucketPolicy", "Absent", "Policy"),
    read("GetBucketTagging", "Absent", "TagSet"),
    read("GetBucketVersioning", "Status", "MFADelete"),
    read("GetBucketLifecycleConfiguration", "Absent", "Rules.ID"),
    read("GetBucketLogging", "LoggingEnabled.TargetBucket"),
  ],
  checks: [
    {
      item: "Block Public Access, all four flags",
      pillar: "Security",
      severity: { common: "critical" },
      ruleIds: ["N02", "K03", "H01"],
      exit: { kind: "step", operation: "PutPublicAccessBlock" },
      remediation: "Add a PutPublicAccessBlock step for the bucket.",
      judge: (state, context) =>
        rowOf(state, "GetPublicAccessBlock", context, Object.fromEntries(FLAGS.map((flag) => [flag, true])), (row) => {
          const off = FLAGS.filter((flag) => row[flag] !== true).map((flag) => flag.split(".").at(-1));
          return off.length === 0 ? pass("all four flags are on") : gap(`not on: ${off.join(", ")}`);
        }),
    },
    {
      item: "Default encryption",
      pillar: "Security",
      severity: { common: "high" },
      ruleIds: ["N02", "K01"],
      exit: { kind: "step", operation: "PutBucketEncryption" },
      remediation: "Add a PutBucketEncryption step for the bucket.",
      // New buckets are encrypted with SSE-S3 (Amazon S3 User Guide, "Default encryption", since 2023-01-05).
      judge: (state, context) =>
        rowOf(state, "GetBucketEncryption", context, { [ALGORITHM]: ["AES256"] }, (row) => {
          const algorithms = [row[ALGORITHM]].flat(2).filter((one) => typeof one === "string");
          return algorithms.length > 0 ? pass(`encrypted with ${algorithms.join(", ")}`) : gap("no default encryption is configured");
        }),
    },
    {
      item: "No wildcard principal in the bucket policy",
      pillar: "Security",
      severity: { common: "high" },
      ruleIds: ["N02", "H01", "M18"],
      exit: { kind: "anew", operation: "CreateBucket" },
      remediation: "The bucket policy's owner narrows its principals; Block Public Access makes the policy ineffective meanwhile.",
      judge: (state, context) =>
        rowOf(state, "GetBucketPolicy", context, { Policy: null }, (row) => {
          const open = publicPrincipals(row.Policy);
          return open.length === 0 ? pass(row.Policy ? "no statement allows everybody" : "there is no policy") : gap(`everybody is allowed ${open.join(", ")}`);
        }),
    },
    governanceTags("N02", "GetBucketTagging", "TagSet", "PutBucketTagging"),
    {
      item: "HTTPS-only bucket policy",
      pillar: "Security",
      severity: { development: "medium" },
      ruleIds: ["N02", "I14", "M17"],
      exit: { kind: "step", operation: "PutBucketPolicy" },
      remediation: "Add a PutBucketPolicy step; where the bucket has a policy, its owner adds a Deny on aws:SecureTransport false.",
      judge: (state, context) =>
        rowOf(state, "GetBucketPolicy", context, { Policy: null }, (row) =>
          deniesPlainHttp(row.Policy) ? pass("plain HTTP is denied") : gap("plain HTTP is not denied"),
        ),
    },
    {
      item: "Versioning",
      pillar: "Reliability",
      severity: { development: "medium", staging: "high" },
      ruleIds: ["N02", "K02"],
      exit: { kind: "step", operation: "PutBucketVersioning" },
      remediation: "Add a PutBucketVersioning step for the bucket.",
      judge: (state, context) =>
        rowOf(state, "GetBucketVersioning", context, { Status: null }, (row) =>
          row.Status === "Enabled" ? pass("enabled") : gap(row.Status === "Suspended" ? "suspended" : "never enabled"),
        ),
    },
    {
      item: "Lifecycle rules",
      pillar: "Cost Optimization",
      severity: { development: "low" },
      ruleIds: ["N02", "M41", "K14"],
      exit: { kind: "step", operation: "PutBucketLifecycleConfiguration" },
      remediation: "Add a PutBucketLifecycleConfiguration step for the bucket.",
      judge: (state, context) =>
        rowOf(state, "GetBucketLifecycleConfiguration", context, { Absent: "new" }, (row) =>
          row.Absent ? gap("there are no lifecycle rules") : pass("lifecycle rules are configured"),
        ),
    },
    {
      item: "Access logging to another bucket",
      pillar: "Security",
      severity: { staging: "high" },
      ruleIds: ["N02", "K13"],
      exit: { kind: "step", operation: "PutBucketLogging" },
      remediation: "Add a PutBucketLogging step for the bucket, or give the CreateBucket step a LogBucket; the settings list the buckets that may take logs.",
      judge: (state, context) =>
        rowOf(state, "GetBucketLogging", context, {}, (row) => {
          const target = row["LoggingEnabled.TargetBucket"];
          if (typeof target === "string") return pass(`logged to ${target}`);
          // A log of its own would log each delivery, and those deliveries in their turn.
          return context.takesLogs ? pass("it takes other buckets' access logs, and so has none of its own") : gap("access is not logged");
        }),
    },
    {
      item: "MFA Delete",
      pillar: "Security",
      severity: { production: "high" },
      ruleIds: ["N02", "K02", "Y-22"],
      exit: { kind: "manual" },
      remediation: "Only the account's root user can turn it on: a manual task, never automated (Y-22).",
      judge: (state, context) =>
        rowOf(state, "GetBucketVersioning", context, {}, (row) => (row.MFADelete === "Enabled" ? pass("enabled") : gap("not enabled"))),
    },
  ],
};
