/** The request's status, by code and never by the model's word. Every message: what happened, where, what to do. Pure. */
import type { FAILURE_CODES, ReportInput, Status } from "../shared/contracts.ts";
import { FEWER_STEPS } from "../shared/too-many-steps.ts";
import type { ChangeReport } from "./change-document.ts";
import { crashedStatus } from "./change-left.ts";
import { changeStatus, isChangeOutcome } from "./change-status.ts";
import type { NotRead } from "./document.ts";

export interface Verdict {
  readonly status: Status;
  readonly code: string;
  readonly message: string;
}

export interface StatusGround {
  readonly outcome: ReportInput["outcome"];
  /** Tables read, in accounts. An empty table was read; a refused one was not. */
  readonly tables: number;
  readonly accounts: number;
  readonly notRead: readonly NotRead[];
  readonly change: ChangeReport | null;
}

const ADVICE: Readonly<Record<(typeof FAILURE_CODES)[number], string>> = {
  model_output_invalid: "Ask again; if it repeats, look at the orchestrator's journal entries.",
  model_reply_too_large: "Ask for less at once.",
  model_refused: "Ask in other words.",
  model_access_denied: "An administrator must allow the orchestrator's role this model in Bedrock (README, before the first request).",
  model_unavailable: "Mostly the model is throttled or out of order: ask again in some minutes.",
  budget_exhausted: "Give a higher budgetUsd or ask for less.",
  round_limit: "Ask a narrower question: fewer accounts, regions or services.",
  input_too_large: "Ask for fewer accounts, regions or services.",
  too_many_steps: FEWER_STEPS,
};

export function statusOf(ground: StatusGround): Verdict {
  const { outcome, change } = ground;
  if (isChangeOutcome(outcome)) return withUnread(changeStatus(outcome, change), ground);
  switch (outcome.kind) {
    case "answer":
      return answered(ground);
    case "ask":
      return {
        status: "needs_input",
        code: "needs_input",
        message: `The request can't be planned yet: ${outcome.missing.join(" ")} Ask again with that said.`,
      };
    case "decline":
      return { status: "declined", code: "declined", message: `The planner declined the request: ${outcome.reason}` };
    case "refused":
      return refused(ground);
    case "failed":
      // As the guardrail refuses what could be carried to it.
      if (outcome.code === "too_many_steps")
        return { status: "refused", code: outcome.code, message: `Nothing was changed. ${outcome.message} ${ADVICE[outcome.code]}` };
      return { status: "failed", code: outcome.code, message: `The planner's work failed (${outcome.code}): ${outcome.message} ${ADVICE[outcome.code]}` };
    case "crashed": {
      const message = `State ${outcome.state} crashed with ${outcome.error}: ${outcome.cause.slice(0, 1000)} ${CRASH_ADVICE[outcome.state] ?? "Look at that function's log, then ask again."}`;
      const left = change && crashedStatus(change);
      return { status: left?.status ?? "failed", code: "crashed", message: left ? `${message} ${left.message}` : message };
    }
    case "discover":
    case "propose":
      return {
        status: "failed",
        code: "crashed",
        message: `The request ended while its planner's decision (${outcome.kind}) was still to be followed. The state machine's order is wrong: report this.`,
      };
  }
}

/** A plan rests on what the planner could read: whoever reads "done" has to know that more may be to do. */
function withUnread(verdict: Verdict, { notRead }: StatusGround): Verdict {
  const isDone = verdict.status === "changed" || verdict.status === "artifact" || verdict.code === "already_so";
  if (!isDone || notRead.length === 0) return verdict;
  return {
    ...verdict,
    message: `${verdict.message} Not all was read while it was planned, so steps may be missing: ${summarize(notRead)}. The report lists each.`,
  };
}

function answered({ tables, accounts, notRead }: StatusGround): Verdict {
  const missing = notRead.length > 0 ? ` Not read: ${summarize(notRead)}.` : "";
  if (tables === 0)
    return {
      status: "failed",
      code: "no_evidence",
      message: `The planner answered, but nothing was read in any account: the answer rests on no evidence.${missing} Look at what was not read and why, then ask again.`,
    };
  const ground = `Answered from ${plural(tables, "table")} read in ${plural(accounts, "account")}.`;
  if (notRead.length === 0) return { status: "answered", code: "answered", message: ground };
  return { status: "partial", code: "partial", message: `${ground} The answer may be incomplete.${missing} The report lists each with what it needs.` };
}

function refused({ notRead }: StatusGround): Verdict {
  const exclusions = notRead.filter(({ kind }) => kind === "exclusion");
  const reasons = exclusions.map(({ message, access }) => `${message} ${access}`.trim()).join(" ");
  return {
    status: "refused",
    code: exclusions[0]?.errorCode ?? "refused",
    message: `The request was refused before any AWS call was made. ${reasons || "No reason was recorded: report this."}`,
  };
}

/** States whose function may write no log (law 2): what happened stands in the execution only. */
const CRASH_ADVICE: Readonly<Record<string, string>> = {
  Orchestrate: "The planner may write no log; the execution's history has the error.",
  Admit: "Admit may write no log; the execution's history has the error.",
  ...Object.fromEntries(
    ["Guardrail", "PlanReads", "Examine", "Authorize", "PlanRollBack", "PlanVerify", "Verify"].map((state) => [
      state,
      "The guardrail may write no log; the execution's history has the error.",
    ]),
  ),
};

const WORDS: Readonly<Record<NotRead["kind"], string>> = {
  failure: "failed read",
  crash: "crashed worker",
  refused_task: "refused task",
  exclusion: "excluded account or region",
  truncated: "truncated table",
  cut: "cut table",
  evidence_missing: "unreadable evidence object",
  malformed: "malformed document",
};

function summarize(notRead: readonly NotRead[]): string {
  const kinds = [...new Set(notRead.map(({ kind }) => kind))];
  return kinds.map((kind) => plural(notRead.filter((one) => one.kind === kind).length, WORDS[kind])).join(", ");
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
