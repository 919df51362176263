/**
 * `npm run prove`: proves the invariants of config/policies/invariants over every request there can be, and
 * runs the policy cases with Cedar's own tool. `--seeded` plants five mistakes and must find each;
 * `--write-schema` writes the schema the catalog gives.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policySchema } from "../config/policies/schema.ts";
import { readPolicyTexts } from "../functions/guardrail/policy/texts.ts";
import { failedCases, INSTALL, missingTool } from "./prove/cedar.ts";
import { caseFiles, invariants, meaning, SCHEMA, writePolicies } from "./prove/files.ts";
import { counterexample, table } from "./prove/print.ts";
import { ACTIONS, CLAIMS, proveAll } from "./prove/proofs.ts";
import { SEEDS } from "./prove/seeds.ts";

const folder = mkdtempSync(join(tmpdir(), "aws-coworker-prove-"));
const say = (text: string) => process.stdout.write(`${text}\n`);

async function proveInvariants(): Promise<boolean> {
  for (const invariant of invariants()) say(`${invariant.name}: ${meaning(invariant)}`);
  const rows = await proveAll(folder, readPolicyTexts().policies);
  const broken = rows.filter(({ proof }) => !proof.holds);
  say(`\n${table(CLAIMS, rows)}\n`);
  for (const row of broken) say(`${counterexample(row)}\n`);
  say(`${rows.length - broken.length} of ${rows.length} verified: ${CLAIMS.length} claims for ${ACTIONS.length} actions.`);
  return broken.length === 0;
}

async function runCases(): Promise<boolean> {
  const policies = writePolicies(folder, readPolicyTexts().policies);
  const files = caseFiles();
  const failed = await Promise.all(files.map(async ({ name, path }) => ({ name, words: await failedCases(policies, SCHEMA, path) })));
  const bad = failed.filter(({ words }) => words !== null);
  for (const { name, words } of bad) say(`${name}:\n${words}`);
  say(`${files.length - bad.length} of ${files.length} case files pass in cedar run-tests.`);
  return bad.length === 0;
}

async function findSeeds(): Promise<boolean> {
  let found = 0;
  for (const [index, { mistake, breaks, plant }] of SEEDS.entries()) {
    const rows = await proveAll(join(folder, `seed-${index}`), plant(readPolicyTexts().policies));
    const row = rows.find(({ claim, proof }) => claim === breaks && !proof.holds);
    if (row) found += 1;
    say(`${row ? "FOUND" : "MISSED"}: ${mistake}.\n${row ? `${counterexample(row)}\n` : ""}`);
  }
  say(`${found} of ${SEEDS.length} found`);
  return found === SEEDS.length;
}

async function main(given: readonly string[]): Promise<boolean> {
  const unknown = given.find((word) => word !== "--seeded" && word !== "--write-schema");
  if (unknown) {
    say(`${unknown} is no option of prove: --seeded, --write-schema.`);
    return false;
  }
  if (given.includes("--write-schema")) {
    writeFileSync(SCHEMA, policySchema());
    return true;
  }
  const missing = missingTool();
  if (missing) {
    say(`${missing} ${INSTALL}`);
    return false;
  }
  if (given.includes("--seeded")) return findSeeds();
  return (await Promise.all([proveInvariants(), runCases()])).every(Boolean);
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
