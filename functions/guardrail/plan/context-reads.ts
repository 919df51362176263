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
  "iam:user/": tagsOf("GetUser", { UserName: "UserName" }, { Arn: "arn:aws:iam::${account}:user${UserPath}${UserName}" }, "Tags"),
  "iam:role/": tagsOf("GetRole", { RoleName: "RoleName" }, { Arn: "arn:aws:iam::${account}:role${RolePath}${RoleName}" }, "Tags"),
  "lambda:function:": tagsOf(
    "ListTags",
    { Resource: "arn:aws:lambda:${region}:${account}:function:${FunctionName}" },
    { Resource: "arn:aws:lambda:${region}:${account}:function:${FunctionName}" },
    "Tags",
  ),
};

/** The tags say whether a resource claims a stricter environment than its account's (law 5). Nothing has tags that does not exist. */
export function tagReads(step: ResolvedStep): BeforeRead[] {
  const { write, service } = step;
  const known = write.before.some(({ columns }) => columns.some((column) => (TAG_COLUMNS as readonly string[]).includes(column)));
  if (known || (write.creates && !resourceOf(step).includes("security-group/sg-"))) return [];
  const rest = `${service}:${resourceOf(step).split(":").slice(5).join(":")}`;
  return Object.entries(TAG_READS).flatMap(([beginning, read]) => (rest.startsWith(beginning) ? [read] : []));
}

/** H09: completed snapshots of a volume that is to be deleted. */
export const SNAPSHOTS_OF_VOLUME: BeforeRead = {
  operation: "DescribeSnapshots",
  by: { Filters: [{ Name: "volume-id", Values: ["VolumeId"] }] },
  match: { VolumeId: "VolumeId" },
  columns: ["SnapshotId", "State", "StartTime"],
  context: true,
};

/** Outside the sandbox nothing that holds data goes without a backup. */
export function needsBackup({ service, operation, environment }: ResolvedStep): boolean {
  return service === "ec2" && operation === "DeleteVolume" && environment !== "sandbox";
}
