/** The one account and region that something new is made in. */
import type { Target } from "../evidence.ts";
import type { Scope } from "../question/scope.ts";

export interface Place {
  readonly target: Target;
  readonly region: string;
}

/** @returns what has to be asked when there are several. */
export function placeOf({ targets, regions }: Scope, global = false): Place | { readonly ask: string } {
  const [target, ...others] = targets;
  if (!target || others.length > 0) return { ask: `in which account: ${targets.map(({ name }) => name).join(", ")}` };
  if (global) return { target, region: "global" };
  const possible = regions.length > 0 ? regions : target.regions;
  const [region, ...more] = possible;
  if (region === undefined || more.length > 0) return { ask: `in which region of ${target.name}: ${possible.join(", ")}` };
  return { target, region };
}
