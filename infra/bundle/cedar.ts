/** What the guardrail's bundle carries besides code: its policies, and Cedar as the package it is (its WebAssembly lies beside its JavaScript). */
import { copyFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const POLICIES = ["permit.cedar", "forbid.cedar", "approve.cedar", "schema.cedarschema"];
const PACKAGE = "node_modules/@cedar-policy/cedar-wasm";
/** The builds for bundlers and browsers are 4 MB each, and left out. */
const NEEDED = ["package.json", "nodejs"];

export function addPolicies(root: string, folder: string): void {
  for (const made of ["policies", "node_modules"]) rmSync(join(folder, made), { recursive: true, force: true });
  mkdirSync(join(folder, "policies"), { recursive: true });
  for (const file of POLICIES) copyFileSync(join(root, "config/policies", file), join(folder, "policies", file));
  for (const file of NEEDED) cpSync(join(root, PACKAGE, file), join(folder, PACKAGE, file), { recursive: true });
}
