/** An undo's ground: the state the change left must be the state that is there now (S05). Pure. */
import type { State } from "../../../config/catalog/write.ts";
import type { UndoGround } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";
import type { ObservedStep } from "./observe.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { told } from "./told.ts";

/** Null: as it was left. What was read then and now is compared where both saw it; where they saw nothing alike, nothing is proved. */
export function driftOf({ id, image, operation }: ObservedStep, { steps, undoOf }: UndoGround): Problem | null {
  const { refuse } = problemsOf(id);
  const ground = steps.find(({ stepId }) => stepId === id);
  const remedy = "Look at what changed it since; ask for the change that is wanted now.";
  if (!ground) return refuse("drifted_since", `What ${undoOf} left here is not known.`, remedy, "S05", "S10");
  if (digest(image) === ground.afterDigest) return null;
  const found = compared(ground.after, image);
  if (found === null) return refuse("drifted_since", `${operation}: what ${undoOf} left can't be compared with what is there.`, remedy, "S05");
  if (found.length === 0) return null;
  const list = found.map(({ field, was, is }) => `${field} was ${told(was, 80)}, is ${told(is, 80)}`).join("; ");
  return refuse("drifted_since", `Changed since ${undoOf}: ${told(list, 320)}.`, remedy, "S05");
}

interface Drifted {
  readonly field: string;
  readonly was: unknown;
  readonly is: unknown;
}

function compared(left: State, now: State): Drifted[] | null {
  const shared = Object.keys(left).filter((operation) => now[operation] !== undefined);
  if (shared.length === 0) return null;
  return shared.flatMap((operation): Drifted[] => {
    const [was = [], is = []] = [left[operation], now[operation]];
    if (was.length !== is.length) return [{ field: operation, was: `${was.length} row(s)`, is: `${is.length} row(s)` }];
    return was.flatMap((row, index) => {
      const found = is[index] ?? {};
      const columns = Object.keys(row).filter((column) => column in found);
      if (columns.length === 0) return [{ field: operation, was: row, is: found }];
      return columns
        .filter((column) => digest(row[column] ?? null) !== digest(found[column] ?? null))
        .map((column) => ({ field: `${operation}.${column}`, was: row[column], is: found[column] }));
    });
  });
}
