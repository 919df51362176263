/**
 * Await approval: keeps what a person is shown, with the token that ends the wait. Invoked with `.waitForTaskToken`; what it
 * returns ends nothing. The approval API answers the token with an `approval` document (contracts/approval.ts).
 *
 * A stop cannot slip through beside a wait that begins: the API writes the stop, then looks for what waits; this function
 * writes what waits, then looks for a stop (both reads consistent), so one of them sees the other. If it is this one, which may
 * answer no token, it throws. The machine's Catch of AwaitApproval therefore leads to state Halt: `stopped` there is a stop, `go` a failure.
 */
import canonicalize from "canonicalize";
import { type ApprovalRequest, approvalRequest, type PendingApproval, termsOf } from "../shared/approvals.ts";
import type { Approvals } from "../shared/approvals-table.ts";
import type { Approval } from "../shared/contracts.ts";
import { digest, sha256Hex } from "../shared/digest.ts";
import type { StopItem } from "../shared/halt.ts";
import { firstIssue } from "../shared/issue.ts";
import type { Stops } from "../shared/stops-table.ts";

export interface ApprovalDependencies {
  readonly approvals: Approvals;
  readonly stops: Pick<Stops, "get">;
  /** How long an item outlives its plan. */
  readonly retentionDays: number;
  readonly now: () => Date;
}

export class RequestStopped extends Error {
  override readonly name = "RequestStopped";
}

const DAY_SECONDS = 86_400;

/** @throws for a plan that is not the hashed one: nobody may be shown it. */
export function makeHandler(dependencies: ApprovalDependencies): (event: unknown) => Promise<{ phase: number; planHash: string }> {
  const { approvals, stops } = dependencies;
  return async function approval(event) {
    const parsed = approvalRequest.safeParse(event);
    if (!parsed.success) throw new Error(`approval: ${firstIssue(parsed.error)}`);
    const request = parsed.data;
    const { plan, planHash, phase } = request;
    if (digest(plan) !== planHash) throw new Error(`approval: the plan of ${plan.requestId} is not the one of hash ${planHash}; nothing is shown or asked.`);

    const item = pendingOf(request, dependencies);
    await write(approvals, item);
    const stop = await stops.get(plan.requestId);
    if (stop) {
      await approvals.put(stopped(item, stop), item);
      throw new RequestStopped(`${plan.requestId} was stopped by ${stop.by} at ${stop.at} as it began to wait for approval; phase ${phase} is not asked for.`);
    }
    return { phase, planHash };
  };
}

/**
 * A wait has one token. Another token means that the machine tries the state again and that the former's wait is dead: it is
 * replaced, unless the machine took an answer to it.
 */
async function write(approvals: Approvals, item: PendingApproval): Promise<void> {
  const seen = await approvals.get(item.pk, item.phase);
  if (seen?.taskToken === item.taskToken) return;
  if (seen?.sent) throw new Error(`approval: phase ${item.phase} of ${item.pk} was answered already (${seen.decision}); its answer is not asked for twice.`);
  if (await approvals.put(item, seen ?? null)) return;
  const now = await approvals.get(item.pk, item.phase);
  if (now?.taskToken !== item.taskToken)
    throw new Error(`approval: phase ${item.phase} of ${item.pk} changed while it was written; the state may be tried again.`);
}

function pendingOf({ plan, planHash, phase, taskToken }: ApprovalRequest, { retentionDays, now }: ApprovalDependencies): PendingApproval {
  const terms = termsOf(plan, phase);
  if (!terms) throw new Error(`approval: phase ${phase} of ${plan.requestId} is none that is approved by itself.`);
  return {
    ...terms,
    status: "waiting",
    phase,
    planHash,
    plan: canonicalize(plan) ?? "",
    taskToken,
    tokenDigest: sha256Hex(taskToken),
    createdAt: now().toISOString(),
    decision: null,
    decidedBy: null,
    decidedAt: null,
    answer: null,
    sent: false,
    expiresAt: Math.ceil(Date.parse(plan.expiresAt) / 1000) + retentionDays * DAY_SECONDS,
  };
}

/** The machine is told by the error. */
function stopped(item: PendingApproval, { by, at, reason }: StopItem): PendingApproval {
  const { pk: requestId, phase, tokenDigest, planHash, planExpiresAt: expiresAt } = item;
  const answer: Approval = { requestId, phase, tokenDigest, planHash, decision: "stop", approver: by, expiresAt, decidedAt: at, note: reason, mac: null };
  return { ...item, status: "decided", decision: "stop", decidedBy: by, decidedAt: at, answer: JSON.stringify(answer), sent: true };
}
