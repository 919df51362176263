/** What a step came to, in the words of the contract. */
import type { Difference } from "../../config/catalog/state.ts";
import { refusalOf } from "../discovery/failure.ts";
import type { Change, FailureReport, PlanStep, StepOutcome, StepOutcomeKind } from "../shared/contracts.ts";

/** Why a call is not worked on at all. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export interface Told {
  readonly outcome: StepOutcomeKind;
  readonly code: string;
  readonly message: string;
  readonly resource?: string;
  readonly principal?: string;
  readonly differences?: readonly Difference[];
  readonly output?: Readonly<Record<string, string>>;
  readonly failure?: FailureReport;
}

/** After these the next step's turn comes. */
const GOES_ON: ReadonlySet<StepOutcomeKind> = new Set(["done", "already_done", "undone", "nothing_to_undo"]);
export const goesOn = ({ outcome }: Pick<Told, "outcome">): boolean => GOES_ON.has(outcome);

/** Differences told of one step, and characters of each value: all outcomes of a request share BOUNDS.outcomes. */
const MOST_DIFFERENCES = 10;
const MOST_VALUE = 200;

/** Not redacted yet, nor cut to the contract's length: a cut secret is found by no scan. */
export function outcomeOf(step: Pick<PlanStep, "id" | "resource">, told: Told, now: number): StepOutcome {
  return {
    stepId: step.id,
    outcome: told.outcome,
    code: told.code,
    message: told.message,
    resource: told.resource ?? step.resource,
    principal: told.principal ?? "",
    differences: (told.differences ?? []).slice(0, MOST_DIFFERENCES).map(changeOf),
    output: { ...told.output },
    failure: told.failure ?? null,
    at: new Date(now).toISOString(),
  };
}

/** `before` is what was expected, `after` what was found. */
function changeOf({ field, expected, found }: Difference): Change {
  return { field, before: shortValue(expected), after: shortValue(found) };
}

function shortValue(value: unknown): unknown {
  const text = JSON.stringify(value ?? null);
  return text.length <= MOST_VALUE ? (value ?? null) : `${text.slice(0, MOST_VALUE)}… (${text.length} characters)`;
}

/** A call that AWS refused, or that failed; nothing of it took effect. */
export function refused(error: unknown, failure: FailureReport, message: string): Told {
  const refusal = refusalOf(error);
  return { outcome: refusal === "denied" ? "denied" : "failed", code: refusal ?? "aws_error", message, failure };
}

export const notRun = (why: string): Told => ({ outcome: "not_run", code: "not_run", message: why });
