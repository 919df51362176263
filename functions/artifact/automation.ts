/**
 * What a plan modifies, as one SSM Automation document (schema 0.3): assert the state before, change, assert the state
 * after; a failure goes to the undo of what was done, last first, and the automation ends as failed (isCritical's default).
 */

import type { ReadDefinition } from "../../config/catalog/define.ts";
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import { afterReads, beforeReads, readInput, referencesIn } from "../../config/catalog/state.ts";
import type { BeforeRead, WriteDefinition } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";

export interface AutomationStep {
  readonly name: string;
  readonly action: "aws:executeAwsApi" | "aws:assertAwsResourceProperty";
  readonly onFailure: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
}

/** Whether an automation can carry the step: nothing in it is known only at run time. */
export function isAutomatable(step: PlanStep): boolean {
  return findWrite(step.service, step.operation) !== undefined && referenceFree(step.input);
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
    ...changes(step, failure(index)),
    ...asserts(step, "After", failure(index + 1)),
  ]);
  const backward = undos.toReversed().flat();
  const ends = (list: AutomationStep[]) =>
    list.map((one, index) => (index === list.length - 1 ? { ...one, isEnd: true } : { ...one, nextStep: list[index + 1]?.name ?? "" }));
  return [...ends(forward), ...ends(backward)];
}

const place = ({ account, region }: PlanStep) => ({ account, region: region === "global" ? "us-east-1" : region });

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
  const context = { ...place(step), clientToken: step.id };
  return (write?.calls ?? [])
    .filter(({ when }) => when?.(input) ?? true)
    .map((call) => ({ Service: service, Api: call.command, ...JSON.parse(JSON.stringify(call.input(input, context))) }));
}

/** Single values only: what Automation's PropertySelector can compare. Where AWS answers "not configured" with an error there is nothing to compare. */
function asserts(step: PlanStep, when: "Before" | "After", onFailure: string): AutomationStep[] {
  const write = findWrite(step.service, step.operation);
  if (!write) return [];
  const expected = when === "Before" ? fromImage(step, write) : fromPromise(step, write);
  return expected.map(({ read, column, value }, index) => ({
    name: `${when}${step.id.toUpperCase()}x${index + 1}`,
    action: "aws:assertAwsResourceProperty",
    onFailure,
    inputs: {
      Service: step.service,
      Api: read.operation,
      ...readInput(read, step.input, place(step)),
      PropertySelector: selector(definitionOf(step, read), column),
      // Automation compares Python's texts of a value: True, False.
      DesiredValues: [typeof value === "boolean" ? (value ? "True" : "False") : String(value)],
    },
  }));
}

interface Expected {
  readonly read: BeforeRead;
  readonly column: string;
  readonly value: string | number | boolean;
}

function fromImage(step: PlanStep, write: WriteDefinition): Expected[] {
  return beforeReads(write, step.input).flatMap((read) => {
    const rows = step.before.image[read.operation] ?? [];
    const [row] = rows;
    if (rows.length !== 1 || !row || row.Absent) return [];
    return comparable(step, read, row);
  });
}

function fromPromise(step: PlanStep, write: WriteDefinition): Expected[] {
  return afterReads(write, step.input).flatMap((read) => {
    const row = step.promised[read.operation];
    return row && !row.Absent ? comparable(step, read, row) : [];
  });
}

function comparable(step: PlanStep, read: BeforeRead, row: Readonly<Record<string, unknown>>): Expected[] {
  const definition = definitionOf(step, read);
  return Object.entries(row).flatMap(([column, value]) => {
    const isSingle = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isSingle && isPlain(definition, column) ? [{ read, column, value }] : [];
  });
}

function definitionOf({ service }: PlanStep, { operation }: BeforeRead): ReadDefinition | undefined {
  return CATALOG[service].reads[operation];
}

/** A projected field that is taken as AWS gives it. */
function isPlain(read: ReadDefinition | undefined, column: string): boolean {
  let mask: unknown = read?.project;
  for (const part of column.split(".")) mask = typeof mask === "object" && mask !== null ? (mask as Record<string, unknown>)[part] : undefined;
  return mask === true;
}

/** JSONPath of a projected column in the answer's first row. */
function selector(read: ReadDefinition | undefined, column: string): string {
  const rows = read?.items === undefined ? "" : `${read.items.replaceAll("[]", "[0]")}.`;
  return `$.${rows}${column}`;
}

function referenceFree(input: unknown): boolean {
  return referencesIn(input).length === 0;
}
