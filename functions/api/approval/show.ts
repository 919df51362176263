/** GET /requests/{id}/approval: what waits, as JSON or as a page to judge it by (Accept: text/markdown). */
import { type Approver, mayApproveFor } from "../../../config/approvers.ts";
import type { PendingApproval } from "../../shared/approvals.ts";
import type { Plan } from "../../shared/contracts.ts";
import { approvalMarkdown } from "../../shared/plan-markdown.ts";
import { header, json, text } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import { type AccessDependencies, waitsOf } from "./access.ts";
import { hasExpired, nothingWaits } from "./rules.ts";
import { planOf } from "./stored.ts";

export interface ShowDependencies extends AccessDependencies {
  readonly now: () => Date;
}

export function show(dependencies: ShowDependencies): Answer {
  const { approvers, now } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const id = requestId(event);
    const waits = await waitsOf(dependencies, caller, id);
    // The one whose turn it is; with none, how the last was decided.
    const wait = waits.find(({ status }) => status === "waiting") ?? waits.at(-1);
    if (!wait) throw nothingWaits();
    const plan = planOf(wait);
    const view = viewOf(wait, plan, approvers, now());
    return /text\/markdown/i.test(header(event, "Accept") ?? "")
      ? text(200, "text/markdown; charset=utf-8", approvalMarkdown(plan, view))
      : json(200, { ...view, plan });
  };
}

function viewOf(wait: PendingApproval, plan: Plan, approvers: readonly Approver[], now: Date) {
  const { phase, destructive, planHash, requester, planExpiresAt, decision, decidedBy, decidedAt } = wait;
  const requesterMayApprove = wait.requesterMayApprove && !destructive;
  const principals = [...new Set(approvers.map(({ principal }) => principal))];
  const registered = principals.filter((principal) => principal !== requester && mayApproveFor(approvers, principal, wait.accounts));
  return {
    requestId: wait.pk,
    phase,
    status: wait.status === "waiting" && hasExpired(wait, now) ? ("expired" as const) : wait.status,
    destructive,
    planHash,
    requester,
    mayApprove: requesterMayApprove ? [requester, ...registered] : registered,
    expiresAt: planExpiresAt,
    acknowledge: plan.approval.acknowledge,
    decision,
    decidedBy,
    decidedAt,
  };
}
