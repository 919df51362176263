/** Runs one program to its end, its output appended to a log file. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { LocalFailure } from "./failure.ts";

export type Command = { what: string; command: string; args: string[]; cwd: string; env: Record<string, string>; log: string };

const running = new Set<ChildProcess>();

/** Ends what is still running, because whoever started it is leaving. */
export function stopCommands(): void {
  for (const child of running) child.kill("SIGTERM");
}

/** @throws {LocalFailure} with the end of the output when the program fails. */
export async function runCommand({ what, command, args, cwd, env, log }: Command): Promise<void> {
  const tail: string[] = [];
  const file = createWriteStream(log, { flags: "a", mode: 0o600 });
  file.write(`\n== ${what}: ${args.join(" ")}\n`);
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      file.write(text);
      tail.push(text);
      if (tail.length > 60) tail.shift();
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (code !== 0)
      throw new LocalFailure(
        `${what} failed (exit ${code ?? "by a signal"}); everything it said is in ${log}. The end:\n${tail.join("").trimEnd().split("\n").slice(-30).join("\n")}`,
      );
  } finally {
    running.delete(child);
    file.end();
  }
}
