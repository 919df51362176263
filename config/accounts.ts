/** The account registry: which accounts exist for the system, and the only source of their environment (law 5). */
import * as z from "zod";
import { REGIONS } from "./regions.ts";

export const ENVIRONMENTS = ["sandbox", "development", "test", "staging", "production", "unknown"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export const accountSchema = z.strictObject({
  id: z.string("a 12-digit account id in quotes: YAML reads a bare one as a number").regex(/^\d{12}$/, "an account id has 12 digits"),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,49}$/, "lower-case letters, digits and hyphens"),
  /** `unknown` is read-only (G06); there is no default. */
  environment: z.enum(ENVIRONMENTS),
  regions: z.array(z.enum(REGIONS)).min(1, "name at least one region: there is no default region"),
  /** I08: what the member account's roles expect of the hub. Letters, digits and =,.@:/- (STS). */
  externalId: z.string().regex(/^[\w+=,.@:/-]{8,1224}$/, "8 to 1,224 characters of letters, digits and +=,.@:/-"),
});
export type Account = z.infer<typeof accountSchema>;

export const accountsSchema = z
  .array(accountSchema)
  .min(1, "register at least one account")
  .superRefine((accounts, context) => {
    for (const field of ["id", "name"] as const) {
      const seen = new Set<string>();
      accounts.forEach((account, index) => {
        if (seen.has(account[field])) context.addIssue({ code: "custom", path: [index, field], message: `${account[field]} is registered twice` });
        seen.add(account[field]);
      });
    }
  });
