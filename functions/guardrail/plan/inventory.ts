/** What the Well-Architected checks must know of the places a plan touches, beside each step's own reads. */

import type { ResolvedStep } from "./step.ts";
import type { WantedRead } from "./wanted.ts";

/** Filled by config/checks: each check says which reads it judges. */
export function inventoryReads(_steps: readonly ResolvedStep[]): WantedRead[] {
  return [];
}
