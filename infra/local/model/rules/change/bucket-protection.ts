/** Orders that protect buckets: plain HTTP, lifecycle rules, access logs. */
import { deniesPlainHttp } from "../../../../../config/checks/policies.ts";
import { valueAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { BUCKETS } from "../concepts/s3.ts";
import { type Draft, type OrderReader, ordered, unclear } from "./order.ts";

export const ON = "(?:enable|turn on|switch on|activate|set up|set|add|apply|put|configure)";
export const BUCKET = `["']?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])["']?`;

export const bucketDraft = (item: Item, operation: string, reason: string, more: object = {}): Draft => ({
  service: "s3",
  region: item.region,
  operation,
  input: { Bucket: valueAt(item.fields, "Name"), ...more },
  reason,
});

const REFUSING = "(?:deny|refuse|reject|forbid|disallow|block) (?:all |any )?(?:plain|unencrypted|insecure|non-?(?:tls|ssl|https))[ -]?(?:https?)?";
const REQUIRING = "(?:allow|accept|require|enforce|permit) (?:only )?(?:tls|https|ssl)(?: only)?";
const POLICY = new RegExp(
  `\\b(?:${REFUSING}|${REQUIRING}|${ON} (?:an? |the )?(?:tls|https|ssl)[ -]only(?: (?:bucket )?polic(?:y|ies))?)(?: (?:requests?|access|traffic|connections?))?(?: (?:to|on|for|of))?`,
  "i",
);
const policy = ordered(POLICY, () => ({
  label: "deny plain HTTP on",
  settled: "deny plain HTTP",
  concept: BUCKETS,
  reads: ["GetBucketPolicy"],
  open: (item) => {
    const row = item.one("GetBucketPolicy");
    return row && !deniesPlainHttp(valueAt(row, "Policy"));
  },
  drafts: (item) => [bucketDraft(item, "PutBucketPolicy", "Its policy does not deny plain HTTP.")],
}));

const RULES = new RegExp(`\\b${ON} (?:an? |the |some )?(?:s3 )?lifecycle(?: (?:rules?|polic(?:y|ies)|configurations?))?(?: (?:to|on|for|of))?`, "i");
const lifecycle: OrderReader = (clause) => {
  const words = RULES.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const [after, days] = /\bafter (\d{1,4}) days?\b/i.exec(clause) ?? [];
  return {
    kind: "change",
    label: "add a lifecycle rule to",
    settled: "have lifecycle rules",
    words: [words, ...(after === undefined ? [] : [after])],
    concept: BUCKETS,
    reads: ["GetBucketLifecycleConfiguration"],
    open: (item) => {
      const row = item.one("GetBucketLifecycleConfiguration");
      return row && Boolean(valueAt(row, "Absent"));
    },
    drafts: (item) => [bucketDraft(item, "PutBucketLifecycleConfiguration", "It has no lifecycle rules.", { NoncurrentDays: Number(days ?? 30) })],
  };
};

const LOGGING = new RegExp(`\\b${ON} (?:the )?(?:server )?access[- ]log(?:s|ging)?(?: (?:on|for|of))?`, "i");
const TARGET = new RegExp(`\\b(?:in)?to (?:the )?(?:log )?(?:bucket )?${BUCKET}(?=\\s*$|[,;])`, "i");
const logging: OrderReader = (clause) => {
  const words = LOGGING.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const [to, TargetBucket] = TARGET.exec(clause) ?? [];
  if (to === undefined || TargetBucket === undefined) return unclear("the bucket that takes the access logs");
  return {
    kind: "change",
    label: `turn on access logging to ${TargetBucket} for`,
    settled: "have their access logged",
    words: [words, to],
    concept: BUCKETS,
    reads: ["GetBucketLogging"],
    open: (item) => {
      const row = item.one("GetBucketLogging");
      return row && typeof valueAt(row, "LoggingEnabled.TargetBucket") !== "string" && valueAt(item.fields, "Name") !== TargetBucket;
    },
    drafts: (item) => [bucketDraft(item, "PutBucketLogging", "Access to it is not logged.", { TargetBucket })],
  };
};

const LOGGED = new RegExp(`\\b(?:and |with |, )?(?:(?:its |server )?access[- ]?log(?:s|ging|ged)?|logged) (?:in)?to (?:the )?(?:bucket )?${BUCKET}`, "i");
/** "with access logs to X", of a bucket that is made. */
export function logBucketIn(clause: string): { readonly words: string; readonly LogBucket: string } | undefined {
  const [words, LogBucket] = LOGGED.exec(clause) ?? [];
  return words === undefined || LogBucket === undefined ? undefined : { words, LogBucket };
}

/** Before the block of public access: "block plain HTTP access". */
export const PROTECTION_ORDERS: readonly OrderReader[] = [policy, lifecycle, logging];
