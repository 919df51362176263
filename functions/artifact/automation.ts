/**
 * What a plan modifies, as one SSM Automation document (schema 0.3): assert the state before, change, assert the state
 * after; a failure goes to the undo of what was done, last first, and the automation ends as failed (isCritical's default).
 */

import { findWrite } from "../../config/catalog/index.ts";
import { referencesIn } from "../../config/catalog/state.ts";
import type { PlanStep } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { type AutomationStep, asserts, isAsserted, looks } from "./assertions.ts";
import { placeOf } from "./looks.ts";

/**
 * Whether an automation can carry the step: nothing in it is known only at run time, it can look again at what it replaces,
 * and it says nothing that Automation would fill in itself ("{{ … }}" in a tag of the account).
 */
export function isAutomatable(step: PlanStep): boolean {
  const write = findWrite(step.service, step.operation);
  return write !== undefined && referenceFree(step.input) && isAsserted(step, write) && !JSON.stringify(automationSteps([step])).includes("{{");
}

/** What SSM takes as one document (64 KB, its quotas), less what stands around the steps and names other steps in them. */
const DOCUMENT_BYTES = 60 * 1024;

/** The first steps that one document has room for; the others are people's. */
export function fittingSteps(steps: readonly PlanStep[]): readonly PlanStep[] {
  let used = 0;
  const over = steps.findIndex((step) => {
    used += jsonBytes(automationSteps([step]));
    return used > DOCUMENT_BYTES;
  });
  return over === -1 ? steps : steps.slice(0, over);
}

export function automationSteps(steps: readonly PlanStep[]): AutomationStep[] {
  const undos = steps.map((step) => undoOf(step));
  /** Where a failure goes when the first `count` steps were done: to the last of them that can be undone. */
  const failure = (count: number): string => {
    const last = undos.slice(0, count).findLast((undo) => undo.length > 0);
    return last?.[0] ? `step:${last[0].name}` : "Abort";
  };
  const forward = steps.flatMap((step, index) => [
    ...asserts(step, "Before", failure(index)),
    ...looks(step, failure(index)),
    ...changes(step, failure(index)),
    ...asserts(step, "After", failure(index + 1)),
  ]);
  const backward = undos.toReversed().flat();
  const ends = (list: AutomationStep[]) =>
    list.map((one, index) => (index === list.length - 1 ? { ...one, isEnd: true } : { ...one, nextStep: list[index + 1]?.name ?? "" }));
  return [...ends(forward), ...ends(backward)];
}

function changes(step: PlanStep, onFailure: string): AutomationStep[] {
  return callsOf(step.service, step.operation, step.input, step).map((inputs, index) => ({
    name: `Change${step.id.toUpperCase()}${index === 0 ? "" : `x${index + 1}`}`,
    action: "aws:executeAwsApi",
    onFailure,
    inputs,
  }));
}

function undoOf(step: PlanStep): AutomationStep[] {
  if (!step.inverse || !referenceFree(step.inverse.input)) return [];
  return callsOf(step.service, step.inverse.operation, step.inverse.input, step).map((inputs, index) => ({
    name: `Undo${step.id.toUpperCase()}${index === 0 ? "" : `x${index + 1}`}`,
    action: "aws:executeAwsApi",
    // The rest is taken back all the same; the automation fails anyway.
    onFailure: "Continue",
    inputs,
  }));
}

function callsOf(service: PlanStep["service"], operation: string, input: Readonly<Record<string, unknown>>, step: PlanStep): Record<string, unknown>[] {
  const write = findWrite(service, operation);
  const context = { ...placeOf(step), clientToken: step.id };
  return (write?.calls ?? [])
    .filter(({ when }) => when?.(input) ?? true)
    .map((call) => ({ Service: service, Api: call.command, ...JSON.parse(JSON.stringify(call.input(input, context))) }));
}

function referenceFree(input: unknown): boolean {
  return referencesIn(input).length === 0;
}
