/** Orders that set or take away tags, on every kind of resource whose catalog can. */
import { textAt } from "../cells.ts";
import type { Concept, Item } from "../concepts/concept.ts";
import { INSTANCES } from "../concepts/ec2-instances.ts";
import { SUBNETS, VPCS } from "../concepts/ec2-network.ts";
import { SECURITY_GROUPS } from "../concepts/ec2-security-groups.ts";
import { VOLUMES } from "../concepts/ec2-storage.ts";
import { ROLES } from "../concepts/iam-roles.ts";
import { FUNCTIONS } from "../concepts/lambda.ts";
import { BUCKETS } from "../concepts/s3.ts";
import { tagsOf } from "../concepts/tags.ts";
import { type Draft, type OrderReader, unclear } from "./order.ts";
import { pairsIn, saidPairIn } from "./pairs.ts";
import { roleOf } from "./role.ts";

type Tags = Readonly<Record<string, string>>;
interface Tagged {
  readonly concept: Concept;
  /** @param has the tags it has. */
  readonly set: (item: Item, tags: Tags, has: Tags) => Pick<Draft, "operation" | "input">;
  readonly unset: (item: Item, keys: readonly string[], has: Tags) => Pick<Draft, "operation" | "input">;
}

const key = ({ fields }: Item, name: string) => textAt(fields, name) ?? "";
const ownTags = (tags: Tags) => Object.fromEntries(Object.entries(tags).filter(([name]) => !/^aws:/i.test(name)));
const without = (tags: Tags, keys: readonly string[]) => Object.fromEntries(Object.entries(ownTags(tags)).filter(([name]) => !keys.includes(name)));

const ec2 = (concept: Concept, ResourceType: string, field: string): Tagged => ({
  concept,
  set: (item, Tags) => ({ operation: "CreateTags", input: { ResourceType, ResourceId: key(item, field), Tags } }),
  unset: (item, TagKeys) => ({ operation: "DeleteTags", input: { ResourceType, ResourceId: key(item, field), TagKeys } }),
});

const TAGGED: readonly Tagged[] = [
  {
    concept: BUCKETS,
    // S3 knows only the whole set.
    set: (item, tags, has) => ({ operation: "PutBucketTagging", input: { Bucket: key(item, "Name"), Tags: { ...ownTags(has), ...tags } } }),
    unset: (item, keys, has) => ({ operation: "PutBucketTagging", input: { Bucket: key(item, "Name"), Tags: without(has, keys) } }),
  },
  ec2(INSTANCES, "instance", "InstanceId"),
  ec2(VOLUMES, "volume", "VolumeId"),
  ec2(SECURITY_GROUPS, "security-group", "GroupId"),
  ec2(VPCS, "vpc", "VpcId"),
  ec2(SUBNETS, "subnet", "SubnetId"),
  {
    concept: FUNCTIONS,
    set: (item, Tags) => ({ operation: "TagResource", input: { FunctionName: key(item, "FunctionName"), Tags } }),
    unset: (item, TagKeys) => ({ operation: "UntagResource", input: { FunctionName: key(item, "FunctionName"), TagKeys } }),
  },
  {
    concept: ROLES,
    set: (item, Tags) => ({ operation: "TagRole", input: { ...roleOf(item), Tags } }),
    unset: (item, TagKeys) => ({ operation: "UntagRole", input: { ...roleOf(item), TagKeys } }),
  },
];

const ID_KINDS: readonly (readonly [RegExp, Concept])[] = [
  [/\bi-[0-9a-f]{8,17}\b/, INSTANCES],
  [/\bvol-[0-9a-f]{8,17}\b/, VOLUMES],
  [/\bsg-[0-9a-f]{8,17}\b/, SECURITY_GROUPS],
  [/\bvpc-[0-9a-f]{8,17}\b/, VPCS],
  [/\bsubnet-[0-9a-f]{8,17}\b/, SUBNETS],
];

function kindIn(clause: string): Tagged | undefined {
  const byId = ID_KINDS.find(([pattern]) => pattern.test(clause))?.[1];
  return byId ? TAGGED.find(({ concept }) => concept === byId) : TAGGED.find(({ concept }) => concept.words.test(clause));
}

const SET = /\b(?:tag\b|(?:set|add|put|apply|change|give|update)(?=.*\btags?\b))/i;
const set: OrderReader = (clause) => {
  const words = SET.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const pairs = pairsIn(clause);
  const { tags, words: taken } = pairs.words.length > 0 ? pairs : saidPairIn(clause);
  const kind = kindIn(taken.reduce((rest, word) => rest.replace(word, " "), clause));
  if (Object.keys(tags).length === 0) return unclear("the tags to set, as Key=Value");
  if (!kind) return unclear("what to tag: buckets, instances, volumes, security groups, VPCs, subnets, functions or roles");
  const names = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  return {
    ...shared(kind, [words, ...taken], `tag with ${names.join(", ")}:`, "have these tags"),
    open: (item: Item) => {
      const has = tagsOf(kind.concept, item);
      return has && Object.entries(tags).some(([name, value]) => has[name] !== value);
    },
    drafts: (item: Item) => [placed(kind, item, kind.set(item, tags, tagsOf(kind.concept, item) ?? {}), `It lacks ${names.join(", ")}.`)],
  };
};

const UNSET =
  /\b(?:untag|(?:remove|delete|take away|drop)) (?:the |all )*(?:tags? )?["']?([A-Za-z][\w.:/-]*(?:(?:, | and )[A-Za-z][\w.:/-]*)*)["']?(?: tags?)? (?:from|of|on)\b/i;
const unset: OrderReader = (clause) => {
  if (!/\b(?:untag|tags?)\b/i.test(clause)) return undefined;
  const [words, list = ""] = UNSET.exec(clause) ?? [];
  if (words === undefined) return undefined;
  const keys = list.split(/, | and /).filter((name) => !/^(?:the|tags?)$/i.test(name));
  const kind = kindIn(clause.replace(words, " "));
  if (keys.length === 0) return unclear("the keys of the tags to take away");
  if (!kind) return unclear("what to take the tags from: buckets, instances, volumes, security groups, VPCs, subnets, functions or roles");
  return {
    ...shared(kind, [words], `take the tags ${keys.join(", ")} from`, "don't have these tags"),
    open: (item: Item) => {
      const has = tagsOf(kind.concept, item);
      return has && keys.some((name) => Object.hasOwn(has, name));
    },
    drafts: (item: Item) => [placed(kind, item, kind.unset(item, keys, tagsOf(kind.concept, item) ?? {}), `It has ${keys.join(", ")}.`)],
  };
};

function shared({ concept }: Tagged, words: readonly string[], label: string, settled: string) {
  const reads = concept.tags && concept.tags.operation !== concept.base ? [concept.tags.operation] : [];
  return { kind: "change", label, settled, words, concept, reads } as const;
}

function placed({ concept }: Tagged, item: Item, step: Pick<Draft, "operation" | "input">, reason: string): Draft {
  return { service: concept.service, region: concept.service === "iam" ? "global" : item.region, ...step, reason };
}

export const TAG_ORDERS = { set, unset } as const;
