/** GET /approvals: what waits for the caller, as approver of all its accounts or as who asked for it, newest first. */

import pLimit from "p-limit";
import type { Approver } from "../../../config/approvers.ts";
import type { PendingApproval, Waiting } from "../../shared/approvals.ts";
import type { Approvals } from "../../shared/approvals-table.ts";
import { ApiError, type Log, logAlarm } from "../errors.ts";
import { json } from "../http.ts";
import { requesterOf } from "../principal.ts";
import type { Answer } from "../routes.ts";
import { mayKnow } from "./access.ts";
import { hasExpired, mayApprove, storedPlan } from "./rules.ts";

export interface ListDependencies {
  readonly approvals: Pick<Approvals, "get" | "waiting">;
  readonly approvers: readonly Approver[];
  readonly now: () => Date;
  readonly log: Log;
}

/** Items of an answer. */
const MOST = 50;
/** Waits looked at for it, everybody's. */
const MOST_READ = 2_000;
/** Plans read together: each may have 80 KiB. */
const AT_ONCE = 10;

export function list(dependencies: ListDependencies): Answer {
  const { approvals, now } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const at = now();
    const { found, truncated } = await own(dependencies, caller, at);
    const limited = pLimit(AT_ONCE);
    const items = await Promise.all(found.map(({ pk, phase }) => limited(async () => viewOf(await approvals.get(pk, phase), caller, at, dependencies))));
    return json(200, { approvals: items.filter((item) => item !== undefined), truncated });
  };
}

async function own({ approvals, approvers }: ListDependencies, caller: string, at: Date): Promise<{ found: Waiting[]; truncated: boolean }> {
  const found: Waiting[] = [];
  let seen = 0;
  for await (const wait of approvals.waiting(at)) {
    if (++seen > MOST_READ) break;
    if (mayKnow(wait, caller, approvers)) found.push(wait);
  }
  found.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { found: found.slice(0, MOST), truncated: seen > MOST_READ || found.length > MOST };
}

/** From the item itself: the index may not have heard yet that it was decided, and has no plan to compare with its hash. */
function viewOf(wait: PendingApproval | undefined, caller: string, at: Date, { approvers, log }: ListDependencies) {
  if (wait?.status !== "waiting" || hasExpired(wait, at) || !mayKnow(wait, caller, approvers)) return undefined;
  const { pk: requestId, phase, destructive, requester, accounts, planHash, planExpiresAt: expiresAt } = wait;
  const plan = storedPlan(wait);
  const head = { requestId, phase, destructive, requester, accounts, planHash, expiresAt };
  if (!(plan instanceof ApiError)) return { ...head, summary: plan.summary, risk: plan.risk, mine: mayApprove(wait, caller) };
  // It waits, and one that is hidden is stopped by nobody: GET /requests/{id}/approval says what is wrong with it.
  logAlarm(plan, log);
  return { ...head, summary: null, risk: null, mine: false };
}
