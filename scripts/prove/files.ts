/** The policies and invariants as files for cedar's command line. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { POLICY_FILES, type PolicyTexts } from "../../functions/guardrail/policy/texts.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
export const SCHEMA = join(ROOT, "config/policies/schema.cedarschema");
const INVARIANTS = join(ROOT, "config/policies/invariants");
const CASES = join(ROOT, "tests/config/policies/cases");

export interface Named {
  readonly name: string;
  readonly path: string;
}

export function invariants(): Named[] {
  const files = readdirSync(INVARIANTS).filter((file) => file.endsWith(".cedar"));
  return files.sort().map((file) => ({ name: file.replace(".cedar", ""), path: join(INVARIANTS, file) }));
}

/** What an invariant says: the comment it begins with. */
export function meaning({ path }: Named): string {
  return /^\/\/ (.*)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? "";
}

/** One file of test cases each, by the folder it lies in. */
export function caseFiles(): Named[] {
  return ["ALLOW", "DENY", "APPROVE"].flatMap((folder) =>
    readdirSync(join(CASES, folder)).map((file) => ({ name: `${folder}/${file}`, path: join(CASES, folder, file) })),
  );
}

/** @returns the path of one file with every policy. */
export function writePolicies(folder: string, policies: PolicyTexts["policies"]): string {
  return written(folder, "policies.cedar", POLICY_FILES.map((file) => policies[file]).join("\n"));
}

export function written(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
