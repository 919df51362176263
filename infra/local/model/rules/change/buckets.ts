/** Orders about buckets. */
import { valueAt, valuesAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { BUCKETS } from "../concepts/s3.ts";
import { BUCKET, bucketDraft as draft, logBucketIn, ON, PROTECTION_ORDERS } from "./bucket-protection.ts";
import { type OrderReader, ordered } from "./order.ts";
import { pairsIn } from "./pairs.ts";

const BLOCK = "PublicAccessBlockConfiguration";
const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
const ALGORITHM = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm";

const missingFlags = (item: Item): string[] | undefined => {
  const row = item.one("GetPublicAccessBlock");
  return row && FLAGS.filter((flag) => valueAt(row, `${BLOCK}.${flag}`) !== true);
};

const BLOCKING = new RegExp(
  `\\b(?:block(?:ing)?(?: all| any| the)? public access(?: (?:to|on|for|of|from))?|${ON} (?:the |a )?(?:s3 )?(?:block[- ]public[- ]access|public[- ]access[- ]blocks?)(?: (?:settings?|flags?))?(?: (?:to|on|for|of))?)`,
  "i",
);
/** "make the bucket X private"; "make a private bucket" makes one. */
const PRIVATE = /\b(make) (?!an? ).*\b(private)\b/i;

const block: OrderReader = (clause) => {
  const words = BLOCKING.exec(clause)?.slice(0, 1) ?? PRIVATE.exec(clause)?.slice(1);
  if (!words) return undefined;
  return {
    kind: "change",
    label: "turn on Block Public Access for",
    settled: "block all public access",
    words,
    concept: BUCKETS,
    reads: ["GetPublicAccessBlock"],
    open: (item) => {
      const missing = missingFlags(item);
      return missing && missing.length > 0;
    },
    drafts: (item) => {
      const missing = missingFlags(item) ?? [];
      const lacks = missing.length === FLAGS.length ? "It has no Block Public Access." : `It lacks ${missing.join(", ")}.`;
      return [draft(item, "PutPublicAccessBlock", lacks)];
    },
  };
};

const versioning = ordered(new RegExp(`\\b${ON} (?:object |bucket )?versioning(?: (?:to|on|for|of))?`, "i"), () => ({
  label: "turn on versioning for",
  settled: "have versioning enabled",
  concept: BUCKETS,
  reads: ["GetBucketVersioning"],
  open: (item) => {
    const row = item.one("GetBucketVersioning");
    return row && valueAt(row, "Status") !== "Enabled";
  },
  drafts: (item) => [draft(item, "PutBucketVersioning", "Its versioning is not enabled.")],
}));

/** "with KMS" asks for AWS's own key of S3: a key of the account has to be named by its ARN. */
const encryption: OrderReader = (clause) => {
  const words = new RegExp(`\\b(?:${ON} (?:default |server-side |kms )*encryption(?: (?:to|on|for|of))?|encrypt(?=.*\\bbuckets?\\b))`, "i").exec(clause)?.[0];
  if (words === undefined) return undefined;
  const key = /\barn:aws:kms:[\w:/-]+/.exec(clause)?.[0];
  const kms = /(?:\b(?:with|using|by) )?(?:an? |the )?(?:aws )?kms(?: keys?| encryption)?\b/i.exec(clause)?.[0];
  const SSEAlgorithm = key !== undefined || kms !== undefined ? "aws:kms" : "AES256";
  return {
    kind: "change",
    label: `set default encryption (${SSEAlgorithm}) for`,
    settled: "have that default encryption",
    words: [words, ...(key === undefined ? [] : [key]), ...(kms === undefined ? [] : [kms])],
    concept: BUCKETS,
    reads: ["GetBucketEncryption"],
    open: (item) => {
      const row = item.one("GetBucketEncryption");
      const found = row && valuesAt(row, ALGORITHM).map(String);
      return found && (SSEAlgorithm === "AES256" ? found.length === 0 : !found.some((algorithm) => algorithm.startsWith("aws:kms")));
    },
    drafts: (item) => [
      draft(item, "PutBucketEncryption", `Its default encryption is not ${SSEAlgorithm}.`, {
        SSEAlgorithm,
        ...(key === undefined ? {} : { KMSMasterKeyID: key }),
      }),
    ],
  };
};

const NAMED_BUCKET = new RegExp(`\\b(?:create|make|set up|add) (?:an? |the |new )*(?:s3 )?buckets?(?: (?:named|called|with (?:the )?name))? ${BUCKET}`, "i");

/** Environment and Name are what the registry and the request say; nothing else is made up. */
const create: OrderReader = (clause) => {
  if (!/\b(?:create|make|set up|add) (?:an? |the |new )*(?:s3 )?buckets?\b/i.test(clause)) return undefined;
  const [words, Bucket] = NAMED_BUCKET.exec(clause) ?? [];
  if (words === undefined || Bucket === undefined || /^(?:in|with|for|on|named|called|and)$/i.test(Bucket))
    return { kind: "unclear", ask: "the name of the bucket to create" };
  const { tags, words: pairs } = pairsIn(clause);
  const log = logBucketIn(clause);
  return {
    kind: "making",
    label: `create the bucket ${Bucket}`,
    words: [words, ...pairs, ...(log ? [log.words] : [])],
    beside: null,
    drafts: ({ target, region }) => [
      {
        service: "s3",
        region,
        operation: "CreateBucket",
        input: {
          Bucket,
          SSEAlgorithm: "AES256",
          ...(log ? { LogBucket: log.LogBucket } : {}),
          Tags: { Name: Bucket, Environment: target.environment, ...tags },
        },
        reason: "The request names it.",
      },
    ],
  };
};

const remove = ordered(/\b(?:delete|remove|drop)(?=.*\bbuckets?\b)/i, () => ({
  label: "delete",
  settled: "are gone",
  concept: BUCKETS,
  reads: [],
  wary: true,
  open: () => true,
  drafts: (item) => [draft(item, "DeleteBucket", "The request names it; AWS deletes it only if it is empty.")],
}));

export const BUCKET_ORDERS: readonly OrderReader[] = [...PROTECTION_ORDERS, block, create, versioning, encryption, remove];
