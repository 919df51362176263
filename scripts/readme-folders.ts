/** The README's folder tree: the repository's own folders, two levels deep, each with what it is for. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Every folder has a line here; the check fails for one that has none. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ".ci": "what CI runs",
  config: "WHAT IS ALLOWED: typed data, checked at synth and at cold start; no SDK, no I/O",
  "config/catalog": "every operation once; tools, IAM statements, validation and projections derive from it",
  "config/checks": "the Well-Architected table: pure functions over what a plan would leave",
  "config/policies": "Cedar: what may change, what never may, who approves; and the invariants to prove",
  "config/prompts": "what the models are told; no limit lives here",
  events: "sample inputs; a test runs every one",
  functions: "WHAT RUNS: a folder = a function = a role",
  "functions/admit": "resolves accounts and regions, sets the budget; may do nothing",
  "functions/api": "the HTTP entrance: the only server code",
  "functions/approval": "puts a plan up for approval; can't approve one",
  "functions/artifact": "a plan for staging or production as CloudFormation and SSM Automation",
  "functions/discovery": "the workers: one service each, reads only",
  "functions/guardrail": "decides what of a plan may run; no model, may do nothing",
  "functions/halt": "says whether everything, or this request, is halted",
  "functions/mutation": "the workers that change: one service each, narrowed to the approved steps",
  "functions/orchestrator": "plans: one typed decision a round; may invoke its model family",
  "functions/record": "writes the journal: typed events, numbered without gaps",
  "functions/report": "writes the report and marks what no evidence supports",
  "functions/shared": "contracts between states, events, models, the secrets scan",
  "functions/undo": "proposes the undo of a request from the ledger, without a model",
  infra: "HOW IT IS DEPLOYED: the CDK app",
  "infra/bundle": "how a function's code is bundled",
  "infra/constructs": "one construct each for role, function, machine, boundary",
  "infra/local": "the same templates on a local AWS with a local model server",
  "infra/stacks": "store, workers, workflow, entrance, member account",
  scripts: "installation, and this README's generated parts",
  "scripts/prove": "what `npm run prove` proves about the policies, and the mistakes it must find",
  statemachine: "IN WHICH ORDER: the request's states (JSONata)",
  tests: "mirrors the tree",
  "tests/bench": "what `npm run bench` measures",
  "tests/config": "settings, limits, models, catalog",
  "tests/events": "runs every sample of events/",
  "tests/functions": "each function, with its AWS calls replaced",
  "tests/infra": "proofs over the synthesized templates; the local AWS",
  "tests/scripts": "that this README is what the code says",
  "tests/statemachine": "the machine's definition",
  "tests/stories": "requests on the deployed local stack",
};

/** Folders of tracked and of new files, two levels deep, sorted. @throws when git can't be asked. */
export function foldersOf(root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  // A file that was deleted and not yet committed is still listed.
  const files = listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
  const folders = files.flatMap((file) => {
    const above = file.split("/").slice(0, -1);
    return [1, 2].filter((depth) => above.length >= depth).map((depth) => above.slice(0, depth).join("/"));
  });
  return [...new Set(folders)].sort();
}

/** @throws naming the folders without a description. */
export function folderTree(folders: readonly string[], descriptions = DESCRIPTIONS): string {
  const missing = folders.filter((folder) => !Object.hasOwn(descriptions, folder));
  if (missing.length > 0) throw new Error(`scripts/readme-folders.ts has no description of ${missing.join(", ")}; add one line each`);
  const lines = folders.map((folder) => {
    const [parent = "", child] = folder.split("/");
    return { name: child === undefined ? `${parent}/` : `  ${child}/`, about: descriptions[folder] ?? "" };
  });
  const width = Math.max(0, ...lines.map(({ name }) => name.length)) + 2;
  return ["```", ...lines.map(({ name, about }) => `${name.padEnd(width)}${about}`), "```"].join("\n");
}
