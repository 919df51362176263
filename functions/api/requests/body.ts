/** The body of POST /requests: everything the server may refuse, before any AWS call. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import * as z from "zod";
import type { Limits } from "../../../config/limits.ts";
import { isRegion, nearestRegions } from "../../../config/regions.ts";
import { ApiError } from "../errors.ts";
import { header } from "../http.ts";

/** UTF-8 bytes. Far above any text the limits allow, far below API Gateway's 10 MB. */
const MOST_BYTES = 64 * 1024;

/** Account ids, or names as the registry writes them (config/accounts.ts). Whether one is registered is the machine's to say. */
const account = z.string().regex(/^(\d{12}|[a-z][a-z0-9-]{1,49})$/, "an account is 12 digits or a registered name (lower-case letters, digits, hyphens)");
const body = z.strictObject({
  text: z.string(),
  accounts: z.array(account).min(1, "leave it out to mean all registered accounts").max(50, "at most 50 accounts in one request").optional(),
  regions: z
    .array(z.string())
    .min(1, "leave it out to mean every region the accounts are registered for")
    .max(40, "at most 40 regions in one request")
    .optional(),
  budgetUsd: z.number().optional(),
});
export type RequestBody = z.infer<typeof body>;

/** @throws ApiError that names the field. */
export function parseBody(event: Pick<APIGatewayProxyEvent, "headers" | "body" | "isBase64Encoded">, limits: Limits): RequestBody {
  const type = header(event, "Content-Type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type.trim()))
    throw new ApiError("unsupported_media_type", `Content-Type is ${type ? `"${type.slice(0, 100)}"` : "missing"}; send application/json.`, {
      field: "Content-Type",
    });
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MOST_BYTES) throw new ApiError("body_too_large", `The body has ${bytes.length} bytes; at most ${MOST_BYTES} are read.`, { field: "body" });
  const parsed = body.safeParse(parseJson(bytes));
  if (!parsed.success) throw shapeError(parsed.error);
  check(parsed.data, limits);
  return parsed.data;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ApiError("malformed_json", `The body is not JSON in UTF-8: ${cause instanceof Error ? cause.message.slice(0, 200) : "unreadable"}.`, {
      field: "body",
      cause,
    });
  }
}

function shapeError(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const field = [...issue.path, issue.keys[0] ?? ""].map(String).join(".").slice(0, 200);
    return new ApiError("unknown_field", `${field} is not a field of a request; there are ${Object.keys(body.shape).join(", ")}.`, { field });
  }
  const field = issue?.path.map(String).join(".") || "body";
  return new ApiError("invalid_field", `${field}: ${issue?.message ?? "invalid"}.`, { field });
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
