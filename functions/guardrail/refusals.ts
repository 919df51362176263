/** Refusals held to their share of a state's payload. Pure. */
import { BOUNDS, type RefusedTask } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import type { AdmittedTask } from "./validate.ts";

/** Refusals told one by one. */
const MOST_REFUSALS = 40;
/** UTF-8 bytes kept free for the count of those left out, and for the one that refuses the whole round. */
const RESERVED = 2 * 1024;

/** Of many refusals the first are told, the rest counted: at most `BOUNDS.refused` bytes, with room for one more. */
export function boundedRefusals(refused: readonly RefusedTask[]): RefusedTask[] {
  const kept = refused.slice(0, fitting(refused));
  const [next, ...more] = refused.slice(kept.length);
  if (!next) return kept;
  return [
    ...kept,
    {
      ...next,
      code: "more_refused",
      reason: `${more.length + 1} more reads, accounts or tasks were refused.`,
      ruleIds: [...new Set([next, ...more].flatMap(({ ruleIds }) => ruleIds))],
    },
  ];
}

/** Reads that were asked for at overlapping places can make more tasks than one round has calls. */
export function tooMany({ service, reads }: AdmittedTask, most: number): RefusedTask {
  const reason = `One round has at most ${most} calls; ${reads.map(({ operation }) => operation).join(", ")} did not fit. Ask for them in the next round.`;
  return { task: 0, service, code: "too_many_calls", reason: reason.slice(0, 500), ruleIds: ["F06"] };
}

function fitting(refused: readonly RefusedTask[]): number {
  let used = 2;
  const over = refused.findIndex((one, index) => {
    used += jsonBytes(one) + 1;
    return index >= MOST_REFUSALS || used > BOUNDS.refused - RESERVED;
  });
  return over === -1 ? refused.length : over;
}
