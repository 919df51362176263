/** Where and under which names the system is deployed. Company rules on names and boundaries go here. */
import * as z from "zod";
import { REGIONS } from "./regions.ts";

export const deploymentSchema = z.strictObject({
  /** First part of every function, role, policy, table and bucket name (V09). */
  prefix: z.string().regex(/^[a-z][a-z0-9-]{2,19}$/, "3 to 20 lower-case letters, digits and hyphens"),
  /** IAM path of every role and policy. */
  path: z.string().regex(/^\/([a-z0-9-]+\/)+$/, "an IAM path such as /aws-coworker/"),
  hub: z.strictObject({ account: z.string().regex(/^\d{12}$/), region: z.enum(REGIONS) }),
  /** A company boundary's policy name with its path, as it exists in every account; null: the boundary the stack makes itself. */
  permissionsBoundary: z.string().nullable(),
  retention: z.strictObject({
    /** C18: at least 90 days. */
    logDays: z.union([z.literal(90), z.literal(180), z.literal(365), z.literal(731)]),
    evidenceDays: z.number().int().min(30).max(3650),
    journalDays: z.number().int().min(90).max(3650),
  }),
});
export type Deployment = z.infer<typeof deploymentSchema>;
