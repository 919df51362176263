/** POST /requests/{id}/approval. */
import type { APIGatewayProxyResult } from "aws-lambda";
import type { PendingApproval } from "../../shared/approvals.ts";
import { ApiError } from "../errors.ts";
import { json } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import { type AccessDependencies, waitsOf } from "./access.ts";
import { type AnswerDependencies, answerOf, decided, deliver } from "./answer.ts";
import { parseDecision } from "./body.ts";
import { alreadyDecided, check, chosen, expired, hasExpired } from "./rules.ts";

export interface DecideDependencies extends AccessDependencies, AnswerDependencies {
  readonly approvals: AccessDependencies["approvals"] & AnswerDependencies["approvals"];
  readonly now: () => Date;
}

export function decide(dependencies: DecideDependencies): Answer {
  const { approvals, now } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const id = requestId(event);
    const body = await parseDecision(event);
    const wait = chosen(await waitsOf(dependencies, caller, id), body);
    if (wait.status === "decided") {
      if (wait.decidedBy !== caller || wait.decision !== body.decision) throw alreadyDecided(wait);
      return conclude(dependencies, wait);
    }
    const at = now();
    check(wait, body, caller, at);
    const item = await decided(dependencies, wait, { decision: body.decision, approver: caller, decidedAt: at.toISOString(), note: body.note });
    if (item) return conclude(dependencies, item);
    const winner = await approvals.get(id, wait.phase);
    throw winner?.status === "decided" ? alreadyDecided(winner) : isOver();
  };
}

async function conclude(dependencies: DecideDependencies, item: PendingApproval): Promise<APIGatewayProxyResult> {
  if (!(await deliver(dependencies, item))) throw hasExpired(item, dependencies.now()) ? expired(item) : isOver();
  const { requestId: id, phase, decision, planHash, approver, decidedAt } = answerOf(item);
  return json(200, { requestId: id, phase, decision, planHash, approver, decidedAt });
}

function isOver(): ApiError {
  return new ApiError("wait_is_over", "The machine does not wait for this answer any more. GET /requests/{id} says how the request went on.");
}
