/** Cedar's own command line, and the solver it asks. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export const INSTALL = `It needs Cedar's command line with its analysis and the solver cvc5, which npm test does not:
  cargo install cedar-policy-cli@4.14.1 --locked --features analyze
  apt-get install cvc5`;

/** What is missing on PATH, in words; null: nothing. */
export function missingTool(): string | null {
  const works = (tool: string, ...given: string[]) => {
    try {
      execFileSync(tool, given, { stdio: "pipe" });
      return true;
    } catch {
      return false;
    }
  };
  if (!works("cedar", "--version")) return "cedar is not installed.";
  if (!works("cedar", "symcc", "--help")) return "cedar is installed without its analysis (--features analyze).";
  if (!works("cvc5", "--version")) return "cvc5 is not installed.";
  return null;
}

export type Proof = { readonly holds: true } | { readonly holds: false; readonly counterexample: string };

export interface Question {
  readonly schema: string;
  readonly action: string;
  /** "disjoint", "never-errors", "always-denies", with its own arguments. */
  readonly ask: readonly string[];
}

/** @throws Error with cedar's words where it gives no answer: unproved is not proved. */
export async function prove({ schema, action, ask }: Question): Promise<Proof> {
  const place = ["--principal-type", "Principal", "--resource-type", "Resource", "--action", `Action::"${action}"`];
  // The exit code is 0 either way.
  const { stdout, stderr } = await run("cedar", ["symcc", "--cvc5-path", "cvc5", ...place, "--schema", schema, "--counterexample", ...ask]).catch(
    (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? "", stderr: error.stderr ?? String(error) }),
  );
  if (/: VERIFIED\s*$/.test(stdout)) return { holds: true };
  if (/: DOES NOT HOLD/.test(stdout)) return { holds: false, counterexample: stdout.replace(/^[\s\S]*?Counterexample found:\n/, "").trim() };
  throw new Error(`cedar symcc ${ask[0]} gave no answer for ${action}: ${stdout}${stderr}`);
}

/** Cases that fail in `cedar run-tests`, in its words; null: none. */
export async function failedCases(policies: string, schema: string, tests: string): Promise<string | null> {
  try {
    await run("cedar", ["run-tests", "--policies", policies, "--schema", schema, "--tests", tests]);
    return null;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}
