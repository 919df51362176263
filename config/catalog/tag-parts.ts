/** What writes of tags share, whatever the service. */
import * as z from "zod";
import type { State } from "./write.ts";

/** Characters and lengths of "Tag restrictions" (Amazon EC2 User Guide), which Lambda, IAM and S3 share; `aws:` is AWS's own. */
const tagKey = z.string().regex(/^(?![Aa][Ww][Ss]:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u);
const tagValue = z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u);
export const Tags = z.record(tagKey, tagValue).refine((tags) => Object.keys(tags).length <= 50, "at most 50 tags");
export const someTags = Tags.refine((tags) => Object.keys(tags).length > 0, "at least one tag");
export const TagKeys = z.array(tagKey).min(1).max(50);

/** Tags of an input as AWS takes them. */
export function tagList(tags: unknown): { Key: string; Value: string }[] {
  return Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}

export function firstRow(state: State, operation: string): Readonly<Record<string, unknown>> {
  return state[operation]?.[0] ?? {};
}

/** The tags of a row without AWS's own, which nobody can set. */
export function ownTags(tags: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries((tags ?? {}) as Record<string, string>).filter(([key]) => !/^aws:/i.test(key)));
}

/** Promised: the keys are not there. */
export function noTags(keys: unknown): Record<string, null> {
  return Object.fromEntries((keys as string[]).map((key) => [key, null]));
}

/** The input of a restoring write: the touched keys that had a value get it back, the others go. */
export function tagsBack(was: Readonly<Record<string, string>>, touched: readonly string[]) {
  return {
    Tags: Object.fromEntries(touched.flatMap((key) => (was[key] === undefined ? [] : [[key, was[key]]]))),
    TagKeys: touched.filter((key) => was[key] === undefined),
  };
}

export const keysOf = (tags: unknown) => Object.keys((tags ?? {}) as object);
/** What a restoring write takes: either may be empty. */
export const restoredTags = { Tags, TagKeys: z.array(tagKey).max(50) };
