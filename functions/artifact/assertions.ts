/** What an automation asserts of a step: the state before it and after it, as far as Automation can compare. */
import { maskPaths, type ReadDefinition } from "../../config/catalog/define.ts";
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import { afterReads, beforeReads, type Place, readInput } from "../../config/catalog/state.ts";
import type { BeforeRead, WriteDefinition } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";

export interface AutomationStep {
  readonly name: string;
  readonly action: "aws:executeAwsApi" | "aws:assertAwsResourceProperty";
  readonly onFailure: string;
  /** False: a failure is one of two ways on, and not the automation's. */
  readonly isCritical?: false;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
}

export const placeOf = ({ account, region }: PlanStep): Place => ({ account, region: region === "global" ? "us-east-1" : region });

/**
 * What was not configured must still not be, or the change would replace what somebody has put there since. AWS says so
 * with an error, so the read's failure is the way on; where it answers, an assertion that no answer fulfils ends it.
 */
export function stillAbsent(step: PlanStep, onFailure: string): AutomationStep[] {
  const write = findWrite(step.service, step.operation);
  const absent = write ? beforeReads(write, step.input).filter(({ operation }) => step.before.image[operation]?.[0]?.Absent) : [];
  const id = step.id.toUpperCase();
  return absent.flatMap((read, index): AutomationStep[] => {
    const on = index === absent.length - 1 ? `Change${id}` : `Absent${id}x${index + 2}`;
    const inputs = { Service: step.service, Api: read.operation, ...readInput(read, step.input, placeOf(step)) };
    const [column = ""] = maskPaths(definitionOf(step, read)?.project ?? {});
    const unfulfilled = { PropertySelector: selector(definitionOf(step, read), column), DesiredValues: ["not configured"] };
    return [
      { name: `Absent${id}x${index + 1}`, action: "aws:executeAwsApi", onFailure: `step:${on}`, isCritical: false, inputs },
      { name: `Present${id}x${index + 1}`, action: "aws:assertAwsResourceProperty", onFailure, inputs: { ...inputs, ...unfulfilled } },
    ];
  });
}

/**
 * Whether what a precondition rests on is asserted before the change. An answer that merely lacks a field can't be: no
 * selector finds what is not there, and a change would then replace what somebody has put there since.
 */
export function isAsserted(step: PlanStep, write: WriteDefinition): boolean {
  const own = beforeReads(write, step.input).filter(({ context }) => !context);
  return own.every((read) => {
    const [row] = step.before.image[read.operation] ?? [];
    return row !== undefined && (Boolean(row.Absent) || comparable(step, read, row).length > 0);
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
