/** Background processes that outlive the command that started them, each leading its own group. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** `birth` tells a process from a later one that got the same id. */
export type ProcessRecord = { name: string; pid: number; birth: string };

export type ProcessPlan = { name: string; command: string; args: string[]; env: Record<string, string>; cwd: string; log: string };

const isAbsent = (error: unknown) => error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");

/** When the process began, in the system's own words; undefined if there is no such process, or only its remains. */
function birthOf(pid: number): string | undefined {
  try {
    // Fields after the command in parentheses: 1 is the state, 20 the start in clock ticks since boot (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return process.platform === "linux" ? undefined : birthByPs(pid);
  }
}

function birthByPs(pid: number): string | undefined {
  try {
    return (
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C" },
        stdio: ["ignore", "pipe", "ignore"],
      }).trim() || undefined
    );
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
}

export function isRunning(record: ProcessRecord): boolean {
  return birthOf(record.pid) === record.birth;
}

/** @throws when the program can't be started at all; what it does afterwards is in its log. */
export async function startProcess(plan: ProcessPlan): Promise<ProcessRecord> {
  const log = openSync(plan.log, "w", 0o600);
  try {
    const child = spawn(plan.command, plan.args, { cwd: plan.cwd, env: plan.env, detached: true, stdio: ["ignore", log, log] });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    if (child.pid === undefined) throw new Error(`${plan.name} has no process id`);
    return { name: plan.name, pid: child.pid, birth: birthOf(child.pid) ?? "ended at once" };
  } finally {
    closeSync(log);
  }
}

/** Ends the whole group: first asks, and after `graceMs` no longer asks. Silent when it has already ended. */
export async function stopProcess(record: ProcessRecord, graceMs = 5_000): Promise<void> {
  if (!isRunning(record)) return;
  signalGroup(record.pid, "SIGTERM");
  const until = Date.now() + graceMs;
  while (isRunning(record) && Date.now() < until) await delay(25);
  signalGroup(record.pid, "SIGKILL");
  while (isRunning(record)) await delay(25);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
