/** What an automation can look at with its script alone: what is not configured, left out, empty, a list or tags. */
import { type Mask, maskPaths, type ReadDefinition } from "../../config/catalog/define.ts";
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import { beforeReads, type Place, readInput } from "../../config/catalog/state.ts";
import { tagList } from "../../config/catalog/tag-parts.ts";
import type { BeforeRead } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";
import { fieldWithMark } from "../shared/secrets/mark.ts";
import { LOOK_SCRIPT } from "./look-script.ts";

type Row = Readonly<Record<string, unknown>>;

export const placeOf = ({ account, region }: PlanStep): Place => ({ account, region: region === "global" ? "us-east-1" : region });

export function definitionOf({ service }: PlanStep, { operation }: BeforeRead): ReadDefinition | undefined {
  return CATALOG[service].reads[operation];
}

/** Inputs of aws:executeScript; null: there is nothing that needs one. One for all reads: its text is a large part of what SSM takes as a document. */
export function lookInputs(step: PlanStep): Record<string, unknown> | null {
  const Reads = readsOf(step);
  if (Reads.length === 0) return null;
  return { Runtime: "python3.11", Handler: "looks", Script: LOOK_SCRIPT, InputPayload: { Service: step.service, Reads } };
}

function readsOf(step: PlanStep): Record<string, unknown>[] {
  const write = findWrite(step.service, step.operation);
  return (write ? beforeReads(write, step.input) : []).flatMap((read) => {
    const definition = definitionOf(step, read);
    const [row, ...others] = step.before.image[read.operation] ?? [];
    if (!definition || !row || others.length > 0) return [];
    const planned = row.Absent ? nothingOf(row) : lookedAt(read, definition, row);
    if (Object.keys(planned).length === 0 && !row.Absent) return [];
    const owner = definition.owner ? { [definition.owner]: step.account } : {};
    return [
      {
        Api: read.operation,
        Parameters: { ...definition.fixed, ...readInput(read, step.input, placeOf(step)), ...owner },
        ...(row.Absent ? { Absent: definition.absent ?? [] } : {}),
        ...(definition.items === undefined ? {} : { Rows: definition.items.replaceAll("[]", "").split(".") }),
        Planned: JSON.stringify(planned),
      },
    ];
  });
}

/** Columns of a row that its look covers, as AWS's answer has them; what is empty is null. */
export function lookedAt(read: BeforeRead, definition: ReadDefinition, row: Row): Record<string, unknown> {
  if (!showsOne(read, definition)) return {};
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]): [string, unknown][] => {
      const mask = maskAt(definition, column);
      if (mask === undefined) return [];
      if (isEmpty(value)) return [[column, null]];
      // The mark of a secret is no value, so nothing equals it.
      if (typeof value !== "object" || fieldWithMark(value) !== undefined) return [];
      if (mask === "tags") return [[column, tagList(value)]];
      return mask === true ? [[column, value]] : [];
    }),
  );
}

/** For the message alone: what is there where nothing should be. */
function nothingOf(row: Row): Record<string, null> {
  return Object.fromEntries(
    Object.keys(row)
      .filter((column) => column !== "Absent")
      .map((column) => [column, null]),
  );
}

/** Whether the read's input alone names the resource; a list that is searched has other rows too. */
export function showsOne({ by, match }: BeforeRead, { items }: ReadDefinition): boolean {
  const asked = JSON.stringify(by);
  return !items?.includes("[]") || Object.values(match).every((source) => asked.includes(JSON.stringify(source)));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** How the catalog projects a column; undefined: it is no field of the answer. */
export function maskAt({ project }: ReadDefinition, column: string): Mask[string] | undefined {
  if (!maskPaths(project).includes(column)) return undefined;
  return column.split(".").reduce<Mask[string] | undefined>((mask, part) => (typeof mask === "object" ? mask[part] : undefined), project);
}
