/** Reads beside a write's own that examining needs: tags where the write does not read them, and what backs a deletion up. */
import type { BeforeRead } from "../../../config/catalog/write.ts";
import { type ResolvedStep, resourceOf } from "./step.ts";

/** Columns that hold a resource's tags. */
export const TAG_COLUMNS = ["Tags", "TagSet"] as const;

const tagsOf = (operation: string, by: BeforeRead["by"], match: BeforeRead["match"], column: string): BeforeRead => ({
  operation,
  by,
  match,
  columns: [column],
  context: true,
});
/** By the beginning of the ARN's resource: the read that has its tags. */
const TAG_READS: Readonly<Record<string, BeforeRead>> = {
  "s3:": tagsOf("GetBucketTagging", { Bucket: "Bucket" }, { Bucket: "Bucket" }, "TagSet"),
  "ec2:security-group/": tagsOf("DescribeSecurityGroups", { Filters: [{ Name: "group-id", Values: ["GroupId"] }] }, { GroupId: "GroupId" }, "Tags"),
  "iam:user/": tagsOf("GetUser", { UserName: "UserName" }, { Arn: "arn:aws:iam::${account}:user/${UserPath}${UserName}" }, "Tags"),
  "iam:role/": tagsOf("GetRole", { RoleName: "RoleName" }, { Arn: "arn:aws:iam::${account}:role${RolePath}${RoleName}" }, "Tags"),
  "lambda:function:": tagsOf(
    "ListTags",
    { Resource: "arn:aws:lambda:${region}:${account}:function:${FunctionName}" },
    { Resource: "arn:aws:lambda:${region}:${account}:function:${FunctionName}" },
    "Tags",
  ),
};

/** "ec2:security-group/sg-1". */
const named = (step: ResolvedStep): string => `${step.service}:${resourceOf(step).split(":").slice(5).join(":")}`;

/** The tags say whether a resource claims a stricter environment than its account's (law 5). Nothing has tags that does not exist. */
export function tagReads(step: ResolvedStep): BeforeRead[] {
  const { write } = step;
  const known = write.before.some(({ columns }) => columns.some((column) => (TAG_COLUMNS as readonly string[]).includes(column)));
  if (known || (write.creates && !resourceOf(step).includes("security-group/sg-"))) return [];
  return Object.entries(TAG_READS).flatMap(([beginning, read]) => (named(step).startsWith(beginning) ? [read] : []));
}

/** H09: completed snapshots of a volume that is to be deleted. */
export const SNAPSHOTS_OF_VOLUME: BeforeRead = {
  operation: "DescribeSnapshots",
  by: { Filters: [{ Name: "volume-id", Values: ["VolumeId"] }] },
  match: { VolumeId: "VolumeId" },
  columns: ["SnapshotId", "State", "StartTime"],
  context: true,
};

/** H09: the volumes of an instance that is to be terminated. `Attachments.InstanceId` is a list, which no match compares: limits.ts does. */
export const VOLUMES_OF_INSTANCE: BeforeRead = {
  operation: "DescribeVolumes",
  by: { Filters: [{ Name: "attachment.instance-id", Values: ["InstanceId"] }] },
  match: {},
  columns: ["VolumeId", "Attachments.InstanceId"],
  context: true,
};

/** Outside the sandbox no volume goes without a snapshot; in staging and production no instance without one of each of its volumes. */
export function backupReads({ service, operation, environment }: ResolvedStep): BeforeRead[] {
  if (service !== "ec2" || environment === "sandbox") return [];
  if (operation === "DeleteVolume") return [SNAPSHOTS_OF_VOLUME];
  return operation === "TerminateInstances" && (environment === "staging" || environment === "production") ? [VOLUMES_OF_INSTANCE] : [];
}
