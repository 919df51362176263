/** A coarse duration, for F05: above `advise` the person is told, above `block` a narrower request is asked for (Y-11). */

/** Seconds of one AWS read, and of one per-resource read at the worker's fan-out; measured orders of magnitude, not promises. */
const SECONDS_A_READ = 1;
const SECONDS_A_RESOURCE_READ = 0.05;
/** An objective's model loop. */
const SECONDS_AN_OBJECTIVE = 30;

/** How long a list that nobody has read yet is taken to be: the length at which work must be split (F04). */
export const UNKNOWN_RESOURCES = 200;

export interface Work {
  readonly targets: number;
  readonly reads: number;
  /** Per-resource reads × resources, known or guessed. */
  readonly resourceReads: number;
  readonly objectives: number;
  readonly agents: number;
}

export function estimateSeconds({ targets, reads, resourceReads, objectives, agents }: Work): number {
  const total = targets * reads * SECONDS_A_READ + resourceReads * SECONDS_A_RESOURCE_READ + objectives * SECONDS_AN_OBJECTIVE;
  return Math.ceil(total / Math.max(1, agents));
}
