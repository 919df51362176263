/** What an automation asserts of a step: the state before it and after it. */
import type { ReadDefinition } from "../../config/catalog/define.ts";
import { findWrite } from "../../config/catalog/index.ts";
import { afterReads, beforeReads, readInput } from "../../config/catalog/state.ts";
import type { BeforeRead, WriteDefinition } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";
import { definitionOf, lookedAt, lookInputs, maskAt, placeOf, showsOne } from "./looks.ts";

export interface AutomationStep {
  readonly name: string;
  readonly action: "aws:executeAwsApi" | "aws:assertAwsResourceProperty" | "aws:executeScript";
  readonly onFailure: string;
  readonly timeoutSeconds?: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
}

/**
 * What Automation can't compare itself is looked at by a script, which passes only while it is as the plan found it: a throttled
 * or refused read is a failure like any other, and the change is not reached.
 */
export function looks(step: PlanStep, onFailure: string): AutomationStep[] {
  const inputs = lookInputs(step);
  return inputs ? [{ name: `Look${step.id.toUpperCase()}`, action: "aws:executeScript", onFailure, timeoutSeconds: 300, inputs }] : [];
}

/**
 * Whether all that the change replaces is looked at again before it. A list that is searched for one row is not: of it, only
 * what a precondition rests on has to be.
 */
export function isAsserted(step: PlanStep, write: WriteDefinition): boolean {
  const own = beforeReads(write, step.input).filter(({ context }) => !context);
  return own.every((read) => {
    const definition = definitionOf(step, read);
    const [row] = step.before.image[read.operation] ?? [];
    if (!definition || !row || (!write.precondition && !showsOne(read, definition))) return !write.precondition;
    if (row.Absent) return true;
    const seen = [...Object.keys(lookedAt(read, definition, row)), ...comparable(step, read, row).map(({ column }) => column), "Absent"];
    return Object.keys(row).every((column) => seen.includes(column));
  });
}

/** Single values only: what Automation's PropertySelector can compare. */
export function asserts(step: PlanStep, when: "Before" | "After", onFailure: string): AutomationStep[] {
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
      ...readInput(read, step.input, placeOf(step)),
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
  // The first row of a list that is searched may be another's: a change that is right would be undone for it.
  if (!definition || !showsOne(read, definition)) return [];
  return Object.entries(row).flatMap(([column, value]) => {
    const isSingle = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isSingle && maskAt(definition, column) === true ? [{ read, column, value }] : [];
  });
}

/** JSONPath of a projected column in the answer's first row. */
function selector(read: ReadDefinition | undefined, column: string): string {
  const rows = read?.items === undefined ? "" : `${read.items.replaceAll("[]", "[0]")}.`;
  return `$.${rows}${column}`;
}
