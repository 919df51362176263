/** State Examine: a proposal and what was read of it become a verdict, and where it may be done a sealed plan. Pure; no model, no AWS, no clock. */
import { isStricter } from "../../../config/environments.ts";
import type { Settings } from "../../../config/settings.ts";
import { environmentOfTag } from "../../../config/tags.ts";
import type { ExamineInput, ExamineResult, GovernanceFinding } from "../../shared/contracts.ts";
import { callsFor } from "./calls.ts";
import { decide, type Judging, refused } from "./decide.ts";
import { draftOf, isAlreadySo } from "./draft.ts";
import { driftOf } from "./drift.ts";
import { type ObservedStep, observe } from "./observe.ts";
import { originOf } from "./plan-reads.ts";
import { type Attempt, type Problem, problemsOf } from "./problem.ts";
import { resolvePlan } from "./resolve.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import type { ResolvedStep } from "./step.ts";
import { tagged } from "./system-tags.ts";
import { told } from "./told.ts";
import { wantedReads } from "./wanted.ts";

export function examine(input: ExamineInput, judging: Judging): ExamineResult {
  const { settings } = judging;
  const origin = originOf(input);
  const attempt: Attempt = { attempt: input.attempt, origin, limits: settings.limits };
  const { steps, problems } = resolvePlan(input.proposal, { admission: input.admission, settings, origin });
  if (problems.length > 0) return refused(problems, attempt, []);
  const calls = callsFor(wantedReads(steps, settings), { requestId: input.request.requestId, prefix: `s${input.attempt}`, limits: settings.limits });
  const snapshot = snapshotOf(calls, input.results);
  const evidence = evidenceOf(snapshot);

  const observed = steps.map((step) => examined(step, snapshot, input, settings));
  const wrong = observed.flatMap((one) => ("code" in one ? [one] : []));
  if (wrong.length > 0) return refused(wrong, attempt, evidence);
  const known = observed.flatMap((one) => ("code" in one ? [] : [one]));
  const needed = new Set(known.flatMap(({ dependsOn }) => dependsOn));
  const open = known.filter((step) => !isAlreadySo(step) || needed.has(step.id));
  const already = known.filter((step) => !open.includes(step)).map(alreadyFinding);
  if (open.length === 0) {
    const problem = problemsOf(null).refuse("already_so", "No changes needed: everything is as the plan would leave it.", "There is nothing to do.", "D30");
    return refused([problem], attempt, evidence, already);
  }
  const existing = open.flatMap((step) => existsAlready(step));
  if (existing.length > 0) return refused(existing, attempt, evidence, already);
  return decide(open.map(draftOf), { input, judging, attempt, snapshot, evidence, already });
}

function examined(step: ResolvedStep, snapshot: Snapshot, input: ExamineInput, settings: Settings): ObservedStep | Problem {
  const observed = observe(step, snapshot, input.admission);
  if ("code" in observed) return input.undo && observed.code === "resource_not_found" ? { ...observed, code: "drifted_since", ruleIds: ["S05"] } : observed;
  const claimed = environmentOfTag(observed.tags.Environment ?? "");
  if (claimed && isStricter(claimed, step.environment) && !settings.environments[claimed].directMutation) {
    const message = `What it touches is tagged ${claimed}, in an account registered as ${step.environment}: the stricter counts.`;
    return problemsOf(step.id).refuse("environment_tag_stricter", message, "Correct the tag or the registration.", "law-5", "Y-08");
  }
  const drift = input.undo === null ? null : driftOf(observed, input.undo);
  if (drift) return drift;
  const against = isAlreadySo(observed) ? null : (observed.write.precondition?.(observed.input, observed.image, observed) ?? null);
  if (against) return problemsOf(step.id).revise("precondition", `${step.operation}: ${told(against, 400)}`, "While that is so, leave the step out.", "law-7");
  const withTags = tagged(observed, { requestId: input.request.requestId, now: input.now, settings });
  return "code" in withTags ? withTags : { ...observed, input: withTags.input };
}

/** D33: what is to be made under a name that is taken. */
function existsAlready({ id, write, absent, operation, input }: ObservedStep): Problem[] {
  if (!write.creates || absent) return [];
  const name = told(Object.values(input).find((value) => typeof value === "string"));
  return [
    problemsOf(id).revise(
      "resource_exists",
      `${operation}: ${name} exists already and is not as planned.`,
      "Use it, change it, or choose another name.",
      "D33",
    ),
  ];
}

function alreadyFinding({ id, operation }: ObservedStep): GovernanceFinding {
  const message = `${id} ${operation}: it is so already, and was left out.`;
  return { stepId: id, severity: "low", effect: "informs", message, remediation: "Nothing to do.", ruleIds: ["D30"] };
}

/** Tables listed one by one; more would not fit beside the plan. */
const MOST_EVIDENCE = 60;

function evidenceOf({ tables }: Snapshot): ExamineResult["evidence"] {
  return tables.slice(0, MOST_EVIDENCE).map(({ evidenceId, operation, account, region, evidence, total }) => ({
    ...{ evidenceId, operation, account, region, key: evidence.key, sha256: evidence.sha256, rows: total },
  }));
}
