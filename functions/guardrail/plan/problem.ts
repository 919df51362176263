/** What is wrong with a proposal, and the verdict that says so. */
import type { Limits } from "../../../config/limits.ts";
import { EXITS, type GovernanceFinding, type Verdict } from "../../shared/contracts.ts";
import { boundedVerdict } from "./bounded.ts";

/** Stable: people and the planner read them. */
export type ProblemCode =
  | "unknown_service"
  | "unknown_operation"
  | "inverse_only"
  | "secret_in_proposal"
  | "invalid_input"
  | "wildcard_resource"
  | "foreign_arn"
  | "not_in_settings"
  | "account_not_registered"
  | "account_not_admitted"
  | "account_out_of_scope"
  | "environment_read_only"
  | "region_not_admitted"
  | "duplicate_step"
  | "reference_unknown"
  | "reference_forward"
  | "reference_not_offered"
  | "reference_needed"
  | "steps_overlap"
  | "too_many_steps"
  | "too_many_phases"
  | "plan_too_wide"
  | "plan_too_large"
  | "state_incomplete"
  | "resource_not_found"
  | "resource_exists"
  | "drifted_since"
  | "already_so"
  | "precondition"
  | "environment_tag_stricter"
  | "tags_missing"
  | "reserved_tag"
  | "backup_missing"
  | "cost_unknown"
  | "limit_instances"
  | "limit_cost"
  | "data_class_exceeds"
  | "policy_denied"
  | "mixed_environments"
  | "governance_blocks"
  | "session_policy_too_large";

export interface Problem {
  readonly stepId: string | null;
  /** `revise`: a planner can correct it; `refuse`: nobody who proposes can. */
  readonly decision: "revise" | "refuse";
  readonly code: ProblemCode;
  readonly message: string;
  readonly remediation: string;
  readonly ruleIds: readonly string[];
  /** Absent: high. */
  readonly severity?: GovernanceFinding["severity"];
}

export type Decide = (code: ProblemCode, message: string, remediation: string, ...ruleIds: string[]) => Problem;

/** Problems of one step, or with null of the plan. */
export function problemsOf(stepId: string | null): { readonly revise: Decide; readonly refuse: Decide } {
  const as =
    (decision: Problem["decision"]): Decide =>
    (code, message, remediation, ...ruleIds) => ({ stepId, decision, code, message, remediation, ruleIds });
  return { revise: as("revise"), refuse: as("refuse") };
}

export interface Attempt {
  /** 1 for the first proposal. */
  readonly attempt: number;
  readonly origin: "planner" | "ledger";
  readonly limits: Limits;
}

/** The verdict on a proposal with problems; the first that decides gives its code. Nothing goes back to a planner that is none, or too often. */
export function verdictOn(
  problems: readonly Problem[],
  { attempt, origin, limits }: Attempt,
  more: Partial<Pick<Verdict, "steps" | "findings">> = {},
): Verdict {
  const first = problems.find(({ decision }) => decision === "refuse") ?? problems[0];
  if (!first) throw new Error("a verdict on no problem was asked for");
  const final = first.decision === "refuse" || origin === "ledger" || attempt > limits.plan.revisions;
  const late = final && first.decision === "revise" && origin === "planner" ? ` This was proposal ${attempt}; no more go back.` : "";
  const alike = problems.length > 1 ? ` ${problems.length - 1} more problem(s) are listed.` : "";
  return boundedVerdict({
    decision: final ? "refuse" : "revise",
    code: first.code,
    reason: `${first.stepId === null ? "" : `${first.stepId}: `}${first.message} ${first.remediation}${alike}${late}`,
    ruleIds: [...new Set(problems.flatMap(({ ruleIds }) => ruleIds))],
    steps: more.steps ?? [],
    findings: [...problems.map(asFinding), ...(more.findings ?? [])],
    exits: problems.some(({ code }) => code === "governance_blocks") ? [...EXITS] : [],
  });
}

function asFinding({ stepId, message, remediation, ruleIds, severity = "high" }: Problem): GovernanceFinding {
  return { stepId, severity, effect: "blocks", message, remediation, ruleIds: [...ruleIds] };
}
