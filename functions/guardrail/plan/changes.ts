/** Before → after of one step, as a person reads it. Pure. */
import type { Promised, State, WriteDefinition } from "../../../config/catalog/write.ts";
import type { Change } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";

/** @param promised what the state will be; columns that stay as they are, are no change. */
export function changesOf({ summary, entity }: Pick<WriteDefinition, "summary" | "entity">, promised: Promised, image: State): Change[] {
  const changes = Object.entries(promised).flatMap(([operation, columns]) => {
    const [row] = image[operation] ?? [];
    if (columns === null) return [{ field: entity, before: row ?? null, after: null }];
    return Object.entries(columns).flatMap(([column, after]) => {
      // "Status" alone says nothing of which of several settings it is.
      const isBare = Object.keys(promised).length > 1 && !column.includes(".") && !isRecord(after);
      return columnChanges(isBare ? `${operation}.${column}` : column, row?.[column] ?? null, after);
    });
  });
  if (Object.keys(promised).length > 0) return together(changes);
  const [first] = Object.values(image);
  return [{ field: entity, before: first?.[0] ?? null, after: summary }];
}

/** An object's keys one by one: the others stay. */
function columnChanges(field: string, before: unknown, after: unknown): Change[] {
  if (!isRecord(after) || (before !== null && !isRecord(before))) return isSame(before, after) ? [] : [{ field, before, after: after ?? null }];
  return Object.entries(after).flatMap(([key, value]) => {
    const was = isRecord(before) ? (before[key] ?? null) : null;
    return isSame(was, value) ? [] : [{ field: `${field}.${key}`, before: was, after: value ?? null }];
  });
}

/** Columns of one object that change alike are one line: "Block.{A, B}". */
function together(changes: readonly Change[]): Change[] {
  const groups = Map.groupBy(changes, ({ field, before, after }) => digest([field.split(".").slice(0, -1), before ?? null, after ?? null]));
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first || alike.length === 1 || !first.field.includes(".")) return alike;
    const above = first.field.split(".").slice(0, -1).join(".");
    return [{ ...first, field: `${above}.{${alike.map(({ field }) => field.slice(above.length + 1)).join(", ")}}` }];
  });
}

const isSame = (one: unknown, other: unknown) => digest(one ?? null) === digest(other ?? null);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
