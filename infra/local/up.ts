/** The whole local AWS in one step: servers, deployment, demo accounts. */
import type { LocalCopy, ModelChoice } from "./copy.ts";
import { type Deployed, deployLocal } from "./deploy.ts";
import { seedDemo } from "./seed/index.ts";
import { startCopy } from "./stack.ts";

export type UpOptions = { model: ModelChoice; configFile?: string; onProgress: (line: string) => void };

/** @throws {LocalFailure} naming what could not be done; what had come up stays up, to be looked at. */
export async function bringUp(copy: LocalCopy, { model, configFile, onProgress }: UpOptions): Promise<Deployed> {
  onProgress(`starting MiniStack on port ${copy.port} and the ${model} model server on ${copy.modelPort}`);
  const { reused } = await startCopy(copy, model);
  if (reused) onProgress(`port ${copy.port} is up already: it is kept, the app is deployed again`);
  return furnish(copy, onProgress, configFile);
}

/** Deployment and demo accounts touch different things, so they run side by side. */
export async function furnish(copy: LocalCopy, onProgress: (line: string) => void, configFile?: string): Promise<Deployed> {
  const seeded = seedDemo(copy).then(({ accounts }) => onProgress(`${accounts} demo accounts are furnished`));
  const deployed = deployLocal({ port: copy.port, onProgress, ...(configFile === undefined ? {} : { configFile }) });
  const [deployment, seeds] = await Promise.allSettled([deployed, seeded]);
  if (deployment.status === "rejected") throw deployment.reason;
  if (seeds.status === "rejected") throw seeds.reason;
  onProgress("deployed");
  return deployment.value;
}

/** Progress lines with the seconds since the beginning. */
export function stopwatch(write: (line: string) => void, began = Date.now()): (line: string) => void {
  return (line) => write(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`);
}
