/** A verdict held to its share of a state's payload. Pure. */
import { BOUNDS, type GovernanceFinding, type Verdict } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import { told } from "./told.ts";

/** Characters of a reason, and of each message of a list. */
const REASON = 1_200;
const MESSAGE = 400;
/** Of so many steps each verdict may have a long reason: limits.plan.steps is 100 at most. */
const FEW_STEPS = 16;
/** Rule ids of one list. */
const MOST_RULES = 30;
/** Bytes that the count of one effect's findings takes at most. */
const COUNTED = 256;
const MEANS = {
  blocks: "stop the plan",
  blocks_release: "keep it from its release",
  acknowledge: "are to be acknowledged",
  informs: "inform",
} as const satisfies Record<GovernanceFinding["effect"], string>;
const EFFECTS = Object.keys(MEANS) as (keyof typeof MEANS)[];

/** Steps' verdicts, all of them in fewer words where there are many; findings have the rest, and what is left out is counted. */
export function boundedVerdict(verdict: Verdict): Verdict {
  const words = verdict.steps.length > FEW_STEPS ? 40 : MESSAGE;
  const steps = verdict.steps.map((step) => ({ ...step, reason: told(step.reason, words), ruleIds: step.ruleIds.slice(0, 6) }));
  const head = { ...verdict, reason: told(verdict.reason, REASON), ruleIds: verdict.ruleIds.slice(0, MOST_RULES), steps: [], findings: [] };
  const room = BOUNDS.verdict - jsonBytes({ ...head, steps });
  return { ...head, steps, findings: boundedFindings(verdict.findings, room) };
}

/** At most `bytes`: the first are told, the rest counted, each effect in one more of its own, so that what has to be acknowledged still is. */
export function boundedFindings(findings: readonly GovernanceFinding[], bytes: number): GovernanceFinding[] {
  const short = findings.map((finding) => ({ ...finding, message: told(finding.message, MESSAGE), remediation: told(finding.remediation, MESSAGE) }));
  const whole = fitting(short, bytes);
  if (whole === short.length) return short;
  const kept = short.slice(0, fitting(short, bytes - EFFECTS.length * COUNTED));
  const left = short.slice(kept.length);
  return [...kept, ...EFFECTS.flatMap((effect) => counted(effect, left.filter((finding) => finding.effect === effect).length))];
}

function counted(effect: GovernanceFinding["effect"], count: number): GovernanceFinding[] {
  if (count === 0) return [];
  const message = `${count} more findings that ${MEANS[effect]} are not listed.`;
  return [{ stepId: null, severity: "high", effect, message, remediation: "Change fewer resources at once to see each.", ruleIds: [] }];
}

function fitting(items: readonly unknown[], bytes: number): number {
  let used = 2;
  const over = items.findIndex((item) => {
    used += jsonBytes(item) + 1;
    return used > bytes;
  });
  return over === -1 ? items.length : over;
}
