/** Reads as worker calls: one a service, account and region, each with its share of the state's payload. Pure. */
import type { Limits } from "../../../config/limits.ts";
import { discoveryWorker } from "../../../config/names.ts";
import { BOUNDS, type WorkerCall } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import { mergeReads } from "./merge-reads.ts";
import type { WantedRead } from "./wanted.ts";

export interface CallsOf {
  readonly requestId: string;
  /** "s1" of the first proposal's snapshot, "v1" of the verification. */
  readonly prefix: string;
  readonly limits: Limits;
}

/** The same reads give the same calls: Examine builds them again to know what was asked. */
export function callsFor(reads: readonly WantedRead[], { requestId, prefix, limits }: CallsOf): WorkerCall[] {
  const spots = Map.groupBy(reads, ({ service, account, region }) => `${service} ${account} ${region}`);
  return [...spots.values()].flatMap((own, index) => {
    const [first] = own;
    if (!first) return [];
    const { service, account, region } = first;
    return [
      {
        requestId,
        callId: `${prefix}c${index + 1}`,
        worker: discoveryWorker(service),
        service,
        targets: [{ account, region }],
        reads: mergeReads(own),
        shard: { index: 0, of: 1 },
        shareBytes: Math.floor(limits.bytes.results / spots.size),
        shareUsd: 0,
      },
    ];
  });
}

/** Why the calls can't be carried, or null: they are bounded, and so is what is left of one that crashes. */
export function tooWide(calls: readonly WorkerCall[]): string | null {
  const bytes = jsonBytes(calls);
  if (bytes > BOUNDS.calls) return `The plan needs ${bytes} bytes of reads; at most ${BOUNDS.calls} are carried.`;
  const crowded = calls.some(({ targets, shareBytes }) => jsonBytes(targets) + BOUNDS.crash > shareBytes);
  return crowded ? `The plan reads ${calls.length} places; the share of each can't hold its result.` : null;
}
