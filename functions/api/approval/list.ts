/** GET /approvals: what waits for the caller, as approver of all its accounts or as who asked for it, newest first. */

import pLimit from "p-limit";
import type { Approver } from "../../../config/approvers.ts";
import { type PendingApproval, UnreadableWait } from "../../shared/approvals.ts";
import type { Approvals } from "../../shared/approvals-table.ts";
import { ApiError, type Log, logAlarm } from "../errors.ts";
import { json } from "../http.ts";
import { requesterOf } from "../principal.ts";
import type { Answer } from "../routes.ts";
import { mayKnow } from "./access.ts";
import { hasExpired, mayApprove } from "./rules.ts";
import { storedPlan, unreadable } from "./stored.ts";

export interface ListDependencies {
  readonly approvals: Pick<Approvals, "get" | "waiting">;
  readonly approvers: readonly Approver[];
  readonly now: () => Date;
  readonly log: Log;
}

/** Items of an answer, and lines in the log about others'. */
const MOST = 50;
/** Waits looked at for it, everybody's. */
const MOST_READ = 2_000;
/** Plans read together: each may have 80 KiB. */
const AT_ONCE = 10;

interface Row {
  readonly pk: string;
  readonly phase: number;
  readonly createdAt: string;
}

export function list(dependencies: ListDependencies): Answer {
  const { approvals, approvers, now, log } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const at = now();
    const { found, broken, truncated } = await own(dependencies, caller, at);
    const limited = pLimit(AT_ONCE);
    const items = await Promise.all(found.map((row) => limited(() => itemOf(approvals, row))));
    const lost = items.filter((item) => item instanceof UnreadableWait);
    for (const one of [...broken, ...lost]) logAlarm(unreadable(one), log);
    return json(200, {
      approvals: items.map((item) => viewOf(item, caller, at, dependencies)).filter((view) => view !== undefined),
      // By the item's own word, like all else: it waits too, and its key is what a stop of it takes.
      unreadable: lost.filter((item) => mayKnow(item, caller, approvers)).map(({ pk: requestId, phase }) => ({ requestId, phase })),
      truncated,
    });
  };
}

/** @returns `broken`: rows that can't be read and may be anybody's, which an operator is told of and the caller is not. */
async function own({ approvals, approvers }: ListDependencies, caller: string, at: Date) {
  const found: Row[] = [];
  const broken: UnreadableWait[] = [];
  let seen = 0;
  for await (const row of approvals.waiting(at)) {
    if (++seen > MOST_READ) break;
    const { pk, phase, createdAt } = row;
    if (phase !== null && mayKnow(row, caller, approvers)) found.push({ pk, phase, createdAt });
    else if (row instanceof UnreadableWait) broken.push(row);
  }
  found.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { found: found.slice(0, MOST), broken: broken.slice(0, MOST), truncated: seen > MOST_READ || found.length > MOST };
}

async function itemOf(approvals: ListDependencies["approvals"], { pk, phase }: Row): Promise<PendingApproval | UnreadableWait | undefined> {
  try {
    return await approvals.get(pk, phase);
  } catch (error) {
    if (error instanceof UnreadableWait) return error;
    throw error;
  }
}

/** From the item itself: the index may not have heard yet that it was decided, and has no plan to compare with its hash. */
function viewOf(wait: PendingApproval | UnreadableWait | undefined, caller: string, at: Date, { approvers, log }: ListDependencies) {
  if (wait === undefined || wait instanceof UnreadableWait) return undefined;
  if (wait.status !== "waiting" || hasExpired(wait, at) || !mayKnow(wait, caller, approvers)) return undefined;
  const { pk: requestId, phase, destructive, requester, accounts, planHash, planExpiresAt: expiresAt } = wait;
  const plan = storedPlan(wait);
  const head = { requestId, phase, destructive, requester, accounts, planHash, expiresAt };
  if (!(plan instanceof ApiError)) return { ...head, summary: plan.summary, risk: plan.risk, mine: mayApprove(wait, caller) };
  // It waits, and one that is hidden is stopped by nobody: GET /requests/{id}/approval says what is wrong with it.
  logAlarm(plan, log);
  return { ...head, summary: null, risk: null, mine: false };
}
