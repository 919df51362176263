/** Steps' verdicts become one for the plan (law 9: whatever is not clearly a way on, is none). Pure. */
import type { Settings } from "../../../config/settings.ts";
import type { StepVerdict } from "../policy/judge.ts";
import type { Draft } from "./draft.ts";
import { type Problem, type ProblemCode, problemsOf } from "./problem.ts";
import { told } from "./told.ts";

/** G04, G05: denied since it is staging or production, and only since: then a pipeline's artifact may do it. */
const PIPELINE_RULES: ReadonlySet<string> = new Set(["G04", "G05", "H07"]);
/** What a planner can propose otherwise: tags, and what the settings list. */
const REVISABLE: ReadonlySet<string> = new Set(["L01", "L02", "L04", "L06", "L07", "L09", "L10", "L11", "L16", "B08", "I04", "I09"]);
/** Rules that have a name of their own. */
const CODES: readonly (readonly [string, ProblemCode])[] = [
  ["G01", "limit_instances"],
  ["A04", "account_out_of_scope"],
  ["G06", "environment_read_only"],
];

export type Combined = { readonly way: "approve" } | { readonly way: "artifact" } | { readonly way: "none"; readonly problems: Problem[] };

export function combine(drafts: readonly Draft[], verdicts: readonly StepVerdict[], settings: Settings): Combined {
  const denied = drafts.flatMap((draft) => {
    const verdict = verdicts.find(({ stepId }) => stepId === draft.plan.id);
    if (!verdict) return [{ draft, ruleIds: ["law-9"], reason: "No verdict came." }];
    return verdict.decision === "deny" ? [{ draft, ruleIds: verdict.ruleIds, reason: verdict.reason }] : [];
  });
  const isPipelines = ({ draft, ruleIds }: (typeof denied)[number]) =>
    ruleIds.length > 0 && ruleIds.every((rule) => PIPELINE_RULES.has(rule)) && settings.environments[draft.plan.environment].pipelineArtifact;
  const real = denied.filter((one) => !isPipelines(one));
  if (real.length > 0) return { way: "none", problems: real.map(({ draft, ruleIds, reason }) => denial(draft, ruleIds, reason)) };
  if (denied.length === 0) return { way: "approve" };
  if (denied.length === drafts.length) return { way: "artifact" };
  const message = `${denied.length} of ${drafts.length} steps are for a pipeline, the others for direct change.`;
  return { way: "none", problems: [problemsOf(null).refuse("mixed_environments", message, "Ask for each environment by itself.", "G04", "G05")] };
}

function denial({ plan }: Draft, ruleIds: readonly string[], reason: string): Problem {
  const { revise, refuse } = problemsOf(plan.id);
  const [, code] = CODES.find(([rule]) => ruleIds.includes(rule)) ?? (["", "policy_denied"] as const);
  if (ruleIds.length > 0 && ruleIds.every((rule) => REVISABLE.has(rule))) return revise(code, told(reason, 400), "Propose it within the rule.", ...ruleIds);
  return refuse(code, told(reason, 400), "The rule is changed by a commit, not by a request.", ...ruleIds);
}
