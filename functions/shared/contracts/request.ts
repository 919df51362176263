/** What StartExecution is given. */
import * as z from "zod";

export const REQUEST_ID = /^req-[0-9a-f]{32}$/;
/** A key of a ticket system: CHG0012345, OPS-17. */
export const TICKET = /^[A-Za-z][A-Za-z0-9_-]{2,39}$/;

/** What StartExecution is given: the agent's whole interface. */
export const requestDocument = z.strictObject({
  requestId: z.string().regex(REQUEST_ID),
  text: z.string(),
  /** The caller's ARN; a role session is its role, unless it is an Identity Center role. */
  requester: z.string().min(1),
  accounts: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  budgetUsd: z.number().positive().optional(),
  /** G16: the change ticket, as the requester gave it. */
  ticket: z.string().regex(TICKET).optional(),
  /** This request takes back what that one did; it runs without a planner. */
  undoOf: z.string().regex(REQUEST_ID).optional(),
  receivedAt: z.iso.datetime(),
});
export type RequestDocument = z.infer<typeof requestDocument>;
