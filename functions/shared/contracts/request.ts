/** What StartExecution is given. */
import * as z from "zod";

/** What StartExecution is given: the agent's whole interface. */
export const requestDocument = z.strictObject({
  requestId: z.string().regex(/^req-[0-9a-f]{32}$/),
  text: z.string(),
  /** The caller's ARN; a role session is its role, unless it is an Identity Center role. */
  requester: z.string().min(1),
  accounts: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  budgetUsd: z.number().positive().optional(),
  receivedAt: z.iso.datetime(),
});
export type RequestDocument = z.infer<typeof requestDocument>;
