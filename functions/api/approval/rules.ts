/** What must be so for a decision to count, in this order, each with its own code. Pure. */

import type { PendingApproval } from "../../shared/approvals.ts";
import { EXITS, type Plan } from "../../shared/contracts.ts";
import { ApiError } from "../errors.ts";
import type { DecisionBody } from "./body.ts";
import { planOf } from "./stored.ts";

export function nothingWaits(): ApiError {
  return new ApiError(
    "nothing_waits",
    "No plan of this request waits for approval: it has not come so far, or it needs none. GET /requests/{id} says where it is.",
  );
}

/** @throws ApiError phase_not_waiting, plan_hash_mismatch. */
export function chosen(waits: readonly PendingApproval[], { phase, planHash }: Pick<DecisionBody, "phase" | "planHash">): PendingApproval {
  if (waits.length === 0) throw nothingWaits();
  const found = waits.find((wait) => wait.phase === phase);
  const turn = waits.find(({ status }) => status === "waiting")?.phase;
  // The first is decided and another waits: an old call is not a new one's confirmation, and the body may have meant either.
  if (!found) {
    const what = turn === undefined ? "No phase waits now." : `Phase ${turn} waits: name it as phase.`;
    throw new ApiError("phase_not_waiting", `Phase ${phase} of this plan does not wait for an approval of its own. ${what}`, { field: "phase" });
  }
  if (found.planHash !== planHash)
    throw new ApiError("plan_hash_mismatch", "The plan you saw is not the one that waits. GET this address, judge that plan, and send its planHash.", {
      field: "planHash",
    });
  return found;
}

/** @throws ApiError already_decided. */
export function alreadyDecided({ phase, decision, decidedBy, decidedAt }: PendingApproval): ApiError {
  const said = { approve: "approved", reject: "rejected", stop: "stopped" }[decision ?? "stop"];
  return new ApiError("already_decided", `Phase ${phase} was ${said} by ${decidedBy} at ${decidedAt}. Your decision changed nothing.`);
}

/** Of somebody who may know of the wait. */
export function mayApprove({ requester, requesterMayApprove, destructive }: PendingApproval, caller: string): boolean {
  return caller !== requester || (requesterMayApprove && !destructive);
}

/** @throws ApiError approval_expired, plan_tampered, approval_self_not_allowed, plan_blocked, acknowledgement_missing. */
export function check(wait: PendingApproval, { decision, acknowledge }: DecisionBody, caller: string, now: Date): void {
  if (hasExpired(wait, now)) throw expired(wait);
  if (decision !== "approve") return;
  // First: who may approve is the item's word, which counts where it is the plan's.
  const plan = planOf(wait);
  if (!mayApprove(wait, caller)) throw notYours(wait);
  if (isBlocked(plan))
    throw new ApiError("plan_blocked", "The plan has BLOCKED items, which no approval lifts. Only these lead on: see suggestions (G15).", {
      suggestions: EXITS,
    });
  const missing = plan.approval.acknowledge.filter((item) => !acknowledge.includes(item));
  if (missing.length > 0)
    throw new ApiError("acknowledgement_missing", `acknowledge lacks ${missing.length} of the plan's findings; repeat each word by word once you accept it.`, {
      field: "acknowledge",
      suggestions: missing,
    });
}

export function hasExpired({ planExpiresAt }: PendingApproval, now: Date): boolean {
  return now.getTime() >= Date.parse(planExpiresAt);
}

export function expired({ planExpiresAt }: PendingApproval): ApiError {
  return new ApiError("approval_expired", `The plan expired at ${planExpiresAt}; nothing was changed. Send the request again for a plan of the present state.`);
}

function notYours({ destructive, phase }: PendingApproval): ApiError {
  const why = destructive ? `phase ${phase} destroys something` : "the environment asks for it";
  return new ApiError(
    "approval_self_not_allowed",
    `You asked for this change, and ${why}: somebody else approves it (sessions of one role are one principal). GET this address names who may.`,
  );
}

function isBlocked({ wellArchitected, governance }: Plan): boolean {
  return wellArchitected.some(({ status }) => status === "BLOCKED") || governance.some(({ effect }) => effect === "blocks");
}
