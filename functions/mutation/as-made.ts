/** Whether what is there under the name that a step makes can be what an attempt of its own has just made. Pure. */
import { isSame } from "../../config/catalog/same.ts";
import type { Promised, State, WriteDefinition } from "../../config/catalog/write.ts";

/**
 * A name is no token: somebody else may have made the same meanwhile, and the calls that follow would replace what they set
 * up. So each value found is the promised one, or what AWS gives by itself; anything else is somebody's.
 */
export function isAsMade({ creates }: Pick<WriteDefinition, "creates">, promised: Promised, found: State): boolean {
  return Object.entries(found).every(([operation, rows]) =>
    rows.every(
      (row) =>
        row.Absent ||
        Object.entries(row).every(
          ([column, value]) => isUnset(value) || isSame(value, promised[operation]?.[column]) || isSame(value, creates?.defaults?.[operation]?.[column]),
        ),
    ),
  );
}

function isUnset(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) ? value.every(isUnset) : typeof value === "object" && Object.keys(value).length === 0;
}
