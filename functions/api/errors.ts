/** The one error envelope: `{error: {code, message, field?, suggestions?, requestId?}}` with a closed set of codes. */
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { json } from "./http.ts";

export const ERROR_STATUS = {
  malformed_json: 400,
  invalid_field: 400,
  unknown_field: 400,
  text_empty: 400,
  text_too_long: 400,
  budget_out_of_range: 400,
  unknown_region: 400,
  caller_unknown: 403,
  /** The plan needs somebody else than who asked for it. */
  approval_self_not_allowed: 403,
  halt_not_allowed: 403,
  not_found: 404,
  no_artifact: 404,
  method_not_allowed: 405,
  idempotency_conflict: 409,
  nothing_waits: 409,
  phase_not_waiting: 409,
  plan_hash_mismatch: 409,
  /** Somebody wrote over the stored plan: an operator has to look. */
  plan_tampered: 409,
  already_decided: 409,
  approval_expired: 409,
  acknowledgement_missing: 409,
  plan_blocked: 409,
  wait_is_over: 409,
  request_running: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
  halt_incomplete: 500,
  start_failed: 503,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

export interface ErrorDetails {
  /** Dotted path in the body, or the name of the header or query parameter. */
  readonly field?: string;
  readonly suggestions?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged as an ERROR with these fields, although the answer is not a 5xx. */
  readonly alarm?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** The same whether the request does not exist or is someone else's. */
export function notFound(): ApiError {
  return new ApiError(
    "not_found",
    "There is no request of this id, or it is not yours. GET /requests lists yours, GET /approvals what waits for your decision.",
  );
}

export type Log = (record: Readonly<Record<string, unknown>>) => void;
export const logLine: Log = (record) => console.error(JSON.stringify(record));

export function logAlarm({ code, details: { alarm } }: ApiError, log: Log): void {
  if (alarm) log({ level: "ERROR", code, ...alarm });
}

/** Every error becomes the envelope; what the caller did not cause is logged, and answered with the id to quote. */
export function errorEnvelope(log: Log): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError({ event, error: thrown }) {
      const error = thrown instanceof ApiError ? thrown : unexpected(thrown);
      const status = ERROR_STATUS[error.code];
      const { field, suggestions, headers } = error.details;
      const requestId = status >= 500 ? event.requestContext?.requestId : undefined;
      if (status >= 500)
        log({ level: "ERROR", code: error.code, apiRequestId: requestId, method: event.httpMethod, path: event.path, error: describe(thrown) });
      else logAlarm(error, log);
      return json(
        status,
        {
          error: {
            code: error.code,
            message: error.message,
            ...(field ? { field } : {}),
            ...(suggestions ? { suggestions } : {}),
            ...(requestId ? { requestId } : {}),
          },
        },
        { ...(status === 503 ? { "Retry-After": "5" } : {}), ...headers },
      );
    },
  };
}

/** Names under which AWS SDK clients and middy tell that a repetition may succeed. */
const TRANSIENT = /Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit|Timeout|ServiceUnavailable|InternalServer|InternalFailure|ECONN/;

function unexpected(thrown: unknown): ApiError {
  const { name, $fault } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { name?: unknown; $fault?: unknown };
  if ($fault === "server" || TRANSIENT.test(String(name)))
    return new ApiError(
      "unavailable",
      "A service this answer needs did not respond. Repeat the call in some seconds; a POST with the same Idempotency-Key runs only once.",
    );
  return new ApiError("internal", "The server failed to answer. Tell an administrator the requestId: the log line of that id says why.");
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.stack ?? thrown.message}${thrown.cause instanceof Error ? `\ncaused by ${thrown.cause.stack ?? thrown.cause.message}` : ""}`;
}
