/** Admit: who is reached, with which roles, and what was left out. */
import * as z from "zod";
import { ENVIRONMENTS } from "../../../config/accounts.ts";
import { accountId, regionName } from "./common.ts";

/** A12: which role will be used where; `exists` stays unverified until the worker's own AssumeRole. */
export const roleResolution = z.strictObject({
  account: accountId,
  worker: z.string(),
  scopedRole: z.string(),
  exists: z.enum(["unverified", "yes", "no", "refused"]),
  /** The ARN GetCallerIdentity answered with, or "nothing". */
  using: z.string(),
});
export type RoleResolution = z.infer<typeof roleResolution>;

export const target = z.strictObject({
  account: accountId,
  name: z.string(),
  environment: z.enum(ENVIRONMENTS),
  classificationSource: z.literal("registry"),
  regions: z.array(regionName).min(1),
});
export type Target = z.infer<typeof target>;

export const REFUSALS = [
  "text_empty",
  "text_too_long",
  "account_not_registered",
  "no_account_left",
  "unknown_region",
  "region_not_allowed",
  "budget_out_of_range",
  "malformed_request",
  "request_too_large",
  "scope_too_large",
] as const;

/** An account or region that was asked for and is not part of the request. */
export const exclusion = z.strictObject({
  code: z.enum(REFUSALS),
  subject: z.string(),
  message: z.string(),
  suggestions: z.array(z.string()).optional(),
});
export type Exclusion = z.infer<typeof exclusion>;

/** C04/C05: said before anything is called. */
export const announcement = z.strictObject({
  /** A request that may end in a change says so later: its plan does, before anything is written (C04). */
  operationType: z.enum(["read-only discovery", "undo of a change"]),
  roles: z.array(z.string()),
  accounts: z.array(target),
});

export const admission = z.strictObject({
  outcome: z.enum(["admitted", "refused"]),
  requestId: z.string(),
  requester: z.string(),
  /** The request's text with secrets redacted. */
  text: z.string(),
  redactions: z.number().int().nonnegative(),
  targets: z.array(target),
  /** The request named regions: rows of global lists outside a target's regions are left out. */
  regionsNarrowed: z.boolean(),
  exclusions: z.array(exclusion),
  announcement: announcement.nullable(),
  resolutions: z.array(roleResolution),
  budget: z.strictObject({ usd: z.number().positive(), rounds: z.number().int().positive() }),
  admittedAt: z.iso.datetime(),
});
export type Admission = z.infer<typeof admission>;
