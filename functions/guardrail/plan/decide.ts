/** Whether drafted steps may be done: limits, policies, governance, phases; then the sealed plan. Pure. */
import type { Settings } from "../../../config/settings.ts";
import type { ExamineInput, ExamineResult, GovernanceFinding, WellArchitectedRow } from "../../shared/contracts.ts";
import type { JudgedStep, JudgeGround, StepVerdict } from "../policy/judge.ts";
import { packed } from "./batches.ts";
import { boundedFindings, boundedVerdict } from "./bounded.ts";
import { combine } from "./combine.ts";
import type { Draft } from "./draft.ts";
import { rowFindings, tagFindings } from "./governance.ts";
import { backupProblem, costProblems, instancesAfter } from "./limits.ts";
import { phasesOf } from "./phases.ts";
import { type Attempt, type Problem, problemsOf, verdictOn } from "./problem.ts";
import { seal } from "./seal.ts";
import type { Snapshot } from "./snapshot.ts";
import { costsOf, weightOf } from "./weigh.ts";

export interface Judging {
  readonly settings: Settings;
  readonly judge: (step: JudgedStep, ground: JudgeGround) => StepVerdict;
  readonly policyVersion: string;
  /** The table of the state that the plan would leave (M, N). */
  readonly wellArchitected: (drafts: readonly Draft[], snapshot: Snapshot) => WellArchitectedRow[];
}

export interface Deciding {
  readonly input: ExamineInput;
  readonly judging: Judging;
  readonly attempt: Attempt;
  readonly snapshot: Snapshot;
  readonly evidence: ExamineResult["evidence"];
  /** Of steps that were left out. */
  readonly already: readonly GovernanceFinding[];
}

/** UTF-8 bytes of a plan's findings. */
const MOST_GOVERNANCE = 10 * 1024;

export function decide(drafts: readonly Draft[], { input, judging, attempt, snapshot, evidence, already }: Deciding): ExamineResult {
  const { settings, judge } = judging;
  const instances = instancesAfter(
    drafts.map(({ observed }) => observed),
    snapshot,
    settings,
  );
  const { costs, problems: unpriced } = costsOf(drafts);
  const backups = drafts.flatMap((draft) => backupProblem(draft, drafts) ?? []);
  const problems = [...instances.problems, ...unpriced, ...costProblems(drafts, costs, settings), ...backups];
  const counts = { steps: drafts.length, resources: new Set(drafts.map(({ plan }) => plan.resource)).size };
  const verdicts = drafts.map(({ judged }) => {
    const after = instances.after.get(judged.account);
    const ground = { stage: "examine", approval: null, requester: input.request.requester, origin: attempt.origin, settings } as const;
    return judge(judged, { ...ground, counts: after === undefined ? counts : { ...counts, instances: after } });
  });
  const combined = combine(drafts, verdicts, settings);
  if (combined.way === "none") problems.push(...combined.problems);
  if (problems.length > 0 || combined.way === "none") return refused(problems, attempt, evidence, already, verdicts);

  const rows = judging.wellArchitected(drafts, snapshot);
  const governance = boundedFindings([...rowFindings(rows, drafts, settings), ...tagFindings(drafts, rows, settings), ...already], MOST_GOVERNANCE);
  const blocking = governance.filter(({ effect }) => effect === "blocks");
  if (blocking.length > 0) return refused(blocking.map(blocked), attempt, evidence, governance, verdicts);
  const phases = phasesOf(drafts, attempt.origin === "ledger");
  if (!Array.isArray(phases)) return refused([phases], attempt, evidence, already, verdicts);
  const direct = combined.way === "approve";
  const unfit = direct ? phases.flatMap(({ steps }) => tooLargeForSession(packed(steps, input.request.requestId, settings.limits.plan.batchSize))) : [];
  if (unfit.length > 0) return refused(unfit, attempt, evidence, already, verdicts);
  const sealed = seal({
    proposed: input,
    now: input.now,
    settings,
    policyVersion: judging.policyVersion,
    drafts,
    phases,
    wellArchitected: rows,
    governance,
    weight: weightOf(drafts, costs),
    direct,
  });
  if ("code" in sealed) return refused([sealed], attempt, evidence, already, verdicts);
  const reason = direct
    ? `${drafts.length} step(s) in ${phases.length} phase(s) wait for approval.`
    : `${drafts.length} step(s) for a pipeline: nothing is changed there directly.`;
  const verdict = boundedVerdict({
    decision: combined.way,
    code: combined.way === "approve" ? "approval_needed" : "pipeline_only",
    reason,
    ruleIds: [...new Set(verdicts.flatMap(({ ruleIds }) => ruleIds))],
    steps: verdicts,
    findings: governance,
    exits: [],
  });
  return { verdict, ...sealed, evidence };
}

export function refused(
  problems: readonly Problem[],
  attempt: Attempt,
  evidence: ExamineResult["evidence"],
  findings: readonly GovernanceFinding[] = [],
  steps: StepVerdict[] = [],
): ExamineResult {
  return { verdict: verdictOn(problems, attempt, { findings: [...findings], steps }), plan: null, planHash: null, evidence };
}

function blocked({ stepId, message, remediation, ruleIds }: GovernanceFinding): Problem {
  return problemsOf(stepId).revise("governance_blocks", message, remediation, ...ruleIds, "G14", "G15");
}

function tooLargeForSession(packing: ReturnType<typeof packed>): Problem[] {
  if (packing.fits) return [];
  const message = `The step needs a session policy of ${packing.characters} characters; AWS takes 2048.`;
  return [problemsOf(packing.stepId).refuse("session_policy_too_large", message, "Change fewer things in one step.", "law-7")];
}
