import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../../infra/local/copy.ts";
import { unusedCopy } from "./set-up.ts";

const run = (file: string, ...args: string[]) => spawnSync(process.execPath, [join(ROOT, "infra", "local", file), ...args], { encoding: "utf8", cwd: ROOT });

it.each([
  ["no command", []],
  ["an unknown command", ["restart"]],
  ["an unknown option", ["up", "--fast"]],
  ["an option of another command", ["down", "--json"]],
  ["a bad port", ["status", "--port", "eighty"]],
  ["a bad time", ["calls", "--since", "yesterday"]],
  ["a missing file name", ["script"]],
  ["a missing name", ["key"]],
  ["too many words", ["down", "now"]],
  ["two wishes about faults", ["faults", "--release", "--clear"]],
])("npm run local with %s says how it is used and exits with 2", (_, args) => {
  const { status, stderr, stdout } = run("main.ts", ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("usage: npm run local");
});

it.each([["--fast"], ["--port"], ["--model=gpt"], ["--demo", "tour"], ["--yes"]])("npm start with %s likewise", (...args) => {
  const { status, stderr } = run("start.ts", ...args);
  expect(status).toBe(2);
  expect(stderr).toContain("usage: npm start");
});

it.each([
  ["main.ts", "--help"],
  ["main.ts", "help"],
  ["main.ts", "up", "-h"],
  ["start.ts", "--help"],
])("%s %s says how it is used, and that is no mistake", (file, ...args) => {
  const { status, stdout, stderr } = run(file, ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("usage: npm ");
});

it("status, down and reset of a copy that does not run say so", async () => {
  const { port } = await unusedCopy();
  const status = run("main.ts", "status", "--port", String(port));
  expect(status).toMatchObject({ status: 1, stderr: "" });
  expect(status.stdout).toContain("not running");
  expect(run("main.ts", "down", "--port", String(port))).toMatchObject({ status: 0, stdout: `port ${port}: nothing was running\n` });
  const reset = run("main.ts", "reset", "--port", String(port));
  expect(reset.status).toBe(1);
  expect(reset.stderr).toContain(`npm run local -- up --port ${port}`);
});
