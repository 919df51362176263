/** Calls of a story that fail or wait, until the test ends. */
import { onTestFinished, vi } from "vitest";
import { type Fault, faultsOf } from "../../infra/local/faults.ts";
import { copy, main } from "./local.ts";

const faults = faultsOf(copy);

/** Beside those that are there; the first that fits a call counts. */
export async function inject(...added: readonly Fault[]): Promise<void> {
  onTestFinished(async () => void (await faults.clear()));
  for (const fault of added) await faults.add(fault);
}

/** Waits until a call is held, does that, and lets the call go on. */
export async function whileHeld(meanwhile: () => Promise<unknown>): Promise<void> {
  await vi.waitUntil(async () => (await faults.list()).some(({ held }) => held > 0), { timeout: 60_000, interval: 50 });
  await meanwhile();
  await faults.release();
}

/** A worker's calls to a bucket: a fault in all but what happens. */
export const toBucket = (operation: string, bucket: string, worker: "mutation-s3" | "discovery-s3" = "mutation-s3") =>
  ({ service: "s3", operation, resource: `arn:aws:s3:::${bucket}`, role: roleOf(worker) }) as const;

export const roleOf = (worker: string): string => `${main.settings.deployment.prefix}-${worker}`;
