/** A call's outcomes within their bound: details go first, of later steps before the first that went wrong; what happened stays. */
import { BOUNDS, type StepOutcome } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { goesOn } from "./outcome.ts";

const SHORT = 120;

/** In turn, until it fits. The first that went wrong keeps its differences and its report. */
const CUTS: readonly ((outcome: StepOutcome) => StepOutcome)[] = [
  (outcome) => ({ ...outcome, differences: [] }),
  (outcome) => ({ ...outcome, failure: outcome.failure && { ...outcome.failure, message: outcome.failure.message.slice(0, SHORT), access: "" } }),
  (outcome) => ({ ...outcome, failure: null }),
  (outcome) => ({ ...outcome, message: outcome.message.slice(0, SHORT) }),
];

export function fitted(outcomes: readonly StepOutcome[], most: number = BOUNDS.outcomes): StepOutcome[] {
  const kept = outcomes.find((outcome) => outcome.outcome !== "not_run" && !goesOn(outcome));
  let all = [...outcomes];
  for (const cut of CUTS) {
    if (jsonBytes(all) <= most) break;
    all = all.map((outcome) => (outcome.stepId === kept?.stepId ? outcome : cut(outcome)));
  }
  return all;
}
