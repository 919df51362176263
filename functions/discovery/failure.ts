/** From an AWS error to a failure report (law 6, D22, C21): what failed, as whom, what access explains it. */
import type { Permission } from "../../config/catalog/define.ts";
import type { FailureReport } from "../shared/contracts.ts";

export interface Attempt {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly role: string;
  readonly permissions: readonly Permission[];
  readonly resource?: string;
}

const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|Forbidden|403)$/;
const THROTTLED = /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown/;
const MOST_MESSAGE = 500;

export function errorCode(error: unknown): string {
  return error instanceof Error ? error.name : "UnknownError";
}

/** What the service refused before doing anything of it, by its error code. */
export function refusalOf(error: unknown): "denied" | "throttled" | null {
  const code = errorCode(error);
  return DENIED.test(code) ? "denied" : THROTTLED.test(code) ? "throttled" : null;
}

/** What an answer to AssumeRole says of the role; a throttled call and a server's error say nothing of it. */
export function roleSaidBy(error: unknown): "no" | "refused" | "unverified" {
  if (errorCode(error).startsWith("NoSuchEntity")) return "no";
  return refusalOf(error) === "denied" ? "refused" : "unverified";
}

/**
 * The service's message travels (it names the action that was refused), without other principals' ARNs
 * (C22): every ARN in it but the resource asked for is replaced. It is whole: a secret that is cut is not
 * found any more, so it is shortened after the secrets scan.
 */
export function failureOf(error: unknown, attempt: Attempt): FailureReport {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const { permissions, resource, ...where } = attempt;
  return {
    ...where,
    ...(resource ? { resource } : {}),
    errorCode: code,
    message: hideArns(message, resource),
    access: advice(code, attempt),
    count: 1,
  };
}

/** Messages of at most 500 characters: for reports that went through the secrets scan. */
export function shortened(failures: readonly FailureReport[]): FailureReport[] {
  return failures.map((failure) => ({ ...failure, message: failure.message.slice(0, MOST_MESSAGE) }));
}

function advice(code: string, { permissions, role, account }: Attempt): string {
  const actions = [...new Set(permissions.map(({ action }) => action))].join(", ");
  if (DENIED.test(code))
    return `${actions} for role ${role} in account ${account}. The role has it by design: look for a service control policy, a permissions boundary or a resource policy that denies it, or deploy the member stack again.`;
  if (THROTTLED.test(code))
    return `None missing: ${actions} is allowed but AWS throttled it after retries with backoff. Ask again later or for fewer resources.`;
  return `None known to be missing (${actions} is allowed). Check that the resource, account and region exist and are reachable.`;
}

function hideArns(message: string, resource: string | undefined): string {
  return message.replace(/arn:aws[\w-]*:[^\s"',)]+/g, (arn) => (arn === resource ? arn : "[arn]"));
}

/** Reports that differ only in their resource become one with a count; the first resource stays as the sample. */
export function mergeFailures(failures: readonly FailureReport[]): FailureReport[] {
  const merged = new Map<string, FailureReport>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.operation, failure.account, failure.region, failure.errorCode]);
    const first = merged.get(key);
    merged.set(key, first ? { ...first, count: first.count + failure.count } : failure);
  }
  return [...merged.values()];
}
