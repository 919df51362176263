/** Errors as the Bedrock runtime sends them: a status, the type in a header, the message in the body. */

/** Types and statuses of the Bedrock API reference, InvokeModel, "Errors". */
const STATUSES = {
  AccessDeniedException: 403,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
} as const;
export type BedrockErrorType = keyof typeof STATUSES;

export class BedrockError extends Error {
  override readonly name = "BedrockError";
  readonly type: string;
  readonly status: number;

  /** @param status the type's own, unless the service that was forwarded to said another. */
  constructor(type: BedrockErrorType | (string & {}), message: string, status: number = statusOf(type)) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** The server can't be started or asked as it was; the message says what to do. */
export class ModelServerError extends Error {
  override readonly name = "ModelServerError";
}

/** Bedrock's type for a status of Anthropic's API. */
export function errorTypeFor(status: number): BedrockErrorType {
  if (status === 401 || status === 403) return "AccessDeniedException";
  if (status === 404) return "ResourceNotFoundException";
  if (status === 429) return "ThrottlingException";
  if (status === 503 || status === 529) return "ServiceUnavailableException";
  return status >= 500 ? "InternalServerException" : "ValidationException";
}

export function statusOf(type: string): number {
  return Object.hasOwn(STATUSES, type) ? STATUSES[type as BedrockErrorType] : 500;
}
