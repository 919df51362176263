/** Tags of roles. */
import * as z from "zod";
import { detail, limitedRole, onRole, ROLE, role, sensitive } from "./iam-parts.ts";
import { firstRow, keysOf, noTags, ownTags, restoredTags, someTags, TagKeys, tagList, tagsBack } from "./tag-parts.ts";
import { defineWrite, type State, type StepInput } from "./write.ts";

const tagsBefore = (before: State) => ownTags(firstRow(before, "GetRole").Tags);
const back = ({ RoleName, RolePath }: StepInput, was: Readonly<Record<string, string>>, touched: readonly string[]) => ({
  operation: "RestoreRoleTags",
  input: { RoleName, RolePath, ...tagsBack(was, touched) },
});
const ofTags = { ...sensitive, entity: "tag", limited: limitedRole, arn: ROLE, before: [detail], reversible: "yes", idempotency: { kind: "natural" } } as const;
const tagRole = { command: "TagRole", input: ({ RoleName, Tags }: StepInput) => ({ RoleName, Tags: tagList(Tags) }) } as const;
const untagRole = { command: "UntagRole", input: ({ RoleName, TagKeys }: StepInput) => ({ RoleName, TagKeys }) } as const;

export const iamTagWrites = {
  TagRole: defineWrite({
    ...ofTags,
    summary: "Adds tags to a role below the settings' path, or gives them other values.",
    permissions: [onRole("iam:TagRole")],
    input: z.strictObject({ ...role, Tags: someTags }),
    calls: [tagRole],
    promises: ({ Tags }) => ({ GetRole: { Tags } }),
    inverse: (given, before) => back(given, tagsBefore(before), keysOf(given.Tags)),
  }),
  UntagRole: defineWrite({
    ...ofTags,
    summary: "Takes tags away from a role below the settings' path, by their keys.",
    permissions: [onRole("iam:UntagRole")],
    input: z.strictObject({ ...role, TagKeys }),
    calls: [untagRole],
    promises: ({ TagKeys }) => ({ GetRole: { Tags: noTags(TagKeys) } }),
    inverse: (given, before) => {
      const was = tagsBefore(before);
      const touched = (given.TagKeys as string[]).filter((one) => was[one] !== undefined);
      return touched.length === 0 ? null : back(given, was, touched);
    },
  }),
  RestoreRoleTags: defineWrite({
    ...ofTags,
    summary: "Sets a role's tags back to what they were.",
    inverseOnly: true,
    permissions: [onRole("iam:TagRole"), onRole("iam:UntagRole")],
    input: z.strictObject({ ...role, ...restoredTags }),
    calls: [
      { ...tagRole, when: ({ Tags }) => keysOf(Tags).length > 0 },
      { ...untagRole, when: ({ TagKeys }) => (TagKeys as string[]).length > 0 },
    ],
    promises: ({ Tags, TagKeys }) => ({ GetRole: { Tags: { ...(Tags as object), ...noTags(TagKeys) } } }),
    inverse: (given, before) => back(given, tagsBefore(before), [...keysOf(given.Tags), ...(given.TagKeys as string[])]),
  }),
} as const;
