/** Start, stop and state of one local copy: MiniStack with its recorder, and the model server. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BIN, LOCAL, type LocalCopy, type ModelChoice, ROOT } from "./copy.ts";
import { emulatorEnvironment, modelEnvironment } from "./environment.ts";
import { LocalFailure } from "./failure.ts";
import { modelAdmin } from "./model/client.ts";
import { requireFreePorts } from "./ports.ts";
import { isRunning, type ProcessRecord, startProcess, stopProcess } from "./processes.ts";
import { readState, writeState } from "./state.ts";

const HERE = import.meta.dirname;
/** Both servers are up in about a second; a loaded machine gets this long, in ms. */
const START_LIMIT = 30_000;

export type CopyStatus = { running: boolean; model: ModelChoice | null; aws: ProcessRecord | null; modelServer: ProcessRecord | null };

export function statusOf(copy: LocalCopy): CopyStatus {
  const state = readState(copy);
  const alive = (record: ProcessRecord | null | undefined) => (record && isRunning(record) ? record : null);
  const [aws, modelServer] = [alive(state?.aws), alive(state?.modelServer)];
  return { running: aws !== null && modelServer !== null, model: modelServer && state ? state.model : null, aws, modelServer };
}

/**
 * Both servers up and answering. A copy that already runs is kept (`reused`), whatever happens; only a model server of another kind is replaced.
 * @throws {LocalFailure} when a port is taken by somebody else, or a server doesn't come up.
 */
export async function startCopy(copy: LocalCopy, model: ModelChoice): Promise<{ reused: boolean }> {
  const before = statusOf(copy);
  if (before.running && before.model === model) return { reused: true };
  if (before.modelServer) await stopProcess(before.modelServer);
  await requireFreePorts(copy, before.aws === null);
  const scratch = (before.aws && readState(copy)?.scratch) || clearFolder(copy);
  const aws = before.aws ?? (await startEmulator(copy, scratch));
  // Written down at once: whoever is interrupted after this can still stop it.
  writeState(copy, { model, aws, modelServer: null, scratch });
  const modelServer = await startModelServer(copy, model);
  writeState(copy, { model, aws, modelServer, scratch });
  try {
    await Promise.all([
      untilHealthy("the local AWS", aws, `${copy.endpoint}/_ministack/health`, copy.files.awsLog),
      untilHealthy("the local model server", modelServer, `${copy.modelEndpoint}/_model/health`, copy.files.modelLog),
    ]);
  } catch (error) {
    if (before.aws) await stopProcess(modelServer);
    else await stopCopy(copy);
    throw error;
  }
  return { reused: before.aws !== null };
}

/** Ends both with all their children; what they wrote stays until the next start. */
export async function stopCopy(copy: LocalCopy): Promise<{ stopped: boolean }> {
  const { aws, modelServer } = statusOf(copy);
  const running = [aws, modelServer].filter((record) => record !== null);
  await Promise.all(running.map((record) => stopProcess(record)));
  forget(copy);
  return { stopped: running.length > 0 };
}

/** Everything in the local AWS and its records is gone; the servers stay up. */
export async function emptyCopy(copy: LocalCopy): Promise<void> {
  const answer = await fetch(`${copy.endpoint}/_ministack/reset`, { method: "POST" });
  if (!answer.ok)
    throw new LocalFailure(
      `The local AWS on port ${copy.port} could not be emptied: HTTP ${answer.status}. Stop it with: npm run local -- down --port ${copy.port}`,
    );
  const models = modelAdmin(copy.modelEndpoint);
  await Promise.all([models.clearCalls(), models.clearScript()]);
  for (const file of [copy.files.calls, copy.files.models]) writeFileSync(file, "");
  rmSync(copy.files.outputs, { force: true });
}

function forget(copy: LocalCopy): void {
  const state = readState(copy);
  if (!state) return;
  rmSync(state.scratch, { recursive: true, force: true });
  writeState(copy, undefined);
}

/** @returns a new scratch folder. */
function clearFolder(copy: LocalCopy): string {
  forget(copy);
  rmSync(copy.folder, { recursive: true, force: true });
  for (const folder of ["home", "tmp"]) mkdirSync(join(copy.folder, folder), { recursive: true });
  return mkdtempSync(join(tmpdir(), `aws-coworker-${copy.port}-`));
}

function startEmulator(copy: LocalCopy, scratch: string): Promise<ProcessRecord> {
  return startProcess({
    name: "aws",
    command: join(LOCAL, "venv", "bin", "python"),
    args: [join(HERE, "recorder.py"), copy.files.calls],
    env: emulatorEnvironment(copy, scratch),
    cwd: copy.folder,
    log: copy.files.awsLog,
  }).catch((error: unknown) => {
    throw new LocalFailure(`The local AWS can't be started: ${String(error)}\nCreate its Python environment with: node scripts/install.mjs`, { cause: error });
  });
}

function startModelServer(copy: LocalCopy, model: ModelChoice): Promise<ProcessRecord> {
  return startProcess({
    name: "model",
    command: join(BIN, "node"),
    args: [join(HERE, "model", "main.ts"), "--port", String(copy.modelPort), "--model", model, "--log", copy.files.models],
    env: modelEnvironment(copy, model),
    cwd: ROOT,
    log: copy.files.modelLog,
  });
}

async function untilHealthy(name: string, record: ProcessRecord, url: string, log: string): Promise<void> {
  const until = Date.now() + START_LIMIT;
  while (Date.now() < until) {
    if (!isRunning(record)) throw new LocalFailure(`${name} ended while starting. The end of ${log}:\n${lastLines(log)}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await delay(50);
  }
  throw new LocalFailure(`${name} did not answer at ${url} within ${START_LIMIT / 1000} s. The end of ${log}:\n${lastLines(log)}`);
}

function lastLines(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}
