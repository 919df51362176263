/** A verdict held to its share of a state's payload. Pure. */
import { BOUNDS, type GovernanceFinding, type Verdict } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import { told } from "./told.ts";

/** Characters of a reason, and of each message of a list. */
const REASON = 1_200;
const MESSAGE = 400;
/** Rule ids of one list. */
const MOST_RULES = 30;

/** Steps' verdicts have at most half of the bytes, findings the rest; what is left out is counted. */
export function boundedVerdict(verdict: Verdict): Verdict {
  const steps = verdict.steps.map((step) => ({ ...step, reason: told(step.reason, MESSAGE) }));
  const head = { ...verdict, reason: told(verdict.reason, REASON), ruleIds: verdict.ruleIds.slice(0, MOST_RULES), steps: [], findings: [] };
  const keptSteps = steps.slice(0, fitting(steps, BOUNDS.verdict / 2));
  const room = BOUNDS.verdict - jsonBytes({ ...head, steps: keptSteps });
  return { ...head, steps: keptSteps, findings: boundedFindings(verdict.findings, room) };
}

/** At most `bytes`: the first are told, the rest counted in one more. */
export function boundedFindings(findings: readonly GovernanceFinding[], bytes: number): GovernanceFinding[] {
  const short = findings.map((finding) => ({ ...finding, message: told(finding.message, MESSAGE), remediation: told(finding.remediation, MESSAGE) }));
  const whole = fitting(short, bytes);
  if (whole === short.length) return short;
  const kept = short.slice(0, fitting(short, bytes - 1_024));
  const left = short.slice(kept.length);
  const effect = (["blocks", "acknowledge", "informs"] as const).find((one) => left.some((finding) => finding.effect === one)) ?? "informs";
  const message = `${left.length} more findings are not listed.`;
  return [...kept, { stepId: null, severity: "high", effect, message, remediation: "Change fewer resources at once to see each.", ruleIds: [] }];
}

function fitting(items: readonly unknown[], bytes: number): number {
  let used = 2;
  const over = items.findIndex((item) => {
    used += jsonBytes(item) + 1;
    return used > bytes;
  });
  return over === -1 ? items.length : over;
}
