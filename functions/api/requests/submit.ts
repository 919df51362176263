/** POST /requests. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Settings } from "../../../config/settings.ts";
import type { RequestDocument } from "../../shared/contracts.ts";
import { redact } from "../../shared/secrets.ts";
import { requesterOf } from "../principal.ts";
import type { StoredRequest } from "../store.ts";
import { type AcceptDependencies, accept, expiryOf } from "./accept.ts";
import { parseBody, type RequestBody } from "./body.ts";
import { bodyHash, idempotencyKey, requestIdOf } from "./identity.ts";

export interface SubmitDependencies extends AcceptDependencies {
  readonly settings: Pick<Settings, "limits" | "deployment">;
  readonly now: () => Date;
  readonly newKey: () => string;
}

export function submit(dependencies: SubmitDependencies): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const { settings } = dependencies;
  return async (event) => {
    const requester = requesterOf(event);
    const body = parseBody(event, settings.limits);
    const key = idempotencyKey(event, dependencies.newKey);
    const fresh = await requestOf(requester, key, body, dependencies);
    return accept(dependencies, fresh, key, "requests");
  };
}

async function requestOf(requester: string, key: string, body: RequestBody, { settings, now }: SubmitDependencies): Promise<StoredRequest> {
  const requestId = requestIdOf(requester, key);
  const { text, redactions } = await redact(body.text);
  const at = now();
  const receivedAt = at.toISOString();
  const { accounts, regions, budgetUsd, ticket } = body;
  const document: RequestDocument = {
    requestId,
    text,
    requester,
    ...(accounts ? { accounts } : {}),
    ...(regions ? { regions } : {}),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    ...(ticket === undefined ? {} : { ticket }),
    receivedAt,
  };
  return { requester, requestId, receivedAt, bodyHash: bodyHash(body), text, redactions, input: JSON.stringify(document), expiresAt: expiryOf(at, settings) };
}
