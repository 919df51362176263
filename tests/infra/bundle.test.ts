/** Bundles as they are deployed, started cold in a process of their own. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { FUNCTIONS, type FunctionName } from "../../config/names.ts";
import type { SettingsFile } from "../../config/settings.ts";
import { bundleFunctions } from "../../infra/bundle.ts";
import { example, withChange } from "../config/fixtures/example.ts";

const WORKERS: readonly FunctionName[] = [
  ...SERVICES.map((service) => `discovery-${service}` as const),
  ...MUTABLE_SERVICES.map((service) => `mutation-${service}` as const),
];
const ALL: readonly FunctionName[] = [...FUNCTIONS, ...WORKERS];
/** They judge nothing by the settings, so they don't parse them. */
const WITHOUT_SETTINGS: readonly FunctionName[] = ["report", "api-events", "halt", "undo"];
const ASKING: readonly FunctionName[] = ["orchestrator", ...WORKERS];
const WITH_SETTINGS = ALL.filter((name) => !WITHOUT_SETTINGS.includes(name));

const folder = mkdtempSync(join(tmpdir(), "aws-coworker-bundles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bundles: Record<FunctionName, string>;
beforeAll(() => {
  bundles = bundleFunctions({ outDir: folder, settings: example() as SettingsFile, prompts: "as-written" });
}, 60_000);

/** Imports each bundle and prints what its handler is, or why it did not start. */
const STARTER = `
const ended = await Promise.allSettled(process.argv.slice(1).map((url) => import(url)));
console.log(JSON.stringify(ended.map(({ value, reason }) => reason ? String(reason) : typeof value.handler)));
`;

async function coldStart(names: readonly FunctionName[]): Promise<Record<string, string>> {
  const env = {
    AWS_REGION: "us-east-1",
    EVIDENCE_BUCKET: "evidence",
    REPORT_BUCKET: "reports",
    REQUESTS_TABLE: "requests",
    JOURNAL_TABLE: "journal",
    APPROVALS_TABLE: "approvals",
    LEDGER_TABLE: "ledger",
    STOPS_TABLE: "stops",
    ARTIFACT_BUCKET: "artifacts",
    HALT_PARAMETER: "/coworker/halt",
    MUTATION_FUNCTIONS: '["mutation-ec2"]',
    APPROVAL_KEY: "arn:aws:kms:us-east-1:000000000000:key/any",
    MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:request",
  };
  const urls = names.map((name) => pathToFileURL(join(bundles[name], "index.mjs")).href);
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", STARTER, ...urls], { env });
  const ended = JSON.parse(stdout) as string[];
  return Object.fromEntries(names.map((name, index) => [name, ended[index] ?? "nothing"]));
}

const each = (names: readonly FunctionName[], value: unknown) => Object.fromEntries(names.map((name) => [name, value]));

describe("a bundle", () => {
  test("is made for every function and service, and starts with a handler", async () => {
    expect(Object.keys(bundles).sort()).toEqual([...ALL].sort());
    expect(await coldStart(ALL)).toEqual(each(ALL, "function"));
  });

  test("carries external ids only where roles of other accounts are assumed (I08)", () => {
    const ids = (example() as SettingsFile).accounts.map(({ externalId }) => externalId);
    expect(ids.length).toBeGreaterThan(1);
    for (const name of ALL) {
      const carried = readFileSync(join(bundles[name], "settings.json"), "utf8");
      expect(
        ids.map((id) => carried.includes(id)),
        name,
      ).toEqual(ids.map(() => WORKERS.includes(name)));
    }
  });

  test("carries the settings file's content and, where a model is asked, the prompts as they are written", () => {
    const prompts = { orchestrator: prompt("orchestrator"), discovery: prompt("discovery"), mutation: prompt("mutation") };
    for (const name of ALL) {
      const { accounts, ...carried } = JSON.parse(readFileSync(join(bundles[name], "settings.json"), "utf8"));
      const { accounts: registered, ...written } = example() as SettingsFile;
      expect(carried, name).toEqual(written);
      expect(accounts, name).toMatchObject(registered.map(({ externalId, ...account }) => account));
      const file = join(bundles[name], "prompts.json");
      expect(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null, name).toEqual(ASKING.includes(name) ? prompts : null);
    }
    expect(prompts.orchestrator.length).toBeGreaterThan(100);
  });

  test("does not start on wrong settings, and says where and why", async () => {
    for (const name of ALL) writeFileSync(join(bundles[name], "settings.json"), JSON.stringify(withChange("deployment.hub.region", "mars-north-1")));
    const ended = await coldStart(ALL);
    for (const name of WITH_SETTINGS) {
      expect(ended[name], name).toMatch(/^SettingsError: settings\.json in the function's bundle is not a valid settings file/);
      expect(ended[name], name).toMatch(/deployment\.hub\.region: /);
    }
    expect(Object.fromEntries(WITHOUT_SETTINGS.map((name) => [name, ended[name]]))).toEqual(each(WITHOUT_SETTINGS, "function"));
  });

  test("does not start without its settings", async () => {
    for (const name of WITH_SETTINGS) rmSync(join(bundles[name], "settings.json"));
    for (const [name, ended] of Object.entries(await coldStart(WITH_SETTINGS))) expect(ended, name).toMatch(/ENOENT.*settings\.json/);
    expect(existsSync(join(bundles.admit, "index.mjs"))).toBe(true);
  });
});

function prompt(name: string): string {
  return readFileSync(join(import.meta.dirname, `../../config/prompts/${name}.md`), "utf8");
}
