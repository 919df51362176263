/** POST /requests/{id}/rollback: a new request that takes back what a finished one did, without a planner; examined and approved like any other. */
import { type RequestDocument, requestDocument } from "../../shared/contracts.ts";
import { type AccessDependencies, waitsOf } from "../approval/access.ts";
import { ApiError, notFound } from "../errors.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import type { StoredRequest } from "../store.ts";
import { accept, expiryOf } from "./accept.ts";
import { parseRollback, type RollbackBody } from "./body.ts";
import { bodyHash, idempotencyKey, requestIdOf } from "./identity.ts";
import type { SubmitDependencies } from "./submit.ts";

export type RollbackDependencies = SubmitDependencies & AccessDependencies;

/** Open to the requester, and to whoever may approve for all accounts of the plan. */
export function rollback(dependencies: RollbackDependencies): Answer {
  const { store, executions } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const undoOf = requestId(event);
    const body = parseRollback(event);
    const key = idempotencyKey(event, dependencies.newKey);
    const [wait] = await waitsOf(dependencies, caller, undoOf);
    const original = await store.get(wait?.requester ?? caller, undoOf);
    if (!original) throw notFound();
    const status = await executions.status(undoOf);
    if (status === "running" || status === "not_started")
      throw new ApiError(
        "request_running",
        `${undoOf} has not ended; what it does can't be taken back yet. POST /requests/${undoOf}/stop ends it after its current step.`,
      );
    return accept(dependencies, undoRequest(caller, key, original, wait?.accounts, body, dependencies), key, "..");
  };
}

/** @param changed accounts of the plan, where one came to be approved: the undo reaches no other. */
function undoRequest(
  requester: string,
  key: string,
  original: StoredRequest,
  changed: string[] | undefined,
  { ticket }: RollbackBody,
  { settings, now }: SubmitDependencies,
): StoredRequest {
  const { accounts: asked, regions } = requestDocument.parse(JSON.parse(original.input));
  const accounts = changed ?? asked;
  const undoOf = original.requestId;
  const id = requestIdOf(requester, key);
  const at = now();
  const receivedAt = at.toISOString();
  const text = `Undo of ${undoOf}`;
  const document: RequestDocument = {
    requestId: id,
    text,
    requester,
    ...(accounts ? { accounts } : {}),
    ...(regions ? { regions } : {}),
    ...(ticket === undefined ? {} : { ticket }),
    undoOf,
    receivedAt,
  };
  const hash = bodyHash({ undoOf, ticket: ticket ?? null });
  return { requester, requestId: id, receivedAt, bodyHash: hash, text, redactions: 0, input: JSON.stringify(document), expiresAt: expiryOf(at, settings) };
}
