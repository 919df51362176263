/** What EC2's writes share: ids, tags on create, the reads that show a resource. */
import * as z from "zod";
import { tagList } from "./tag-parts.ts";
import type { BeforeRead, WritePermission } from "./write.ts";

export const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`));
export const arnOf = (type: string, name: string) => `arn:aws:ec2:\${region}:\${account}:${type}/${name}` as const;

export function tagSpecifications(tags: unknown, ...types: string[]) {
  return types.map((ResourceType) => ({ ResourceType, Tags: tagList(tags) }));
}

/** A request to make the resource may tag it, and only then (ec2:CreateAction). */
export function tagsOnCreate(action: string, ...types: string[]): WritePermission[] {
  return types.map((type) => ({
    action: "ec2:CreateTags",
    resource: arnOf(type, "*"),
    why: "A resource that is being made has no id yet: the action that makes it and the request's tag stand for it.",
    onCreate: true,
    conditions: { StringEquals: { "ec2:CreateAction": action } },
  }));
}

/** The read of one resource by a filter on its id. */
export function shows(operation: string, filter: string, field: string, columns: readonly string[], filters = "Filters"): BeforeRead {
  return { operation, by: { [filters]: [{ Name: filter, Values: [field] }] }, match: { [field]: field }, columns };
}
