/** How a change ended, by code: status, its code, and what happened, where, what to do. Pure. */
import type { ReportInput, Status } from "../shared/contracts.ts";
import type { ChangeReport } from "./change-document.ts";
import { leftOf, touched } from "./change-left.ts";
import type { Verdict } from "./status.ts";

type Kind = "verdict" | "undo_refused" | "not_approved" | "not_authorized" | "halted" | "stopped" | "rolled_back" | "verified" | "artifact";
export type ChangeOutcome = Extract<ReportInput["outcome"], { kind: Kind }>;

/** The guardrail's code of a plan that would change nothing. */
const ALREADY_SO = "already_so";
const KINDS: readonly string[] = ["verdict", "undo_refused", "not_approved", "not_authorized", "halted", "stopped", "rolled_back", "verified", "artifact"];

export function isChangeOutcome(outcome: ReportInput["outcome"]): outcome is ChangeOutcome {
  return KINDS.includes(outcome.kind);
}

export function changeStatus(outcome: ChangeOutcome, change: ChangeReport | null): Verdict {
  if (outcome.kind === "undo_refused") return verdict("refused", outcome.code, `Nothing was changed, for there is nothing to take back: ${outcome.reason}`);
  if (change === null)
    return verdict(
      "failed",
      "change_unreadable",
      "What became of the change could not be read. The journal has every step: look there before anything else is done.",
    );
  switch (outcome.kind) {
    case "verdict":
      return refusedPlan(change);
    case "not_approved":
      return notApproved(outcome, change);
    case "not_authorized":
      return verdict(
        touched(change) ? "failed" : "refused",
        outcome.code,
        `Phase ${outcome.phase} was not authorized (${rules(outcome.ruleIds)}): ${outcome.reason} ${leftOf(change)}`,
      );
    case "halted":
    case "stopped":
      return verdict(
        outcome.kind,
        outcome.kind,
        `The request was ${outcome.kind}${outcome.by ? ` by ${outcome.by}` : ""}: ${outcome.reason} ${leftOf(change)}`,
      );
    case "rolled_back":
      return rolledBack(change);
    case "verified":
      return verified(change);
    case "artifact":
      return artifact(change);
  }
}

function refusedPlan({ verdict: judged, attempt }: ChangeReport): Verdict {
  if (judged === null) return verdict("failed", "verdict_missing", "Nothing was changed: the guardrail's verdict did not come. Ask again.");
  const { code, reason, ruleIds, exits, decision } = judged;
  // D30: the request's wish is fulfilled, as the snapshot shows.
  if (code === ALREADY_SO) return verdict("answered", code, `Nothing was changed: ${reason}`);
  const tries = decision === "revise" ? ` It was proposed ${attempt === 1 ? "once" : `${attempt} times`}.` : "";
  const ways = exits.length > 0 ? ` Ways out: ${exits.map((exit) => EXITS[exit]).join("; or ")}.` : "";
  return verdict("refused", code, `Nothing was changed. The guardrail refused the plan (${rules(ruleIds)}): ${reason}${tries}${ways}`);
}

const EXITS = {
  include_item: "include what is missing in the plan",
  use_lower_environment: "use a lower environment",
  change_configuration_by_commit: "change the configuration by a reviewed commit",
} as const;

/** C24: who cancels is told that nothing changed, if nothing did. */
function notApproved({ decision, phase }: Extract<ChangeOutcome, { kind: "not_approved" }>, change: ChangeReport): Verdict {
  const last = change.approvals.at(-1);
  const by = last && last.decision === decision ? ` by ${last.approver}${last.note ? ` ("${last.note}")` : ""}` : "";
  const left = leftOf(change);
  if (decision === "expired")
    return verdict("expired", "approval_expired", `Nobody approved phase ${phase} in time: the plan has expired. ${left} Ask again for a new plan.`);
  if (decision === "stop") return verdict("stopped", "stopped", `The request was stopped${by} while phase ${phase} waited for approval. ${left}`);
  return verdict(touched(change) ? "stopped" : "cancelled", "rejected", `Phase ${phase} was rejected${by}. ${left}`);
}

function rolledBack(change: ChangeReport): Verdict {
  const { steps } = change;
  const failed = steps.find(({ outcome }) => !["done", "already_done", "not_run"].includes(outcome));
  const code = failed ? (failed.outcome === "crashed" ? "worker_crashed" : failed.outcome) : "record_failed";
  const why = failed
    ? `Step ${failed.stepId}, ${failed.operation} on ${failed.resource}, ended as ${failed.outcome}: ${failed.message}`
    : "A step was done but could not be recorded in the journal.";
  if (steps.some(({ standing }) => standing === "done" || standing === "unknown")) {
    const inconsistent = steps.filter(({ standing }) => standing === "done" || standing === "unknown");
    const named = inconsistent
      .map(({ stepId, resource, standing, undo }) => `${stepId} ${resource} (${standing}${undo ? `, undo: ${undo.outcome}` : ""})`)
      .join(", ");
    return verdict("partial_rollback", code, `${why} Not everything could be taken back; still changed: ${named}. Look at each before anything else is done.`);
  }
  if (!steps.some(({ standing }) => standing === "undone")) return verdict("failed", code, `${why} Nothing was changed.`);
  const { notRestorable } = restorable(change);
  return verdict(
    "rolled_back",
    code,
    `${why} What had been done before is taken back, in reverse order${notRestorable ? `, but for what the plan listed: ${notRestorable}` : ""}.`,
  );
}

function restorable({ plan, steps }: ChangeReport): { notRestorable: string } {
  const undone = new Set(steps.filter(({ standing }) => standing === "undone").map(({ stepId }) => stepId));
  const all = (plan?.phases ?? []).flatMap((phase) => phase.steps.filter(({ id }) => undone.has(id)).flatMap((step) => step.notRestorable));
  return { notRestorable: [...new Set(all)].join("; ") };
}

function verified(change: ChangeReport): Verdict {
  const { counts, verification } = change;
  const { created, modified, deleted } = counts.resources;
  const resources = `${created} created, ${modified} modified, ${deleted} deleted`;
  const done = `${counts.steps.completed} of ${counts.steps.total} steps done (${resources})`;
  if (verification?.outcome === "verified" && counts.steps.completed === counts.steps.total)
    return verdict("changed", "changed", `${done} and verified by a last look.`);
  if (verification?.outcome === "mismatch")
    return verdict(
      "unverified",
      "verification_mismatch",
      `${done}, each verified as it was done; but the last look found other values: somebody changed them since. They are in the table; nothing was changed back.`,
    );
  return verdict(
    "unverified",
    "verification_unreadable",
    `${done}, each verified as it was done; but the last look could not read everything. Ask for the resources' state again.`,
  );
}

function artifact({ artifact: made }: ChangeReport): Verdict {
  if (made === null) return verdict("failed", "artifact_unreadable", "Nothing was changed. What the artifact holds could not be read; look at the journal.");
  const blocked = made.blockers.map(({ code, message }) => `${message} (${code})`).join(" ");
  return verdict(
    "artifact",
    made.releasable ? "artifact" : "artifact_not_releasable",
    `Nothing was changed here: staging and production change by a pipeline only. ${made.summary} ${blocked}`.trim(),
  );
}

function rules(ruleIds: readonly string[]): string {
  return ruleIds.length > 0 ? `rules ${ruleIds.join(", ")}` : "no rule named";
}

function verdict(status: Status, code: string, message: string): Verdict {
  return { status, code, message };
}
