/** Policies and Cedar as the guardrail's bundle carries them, started cold outside the project. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POLICY_VERSION } from "../../../functions/guardrail/policy/judge.ts";
import { addPolicies } from "../../../infra/bundle/cedar.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "aws-coworker-cedar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const entry = join(folder, "entry.ts");
  writeFileSync(entry, `export { judge, POLICY_VERSION } from ${JSON.stringify(join(root, "functions/guardrail/policy/judge.ts"))};\n`);
  const order = { root, entries: [{ entry, folder: join(folder, "bundle") }] };
  execFileSync(process.execPath, [join(root, "infra/bundle/build.ts")], { input: JSON.stringify(order), stdio: ["pipe", "ignore", "inherit"] });
}, 60_000);

function start(): string {
  const code = `const { POLICY_VERSION } = await import(${JSON.stringify(join(folder, "bundle/index.mjs"))}); console.log(POLICY_VERSION);`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], { cwd: tmpdir(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

test("the bundle judges by the policies that are written", () => {
  addPolicies(root, join(folder, "bundle"));
  expect(start()).toBe(POLICY_VERSION);
});

test("without its policies it does not start (law 9)", () => {
  addPolicies(root, join(folder, "bundle"));
  rmSync(join(folder, "bundle/policies"), { recursive: true });
  expect(start).toThrow(/The policies are neither beside the bundle/);
});

test("with a policy that can't be read it does not start (law 9)", () => {
  addPolicies(root, join(folder, "bundle"));
  mkdirSync(join(folder, "bundle/policies"), { recursive: true });
  writeFileSync(join(folder, "bundle/policies/forbid.cedar"), "forbid (principal");
  expect(start).toThrow(/forbid\.cedar can't be read/);
});
