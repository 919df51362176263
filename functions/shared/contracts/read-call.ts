/** One read of the catalog: what the planner asks for and a worker is given. Apart from both, since a worker needs none of the planner's schemas. */
import * as z from "zod";

export const readCall = z.strictObject({ operation: z.string().min(1).max(100), input: z.record(z.string(), z.unknown()).default({}) });
export type ReadCall = z.infer<typeof readCall>;
