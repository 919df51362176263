/** Which service may be changed in which account: mutation roles exist there and nowhere else. Reads need no scope. */
import * as z from "zod";
import { MUTABLE_SERVICES } from "./catalog/services.ts";

export const scopeSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/),
  services: z.array(z.enum(MUTABLE_SERVICES)).min(1),
});
export const scopesSchema = z.array(scopeSchema);
export type Scope = z.infer<typeof scopeSchema>;
