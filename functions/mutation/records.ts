/** Ledger items of a step: how one begins, and how it changes without overwriting what another worker knows better. */
import type { StepInput } from "../../config/catalog/write.ts";
import { type LedgerItem, ledgerKey } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import type { Told } from "./outcome.ts";
import type { Run } from "./run.ts";

type Status = LedgerItem["status"];
const SECONDS_A_DAY = 86_400;
/** Other workers of the same step: more would be a defect. */
const MOST_RACES = 5;

export function firstItem({ step }: Known, input: StepInput, status: Status, { job, boundaries, attempt }: Run): LedgerItem {
  const now = boundaries.now();
  return {
    pk: job.call.requestId,
    sk: ledgerKey(job.call.phase, step.id),
    status,
    stepId: step.id,
    phase: job.call.phase,
    service: step.service,
    operation: step.operation,
    account: step.account,
    environment: step.environment,
    region: step.region,
    resource: step.resource,
    planHash: job.planHash,
    input: { ...input },
    output: {},
    before: step.before,
    after: null,
    inverse: step.inverse,
    notRestorable: step.notRestorable,
    calls: [],
    approver: job.approval.approver,
    principal: "",
    version: 1,
    attempt,
    startedAt: new Date(now).toISOString(),
    endedAt: status === "started" ? null : new Date(now).toISOString(),
    expiresAt: Math.ceil(now / 1000) + boundaries.settings.deployment.retention.journalDays * SECONDS_A_DAY,
  };
}

/** What a worker that knows how it ended may write over. A decided item stays. */
const OVER: Readonly<Record<Status, readonly Status[]>> = {
  started: ["started", "indeterminate"],
  failed: ["started"],
  indeterminate: ["started"],
  done: ["started", "indeterminate", "undoing"],
  undoing: [],
  undone: ["undoing", "undo_indeterminate"],
  undo_indeterminate: ["undoing"],
};

/** @returns the item as it stands then: `attempt` is another's where that one's word counts. */
export async function settle(item: LedgerItem, changes: Partial<LedgerItem>, run: Run): Promise<LedgerItem> {
  const { ledger, now } = run.boundaries;
  const isOpen = changes.status === "started" || changes.status === "undoing";
  let current = item;
  for (let race = 0; race < MOST_RACES; race++) {
    const endedAt = isOpen ? null : new Date(now()).toISOString();
    const next = { ...current, ...changes, endedAt, attempt: run.attempt, version: current.version + 1 };
    if (await ledger.put(next, current.version)) return next;
    const found = await ledger.get(item.pk, item.phase, item.stepId);
    if (!found) throw new Error(`the ledger lost ${item.pk} ${item.sk} while it was worked on`);
    if (!OVER[next.status].includes(found.status)) return found;
    current = found;
  }
  throw new Error(`${item.pk} ${item.sk} is worked on by too many at a time`);
}

/** What an item that is decided says to whoever would apply its step; null: an attempt began and has not said how it ended. */
export function alreadyTold(item: LedgerItem): Told | null {
  const { status, resource, principal, output } = item;
  const told = (outcome: Told["outcome"], code: string, message: string): Told => ({ outcome, code, message, resource, principal, output });
  switch (status) {
    case "started":
      return null;
    case "done":
      return told("already_done", "already_done", "An earlier attempt did it.");
    case "failed":
      return told("failed", "already_failed", "An earlier attempt failed, and nothing of it is left. It is not tried again: ask for a new plan.");
    case "indeterminate":
      return told(
        "indeterminate",
        "already_indeterminate",
        "An earlier attempt could not tell whether it took effect. It is not tried again: look at the resource.",
      );
    default:
      return told("failed", "already_undone", "The step was taken back, or is being taken back: it is not applied again.");
  }
}
