/** Tags of EC2's resources that exist. */
import * as z from "zod";
import { arnOf } from "./ec2-parts.ts";
import { firstRow, keysOf, noTags, ownTags, restoredTags, someTags, TagKeys, tagList, tagsBack } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type State, type StepInput } from "./write.ts";

/** Type in an ARN → how its id begins, and the read and filter that show it. */
const TYPES = {
  instance: { prefix: "i-", operation: "DescribeInstances", filter: "instance-id", column: "InstanceId" },
  volume: { prefix: "vol-", operation: "DescribeVolumes", filter: "volume-id", column: "VolumeId" },
  "security-group": { prefix: "sg-", operation: "DescribeSecurityGroups", filter: "group-id", column: "GroupId" },
  vpc: { prefix: "vpc-", operation: "DescribeVpcs", filter: "vpc-id", column: "VpcId" },
  subnet: { prefix: "subnet-", operation: "DescribeSubnets", filter: "subnet-id", column: "SubnetId" },
} as const;
const names = Object.keys(TYPES) as (keyof typeof TYPES)[];

const resource = {
  ResourceType: z.enum(names as [keyof typeof TYPES]),
  ResourceId: z.string().regex(/^(i|vol|sg|vpc|subnet)-[0-9a-f]{8,17}$/),
};
const isOfType = ({ ResourceType, ResourceId }: { ResourceType: keyof typeof TYPES; ResourceId: string }) => ResourceId.startsWith(TYPES[ResourceType].prefix);
const OTHER_TYPE = { message: "the id is not of that ResourceType", path: ["ResourceId"] };

const ARN = "arn:aws:ec2:${region}:${account}:${ResourceType}/${ResourceId}";
const [first, ...others] = names.map((ResourceType): BeforeRead => {
  const { operation, filter, column } = TYPES[ResourceType];
  return {
    operation,
    by: { Filters: [{ Name: filter, Values: ["ResourceId"] }] },
    match: { [column]: "ResourceId" },
    when: { ResourceType },
    columns: [column, "Tags"],
  };
});
if (!first) throw new Error("no EC2 resource type can be tagged");
const before: [BeforeRead, ...BeforeRead[]] = [first, ...others];

const operationOf = (given: StepInput) => TYPES[given.ResourceType as keyof typeof TYPES].operation;
const tagsBefore = (given: StepInput, before: State) => ownTags(firstRow(before, operationOf(given)).Tags);

function back(given: StepInput, was: Readonly<Record<string, string>>, touched: readonly string[]) {
  const { ResourceType, ResourceId } = given;
  return { operation: "RestoreTags", input: { ResourceType, ResourceId, ...tagsBack(was, touched) } };
}
const set = { action: "ec2:CreateTags", resource: arnOf("${ResourceType}", "${ResourceId}") } as const;
const unset = { ...set, action: "ec2:DeleteTags" } as const;
const shared = { entity: "tag", arn: ARN, before, reversible: "yes", idempotency: { kind: "natural" }, seconds: 2 } as const;

export const ec2TagWrites = {
  CreateTags: defineWrite({
    ...shared,
    summary: "Adds tags to an instance, volume, security group, VPC or subnet, or gives them other values.",
    class: "non-destructive",
    permissions: [set],
    input: z.strictObject({ ...resource, Tags: someTags }).refine(isOfType, OTHER_TYPE),
    calls: [{ command: "CreateTags", input: ({ ResourceId, Tags }) => ({ Resources: [ResourceId], Tags: tagList(Tags) }) }],
    promises: (given) => ({ [operationOf(given)]: { Tags: given.Tags } }),
    inverse: (given, before) => back(given, tagsBefore(given, before), keysOf(given.Tags)),
  }),
  DeleteTags: defineWrite({
    ...shared,
    summary: "Takes tags away from an instance, volume, security group, VPC or subnet, by their keys.",
    class: "non-destructive",
    permissions: [unset],
    input: z.strictObject({ ...resource, TagKeys }).refine(isOfType, OTHER_TYPE),
    calls: [
      {
        command: "DeleteTags",
        input: ({ ResourceId, TagKeys }) => ({ Resources: [ResourceId], Tags: (TagKeys as string[]).map((Key) => ({ Key })) }),
      },
    ],
    promises: (given) => ({ [operationOf(given)]: { Tags: noTags(given.TagKeys) } }),
    inverse: (given, before) => {
      const was = tagsBefore(given, before);
      const touched = (given.TagKeys as string[]).filter((key) => was[key] !== undefined);
      return touched.length === 0 ? null : back(given, was, touched);
    },
  }),
  RestoreTags: defineWrite({
    ...shared,
    summary: "Sets tags back to what they were.",
    class: "non-destructive",
    inverseOnly: true,
    permissions: [set, unset],
    input: z.strictObject({ ...resource, ...restoredTags }).refine(isOfType, OTHER_TYPE),
    calls: [
      {
        command: "CreateTags",
        when: ({ Tags }) => keysOf(Tags).length > 0,
        input: ({ ResourceId, Tags }) => ({ Resources: [ResourceId], Tags: tagList(Tags) }),
      },
      {
        command: "DeleteTags",
        when: ({ TagKeys }) => (TagKeys as string[]).length > 0,
        input: ({ ResourceId, TagKeys }) => ({ Resources: [ResourceId], Tags: (TagKeys as string[]).map((Key) => ({ Key })) }),
      },
    ],
    promises: (given) => ({ [operationOf(given)]: { Tags: { ...(given.Tags as object), ...noTags(given.TagKeys) } } }),
    inverse: (given, before) => back(given, tagsBefore(given, before), [...keysOf(given.Tags), ...(given.TagKeys as string[])]),
  }),
} as const;
