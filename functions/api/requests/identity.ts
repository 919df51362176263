/** What makes two POSTs the same request: requester and Idempotency-Key; and the same content: the canonical body. */
import { createHash } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import canonicalize from "canonicalize";
import { ApiError } from "../errors.ts";
import { header } from "../http.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** @param generate makes a key for a call without one. @throws ApiError for a key that is not 1 to 255 printable ASCII characters. */
export function idempotencyKey(event: Pick<APIGatewayProxyEvent, "headers">, generate: () => string): string {
  const key = header(event, "Idempotency-Key");
  if (key === undefined) return generate();
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new ApiError("invalid_field", "Idempotency-Key must be 1 to 255 printable ASCII characters.", { field: "Idempotency-Key" });
  return key;
}

/** Also the execution's name, of which AWS allows 80 characters. */
export function requestIdOf(requester: string, key: string): string {
  return `req-${sha256(`${requester}\n${key}`).slice(0, 32)}`;
}

/** SHA-256 over RFC 8785 canonical JSON: the order of fields does not matter. */
export function bodyHash(body: object): string {
  return sha256(canonicalize(body) ?? "");
}
