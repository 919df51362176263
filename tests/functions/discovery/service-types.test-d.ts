/** What a catalog mistake does at compile time. `tsc` is the test: an expected error that does not come is an error. */
import { DescribeSnapshotsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { type GetBucketPolicyCommand, GetBucketTaggingCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { defineService, type Permission } from "../../../config/catalog/define.ts";
import type { Checked } from "../../../functions/discovery/sdk-check.ts";
import { discoveryService } from "../../../functions/discovery/service.ts";

const permissions: readonly [Permission] = [{ action: "s3:ListAllMyBuckets", resource: "*", why: "none" }];
const frame = { summary: "", entity: "", permissions } as const;
const list = { ...frame, input: z.strictObject({}), items: "Buckets[]", project: { Name: true } } as const;
const about = { service: "s3", scope: "global", about: "" } as const;
const client = (configuration: object) => new S3Client(configuration);

/** The mistakes the compiler would list. */
type MistakesIn<Definition extends { reads: Parameters<typeof defineService>[0]["reads"] }, Commands> = keyof Checked<Definition["reads"], Commands>;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type L = { ListBuckets: typeof ListBucketsCommand };

// Legal: the baseline that every case below differs from in one place.
const legal = defineService({
  ...about,
  reads: { ListBuckets: { ...list, arn: "arn:aws:s3:::${Name}", paginate: { request: "ContinuationToken", response: "ContinuationToken", maxItems: 1 } } },
});
discoveryService(legal, { client, commands: { ListBuckets: ListBucketsCommand } });

// A command that is missing, and one that no read has.
// @ts-expect-error
discoveryService(legal, { client, commands: {} });
// @ts-expect-error
discoveryService(legal, { client, commands: { ListBuckets: ListBucketsCommand, GetBucketTagging: GetBucketTaggingCommand } });

// A projected field, a path to the rows, and a list under a field that the SDK does not return.
const field = defineService({ ...about, reads: { ListBuckets: { ...list, project: { Name: true, Owner: true } } } });
const fieldSays: Equal<MistakesIn<typeof field, L>, "ListBuckets.project.Owner"> = true;
// @ts-expect-error
discoveryService(field, { client, commands: { ListBuckets: ListBucketsCommand } });

const items = defineService({ ...about, reads: { ListBuckets: { ...list, items: "Bucket[]" } } });
const itemsSay: Equal<MistakesIn<typeof items, L>, "ListBuckets.project.Name"> = true;
// @ts-expect-error
discoveryService(items, { client, commands: { ListBuckets: ListBucketsCommand } });

const nested = defineService({
  ...about,
  reads: { GetBucketTagging: { ...frame, input: z.strictObject({ Bucket: z.string().optional() }), project: { TagSet: { Kee: true } } } },
});
const nestedSays: Equal<MistakesIn<typeof nested, { GetBucketTagging: typeof GetBucketTaggingCommand }>, "GetBucketTagging.project.TagSet.Kee"> = true;

// A decoding that the field's type does not bear.
const decoded = defineService({ ...about, reads: { ListBuckets: { ...list, project: { Name: "tags", CreationDate: "json" } } } });
const decodedSays: Equal<MistakesIn<typeof decoded, L>, "ListBuckets.project.Name is no list of tags" | "ListBuckets.project.CreationDate is no text"> = true;

// A dropped field that is not in the response would leave a secret in the evidence.
const drop = defineService({ ...about, reads: { ListBuckets: { ...list, drop: { Bucket: { Secret: true } } } } });
const dropSays: Equal<MistakesIn<typeof drop, L>, "ListBuckets.drop.Bucket"> = true;

// Input: an unknown field, a wrong type, a required field that neither a request nor the catalog can give.
const unknownInput = defineService({ ...about, reads: { ListBuckets: { ...list, input: z.strictObject({ Prefixes: z.string().optional() }) } } });
const unknownInputSays: Equal<MistakesIn<typeof unknownInput, L>, "ListBuckets.input.Prefixes"> = true;
// @ts-expect-error
discoveryService(unknownInput, { client, commands: { ListBuckets: ListBucketsCommand } });
const wrongInput = defineService({ ...about, reads: { ListBuckets: { ...list, input: z.strictObject({ Prefix: z.number().optional() }) } } });
const wrongInputSays: Equal<MistakesIn<typeof wrongInput, L>, "ListBuckets.input.Prefix"> = true;
const lacking = defineService({ ...about, reads: { GetBucketPolicy: { ...frame, input: z.strictObject({}), project: { Policy: "json" } } } });
const lackingSays: Equal<MistakesIn<typeof lacking, { GetBucketPolicy: typeof GetBucketPolicyCommand }>, "GetBucketPolicy.input lacks Bucket"> = true;

// Pages, ARN, and a field that the catalog always sends.
const pages = defineService({
  ...about,
  reads: { ListBuckets: { ...list, paginate: { request: "Marker", response: "Next", limit: { field: "MaxKeys", value: 1 }, maxItems: 1 } } },
});
const pagesSay: Equal<
  MistakesIn<typeof pages, L>,
  "ListBuckets.paginate.request Marker" | "ListBuckets.paginate.response Next" | "ListBuckets.paginate.limit MaxKeys"
> = true;
const arn = defineService({ ...about, reads: { ListBuckets: { ...list, arn: "arn:aws:s3:${region}:${account}:${BucketName}" } } });
const arnSays: Equal<MistakesIn<typeof arn, L>, "ListBuckets.arn BucketName"> = true;
// An owner that the command does not take.
const bucketOnly = { ...frame, input: z.strictObject({ Bucket: z.string().optional() }), owner: "ExpectedBucketOwner" } as const;
const ownerless = defineService({ ...about, reads: { ListBuckets: { ...list, owner: "ExpectedBucketOwner" } } });
const ownerlessSays: Equal<MistakesIn<typeof ownerless, L>, "ListBuckets.owner ExpectedBucketOwner"> = true;
const owned = defineService({ ...about, reads: { GetBucketTagging: { ...bucketOnly, project: { TagSet: "tags" } } } });
discoveryService(owned, { client, commands: { GetBucketTagging: GetBucketTaggingCommand } });
const snapshots = { ...frame, input: z.strictObject({}), items: "Snapshots[]", project: { SnapshotId: true } } as const;
const fixed = defineService({
  service: "ec2",
  scope: "regional",
  about: "",
  reads: { DescribeSnapshots: { ...snapshots, fixed: { OwnerIds: "self", Owner: ["self"] } } },
});
const fixedSays: Equal<
  MistakesIn<typeof fixed, { DescribeSnapshots: typeof DescribeSnapshotsCommand }>,
  "DescribeSnapshots.fixed.OwnerIds" | "DescribeSnapshots.fixed.Owner"
> = true;
const fixedWell = defineService({
  service: "ec2",
  scope: "regional",
  about: "",
  reads: { DescribeSnapshots: { ...snapshots, fixed: { OwnerIds: ["self"] } } },
});
discoveryService(fixedWell, { client: (configuration) => new EC2Client(configuration), commands: { DescribeSnapshots: DescribeSnapshotsCommand } });

export const verdicts = [
  fieldSays,
  itemsSay,
  nestedSays,
  decodedSays,
  dropSays,
  unknownInputSays,
  wrongInputSays,
  lackingSays,
  pagesSay,
  arnSays,
  ownerlessSays,
  fixedSays,
];
