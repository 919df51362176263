/** Buckets. */
import { valueAt, valuesAt } from "../cells.ts";
import type { Concept, Item } from "./concept.ts";
import { anyOf, either, having, lacking, not } from "./phrases.ts";

const onBucket = { theirs: "Bucket", ours: "Name" } as const;
const BLOCK = "PublicAccessBlockConfiguration";
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/** Not all four flags of Block Public Access are on: AWS documentation, "Blocking public access to your Amazon S3 storage". */
function unblocked(item: Item): boolean | undefined {
  const row = item.one("GetPublicAccessBlock");
  return row && (isAbsent(row) || FLAGS.some((flag) => valueAt(row, `${BLOCK}.${flag}`) !== true));
}

function publicPolicy(item: Item): boolean | undefined {
  const row = item.one("GetBucketPolicyStatus");
  return row && valueAt(row, "PolicyStatus.IsPublic") === true;
}

function isAbsent(row: Readonly<Record<string, unknown>>): boolean {
  return typeof row.Absent === "string";
}

const ENCRYPTION = "(?:default |server-side |at-rest )*encryption";
const ALGORITHM = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm";
const WORLD = "(?:the )?(?:whole )?(?:world|internet|everyone|anyone|public)";
const KMS = "(?:a )?kms(?: (?:keys?|encryption))?";

export const BUCKETS: Concept = {
  service: "s3",
  noun: "bucket",
  plural: "buckets",
  words: /\b(?:s3 )?buckets?\b/i,
  implied: /\bs3\b/i,
  base: "ListBuckets",
  key: "Name",
  region: "BucketRegion",
  created: "CreationDate",
  tags: { operation: "GetBucketTagging", column: "TagSet" },
  joins: {
    GetPublicAccessBlock: onBucket,
    GetBucketPolicyStatus: onBucket,
    GetBucketEncryption: onBucket,
    GetBucketVersioning: onBucket,
    GetBucketTagging: onBucket,
    GetBucketLogging: onBucket,
    GetBucketLifecycleConfiguration: onBucket,
    GetBucketPolicy: onBucket,
  },
  readers: [
    either({
      no: [
        having("(?:block )?public access blocks?|block public access"),
        "not (?:\\w+ )?(?:public(?:ly)?|exposed)\\b",
        "non-?public",
        "private",
        "public access (?:is )?blocked",
        `(?<!not )block(?:s|ing|ed)?(?: all)? public access`,
      ],
      yes: [
        lacking("public access blocks?|block public access"),
        "not (?:block|blocking)(?: all)? public access",
        "public(?:ly)?(?: (?:accessible|readable|exposed|open|access|reachable))?\\b",
        `(?:open|exposed|accessible|visible) to ${WORLD}`,
        "exposed\\b",
        "world-readable",
      ],
      label: "are public or can be made public",
      opposite: "block all public access",
      severity: "high",
      reads: ["GetPublicAccessBlock", "GetBucketPolicyStatus"],
      test: (item) => anyOf(unblocked(item), publicPolicy(item)),
    }),
    either({
      no: [`not (?:\\w+ )?encrypted (?:with|by|using) ${KMS}`, lacking(KMS)],
      yes: [`(?:encrypted |encryption )(?:with|by|using) ${KMS}`, having(KMS)],
      label: "are encrypted with a KMS key by default",
      opposite: "are not encrypted with a KMS key by default",
      oppositeSeverity: "low",
      reads: ["GetBucketEncryption"],
      test: (item) => {
        const row = item.one("GetBucketEncryption");
        return row && valuesAt(row, ALGORITHM).some((algorithm) => String(algorithm).startsWith("aws:kms"));
      },
    }),
    either({
      no: [lacking(ENCRYPTION), not("encrypted")],
      yes: [having(ENCRYPTION), "encrypted\\b"],
      label: "have default encryption",
      opposite: "have no default encryption",
      oppositeSeverity: "medium",
      reads: ["GetBucketEncryption"],
      test: (item) => {
        const row = item.one("GetBucketEncryption");
        return row && !isAbsent(row) && valuesAt(row, ALGORITHM).length > 0;
      },
    }),
    either({
      no: [lacking("(?:object )?(?:versioning|versions)"), not("versioned")],
      yes: [having("(?:object )?(?:versioning|versions)"), "versioned\\b"],
      label: "have versioning enabled",
      opposite: "have no versioning enabled",
      oppositeSeverity: "medium",
      reads: ["GetBucketVersioning"],
      test: (item) => {
        const row = item.one("GetBucketVersioning");
        return row && valueAt(row, "Status") === "Enabled";
      },
    }),
    either({
      no: [lacking("(?:server )?(?:access )?(?:logging|logs)"), not("logged"), "not logging"],
      yes: [having("(?:server )?(?:access )?(?:logging|logs)"), "logged\\b"],
      label: "have access logging",
      opposite: "have no access logging",
      oppositeSeverity: "low",
      reads: ["GetBucketLogging"],
      test: (item) => {
        const row = item.one("GetBucketLogging");
        return row && valuesAt(row, "LoggingEnabled.TargetBucket").length > 0;
      },
    }),
    either({
      no: [lacking("(?:object )?lifecycle(?: (?:rules?|polic(?:y|ies)|configurations?))?")],
      yes: [having("(?:object )?lifecycle(?: (?:rules?|polic(?:y|ies)|configurations?))?")],
      label: "have lifecycle rules",
      opposite: "have no lifecycle rules",
      oppositeSeverity: "low",
      reads: ["GetBucketLifecycleConfiguration"],
      test: (item) => {
        const row = item.one("GetBucketLifecycleConfiguration");
        return row && !isAbsent(row);
      },
    }),
    either({
      no: [lacking("(?:bucket |resource )?polic(?:y|ies)")],
      yes: [having("(?:bucket |resource )?polic(?:y|ies)")],
      label: "have a bucket policy",
      opposite: "have no bucket policy",
      reads: ["GetBucketPolicy"],
      test: (item) => {
        const row = item.one("GetBucketPolicy");
        return row && !isAbsent(row);
      },
    }),
  ],
};
