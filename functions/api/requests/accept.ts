/**
 * Takes a new request: store first, then start. Whoever crashes between the two is healed by the caller's retry,
 * which finds the stored input and starts it.
 */
import type { APIGatewayProxyResult } from "aws-lambda";
import type { Settings } from "../../../config/settings.ts";
import { ApiError } from "../errors.ts";
import type { Executions } from "../executions.ts";
import { json, links } from "../http.ts";
import type { RequestStore, StoredRequest } from "../store.ts";

export interface AcceptDependencies {
  readonly store: RequestStore;
  readonly executions: Executions;
}

const DAY_SECONDS = 86_400;
/**
 * Days a stored request outlives the journal, so that its key stays known while AWS keeps the execution's name: 90 days after
 * the execution ended (StartExecution, API reference: "name"). The journal is kept 90 days at least (config/deployment.ts),
 * from the day the request came; the longest run is one of hours (statemachine/request.asl.json), which two days exceed.
 */
const DAYS_BEYOND_JOURNAL = 2;
/** In place of a body's hash: the key's first record has expired, and no body belongs to it any more. */
const EXPIRED = "expired";

/** Epoch seconds. */
export function expiryOf(receivedAt: Date, { deployment }: Pick<Settings, "deployment">): number {
  return Math.floor(receivedAt.getTime() / 1000) + (deployment.retention.journalDays + DAYS_BEYOND_JOURNAL) * DAY_SECONDS;
}

/**
 * @param key the Idempotency-Key that the request's id was made of.
 * @param folder of the new request, relative to the URL that was posted to, so that the API's stage stays in front of it.
 */
export async function accept({ store, executions }: AcceptDependencies, fresh: StoredRequest, key: string, folder: string): Promise<APIGatewayProxyResult> {
  const existing = await store.put(fresh);
  if (existing && existing.bodyHash !== fresh.bodyHash) {
    const other = `This Idempotency-Key belongs to ${fresh.requestId}, which has another body.`;
    throw conflict(existing.bodyHash === EXPIRED ? expired(fresh.requestId) : other);
  }
  const { requestId: id, input } = existing ?? fresh;
  const outcome = await start(executions, id, input, key);
  // Nothing was stored under a name that is taken: its record went before it did, and what ran was another request.
  if (outcome === "taken" && !existing) {
    await store.replace({ ...fresh, bodyHash: EXPIRED });
    throw conflict(expired(id));
  }
  return json(202, { id, state: "running", links: links(id) }, { Location: `${folder}/${id}`, "Idempotency-Key": key });
}

function expired(id: string): string {
  return `This Idempotency-Key was used for ${id} before, whose record has expired.`;
}

function conflict(what: string): ApiError {
  return new ApiError("idempotency_conflict", `${what} Send a new key for a new request.`, { field: "Idempotency-Key" });
}

async function start(executions: Executions, id: string, input: string, key: string): Promise<"started" | "taken"> {
  try {
    return await executions.start(id, input);
  } catch (cause) {
    throw new ApiError(
      "start_failed",
      `${id} is stored but was not started. Nothing is lost: send the same body again in some seconds with the header Idempotency-Key: ${key}`,
      { cause, headers: { "Idempotency-Key": key } },
    );
  }
}
