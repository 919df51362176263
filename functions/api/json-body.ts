/** A JSON body held against its closed schema. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import type * as z from "zod";
import { ApiError } from "./errors.ts";
import { header } from "./http.ts";

export type BodyEvent = Pick<APIGatewayProxyEvent, "headers" | "body" | "isBase64Encoded">;

/** UTF-8 bytes. Far above any text the limits allow, far below API Gateway's 10 MB. */
const MOST_BYTES = 64 * 1024;

/** @param what "a request": for the message on a field that it does not have. @throws ApiError that names the field. */
export function jsonBody<Shape extends z.ZodObject>(event: BodyEvent, schema: Shape, what: string): z.output<Shape> {
  const type = header(event, "Content-Type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type.trim()))
    throw new ApiError("unsupported_media_type", `Content-Type is ${type ? `"${type.slice(0, 100)}"` : "missing"}; send application/json.`, {
      field: "Content-Type",
    });
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MOST_BYTES) throw new ApiError("body_too_large", `The body has ${bytes.length} bytes; at most ${MOST_BYTES} are read.`, { field: "body" });
  const parsed = schema.safeParse(parseJson(bytes));
  if (!parsed.success) throw shapeError(parsed.error, schema, what);
  return parsed.data;
}

/** As jsonBody, for a call that needs no body: none is an empty one. */
export function optionalJsonBody<Shape extends z.ZodObject>(event: BodyEvent, schema: Shape, what: string): z.output<Shape> {
  return event.body
    ? jsonBody(event, schema, what)
    : jsonBody({ headers: { "Content-Type": "application/json" }, body: "{}", isBase64Encoded: false }, schema, what);
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

function shapeError(error: z.ZodError, { shape }: z.ZodObject, what: string): ApiError {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const field = [...issue.path, issue.keys[0] ?? ""].map(String).join(".").slice(0, 200);
    return new ApiError("unknown_field", `${field} is not a field of ${what}; there are ${Object.keys(shape).join(", ")}.`, { field });
  }
  const field = issue?.path.map(String).join(".") || "body";
  return new ApiError("invalid_field", `${field}: ${issue?.message ?? "invalid"}.`, { field });
}
