/** Which service may be changed in which account. Changes arrive with mutation workers; reads need no scope. */
import * as z from "zod";

export const scopeSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/),
  services: z.array(z.enum(["ec2", "s3", "iam", "lambda"])).min(1),
});
export const scopesSchema = z.array(scopeSchema);
export type Scope = z.infer<typeof scopeSchema>;
