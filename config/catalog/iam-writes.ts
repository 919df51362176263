/** Writes of roles under one path, which carry one boundary, and of access keys' status. */
import { iamKeyWrites } from "./iam-key-writes.ts";
import { iamRoleWrites } from "./iam-role-writes.ts";
import { iamTagWrites } from "./iam-tag-writes.ts";

export const iamWrites = { ...iamRoleWrites, ...iamTagWrites, ...iamKeyWrites } as const;
