/** The body of POST /requests: everything the server may refuse, before any AWS call. */
import * as z from "zod";
import type { Limits } from "../../../config/limits.ts";
import { isRegion, nearestRegions } from "../../../config/regions.ts";
import { TICKET } from "../../shared/contracts.ts";
import { ApiError } from "../errors.ts";
import { type BodyEvent, jsonBody, optionalJsonBody } from "../json-body.ts";

/** Account ids, or names as the registry writes them (config/accounts.ts). Whether one is registered is the machine's to say. */
const account = z.string().regex(/^(\d{12}|[a-z][a-z0-9-]{1,49})$/, "an account is 12 digits or a registered name (lower-case letters, digits, hyphens)");
/** G16: the change ticket. */
const ticket = z.string().regex(TICKET, "a ticket's key, such as CHG0012345 or OPS-17: a letter, then 2 to 39 letters, digits, - or _").optional();
const body = z.strictObject({
  text: z.string(),
  accounts: z.array(account).min(1, "leave it out to mean all registered accounts").max(50, "at most 50 accounts in one request").optional(),
  regions: z
    .array(z.string())
    .min(1, "leave it out to mean every region the accounts are registered for")
    .max(40, "at most 40 regions in one request")
    .optional(),
  budgetUsd: z.number().optional(),
  ticket,
});
export type RequestBody = z.infer<typeof body>;

/** Of POST /requests/{id}/rollback. */
const rollbackBody = z.strictObject({ ticket });
export type RollbackBody = z.infer<typeof rollbackBody>;

export function parseRollback(event: BodyEvent): RollbackBody {
  return optionalJsonBody(event, rollbackBody, "an undo");
}

/** @throws ApiError that names the field. */
export function parseBody(event: BodyEvent, limits: Limits): RequestBody {
  const parsed = jsonBody(event, body, "a request");
  check(parsed, limits);
  return parsed;
}

function check({ text, regions = [], budgetUsd }: RequestBody, limits: Limits): void {
  const { maxCharacters } = limits.text;
  if (text.trim() === "")
    throw new ApiError("text_empty", "text is empty. Say what you want to know, for example: which buckets are public?", { field: "text" });
  if (text.length > maxCharacters)
    throw new ApiError("text_too_long", `text has ${text.length} characters; at most ${maxCharacters} are read. Shorten it or ask in parts.`, {
      field: "text",
    });
  if (!text.isWellFormed()) throw new ApiError("invalid_field", "text contains half of a surrogate pair, which is not a character.", { field: "text" });
  if (budgetUsd !== undefined && (budgetUsd <= 0 || budgetUsd > limits.dollars.max)) {
    throw new ApiError("budget_out_of_range", `budgetUsd is ${budgetUsd}; it must be above 0 and at most ${limits.dollars.max} US dollars.`, {
      field: "budgetUsd",
    });
  }
  for (const [index, region] of regions.entries()) {
    if (!isRegion(region))
      throw new ApiError("unknown_region", `${JSON.stringify(region.slice(0, 64))} is not an AWS region. No AWS call was made.`, {
        field: `regions.${index}`,
        suggestions: nearestRegions(region),
      });
  }
}
