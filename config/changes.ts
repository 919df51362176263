/** What changes may touch beyond the catalog: the allow-lists of IAM and S3, and the calendar of staging and production (G16). */
import * as z from "zod";
import { BUCKET_NAME } from "./catalog/bucket-name.ts";

export const changesSchema = z.strictObject({
  iam: z.strictObject({
    /** The only path of roles the system may make or change; never the system's own. */
    rolePath: z.string().regex(/^\/([a-z0-9-]+\/)+$/),
    /** Path and name of the boundary that every role it makes must carry (I09), in the account. */
    roleBoundary: z.string().regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/),
    /** Managed policies it may attach (B08): AWS's by ARN, the account's own by path and name. */
    attachablePolicies: z.array(z.string().regex(/^(arn:aws:iam::aws:policy\/[\w+=,.@/-]+|([\w+=,.@-]+\/)*[\w+=,.@-]{1,128})$/)),
    /** I17: roles that may be passed, by path and name, and to which service. */
    passableRoles: z.array(
      z.strictObject({ role: z.string().regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/), service: z.enum(["ec2.amazonaws.com", "lambda.amazonaws.com"]) }),
    ),
  }),
  /** Left out: no access log may be turned on. */
  s3: z
    .strictObject({
      /** Buckets that access logs may go to; each lets logging.s3.amazonaws.com write. */
      logBuckets: z.array(z.string().regex(BUCKET_NAME)),
    })
    .default({ logBuckets: [] }),
  calendar: z.strictObject({
    /** IANA name. */
    timeZone: z.string().min(1),
    /** G04: staging. Days 1 (Monday) to 7; hours 0 to 24. */
    businessHours: z.strictObject({
      days: z.array(z.number().int().min(1).max(7)).min(1),
      from: z.number().int().min(0).max(23),
      to: z.number().int().min(1).max(24),
    }),
    /** G05: production's defined windows. */
    windows: z.array(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() })),
    /** G16: nothing is released. */
    freezes: z.array(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime(), reason: z.string().min(1) })),
  }),
});
export type Changes = z.infer<typeof changesSchema>;

/** Nothing may be attached, passed or logged to, and no production window is open, unless the settings say so. */
export const CLOSED_CHANGES: Changes = {
  iam: { rolePath: "/coworker-managed/", roleBoundary: "coworker-managed-boundary", attachablePolicies: [], passableRoles: [] },
  s3: { logBuckets: [] },
  calendar: { timeZone: "UTC", businessHours: { days: [1, 2, 3, 4, 5], from: 9, to: 17 }, windows: [], freezes: [] },
};
