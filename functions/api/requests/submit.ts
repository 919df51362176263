/**
 * POST /requests: store first, then start. Whoever crashes between the two is healed by the caller's retry,
 * which finds the stored input and starts it.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Settings } from "../../../config/settings.ts";
import type { RequestDocument } from "../../shared/contracts.ts";
import { redact } from "../../shared/secrets.ts";
import { ApiError } from "../errors.ts";
import type { Executions } from "../executions.ts";
import { json, links } from "../http.ts";
import { requesterOf } from "../principal.ts";
import type { RequestStore, StoredRequest } from "../store.ts";
import { parseBody, type RequestBody } from "./body.ts";
import { bodyHash, idempotencyKey, requestIdOf } from "./identity.ts";

export interface SubmitDependencies {
  readonly store: RequestStore;
  readonly executions: Executions;
  readonly settings: Pick<Settings, "limits" | "deployment">;
  readonly now: () => Date;
  readonly newKey: () => string;
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

export function submit(dependencies: SubmitDependencies): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const { store, executions, settings } = dependencies;
  return async (event) => {
    const requester = requesterOf(event);
    const body = parseBody(event, settings.limits);
    const key = idempotencyKey(event, dependencies.newKey);
    const fresh = await requestOf(requester, key, body, dependencies);

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
    // Relative to the URL that was posted to, so that the API's stage stays in front of it.
    return json(202, { id, state: "running", links: links(id) }, { Location: `requests/${id}`, "Idempotency-Key": key });
  };
}

async function requestOf(requester: string, key: string, body: RequestBody, { settings, now }: SubmitDependencies): Promise<StoredRequest> {
  const requestId = requestIdOf(requester, key);
  const { text, redactions } = await redact(body.text);
  const at = now();
  const receivedAt = at.toISOString();
  const { accounts, regions, budgetUsd } = body;
  const document: RequestDocument = {
    requestId,
    text,
    requester,
    ...(accounts ? { accounts } : {}),
    ...(regions ? { regions } : {}),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    receivedAt,
  };
  const expiresAt = Math.floor(at.getTime() / 1000) + (settings.deployment.retention.journalDays + DAYS_BEYOND_JOURNAL) * DAY_SECONDS;
  return { requester, requestId, receivedAt, bodyHash: bodyHash(body), text, redactions, input: JSON.stringify(document), expiresAt };
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
