/** One bundle a function: its code, minified, with the settings and, where a model is asked, the prompts it parses at cold start beside it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MUTABLE_SERVICES, type MutableService, SERVICES, type ServiceName } from "../config/catalog/services.ts";
import { FUNCTIONS, type FunctionName } from "../config/names.ts";
import type { SettingsFile } from "../config/settings.ts";
import { addPolicies } from "./bundle/cedar.ts";

const root = new URL("..", import.meta.url).pathname;

/** Functions with a handler.ts of their own: the only thing infra knows of functions/. */
const HANDLERS = FUNCTIONS.map((name): [FunctionName, string] => [name, join(root, `functions/${name.replace("api-", "api/")}/handler.ts`)]);

/** The workers' entries are made here, so that a service needs one file for its reads, one for its writes, and no more. */
function readerEntry(service: ServiceName, folder: string): [FunctionName, string] {
  const name = `discovery-${service}` as const;
  return [name, workerEntry(folder, name, "discoveryHandler", "discovery/handler.ts", { [`${service}Service`]: `discovery/${service}.ts` })];
}

/** A mutation worker reads back what it changed, with the reads of the same service. */
function writerEntry(service: MutableService, folder: string): [FunctionName, string] {
  const name = `mutation-${service}` as const;
  const parts = { [`${service}Mutation`]: `mutation/${service}.ts`, [`${service}Service`]: `discovery/${service}.ts` };
  return [name, workerEntry(folder, name, "mutationHandler", "mutation/handler.ts", parts)];
}

/** @param parts name → file below functions/ that exports it: what the handler is made of, in this order. */
function workerEntry(folder: string, name: FunctionName, maker: string, file: string, parts: Readonly<Record<string, string>>): string {
  const importOf = ([what, from]: [string, string]) => `import { ${what} } from ${JSON.stringify(join(root, "functions", from))};\n`;
  const imports = [[maker, file] as [string, string], ...Object.entries(parts)].map(importOf).join("");
  const entry = join(folder, `${name}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(entry, `${imports}export const handler = ${maker}(${Object.keys(parts).join(", ")});\n`);
  return entry;
}

export interface BundleOptions {
  readonly outDir: string;
  /** The settings file's content, as parsed once already. */
  readonly settings: SettingsFile;
  /** `empty` deploys without any prompt: law 1's test. */
  readonly prompts: "as-written" | "empty";
}

/** Builds every function and gives the folder of each. */
export function bundleFunctions({ outDir, settings, prompts }: BundleOptions): Record<FunctionName, string> {
  const made = join(outDir, "entries");
  const workers = [...SERVICES.map((service) => readerEntry(service, made)), ...MUTABLE_SERVICES.map((service) => writerEntry(service, made))];
  const entries = [...HANDLERS, ...workers];
  // Chunks of an earlier build have other names and would be deployed too.
  for (const [name] of entries) rmSync(join(outDir, name), { recursive: true, force: true });
  const order = { root, entries: entries.map(([name, entry]) => ({ entry, folder: join(outDir, name) })) };
  execFileSync(process.execPath, [join(root, "infra/bundle/build.ts")], { input: JSON.stringify(order), stdio: ["pipe", "ignore", "inherit"] });
  const texts = JSON.stringify(readPrompts(prompts));
  return Object.fromEntries(
    entries.map(([name]) => {
      const folder = join(outDir, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "settings.json"), JSON.stringify(isWorker(name) ? settings : withoutExternalIds(settings)));
      if (asksModel(name)) writeFileSync(join(folder, "prompts.json"), texts);
      if (name === "guardrail") addPolicies(root, folder);
      return [name, folder];
    }),
  ) as Record<FunctionName, string>;
}

function isWorker(name: FunctionName): boolean {
  return name.startsWith("discovery-") || name.startsWith("mutation-");
}

function asksModel(name: FunctionName): boolean {
  return name === "orchestrator" || isWorker(name);
}

/** Only workers assume roles in other accounts: nobody else carries what those accounts ask for (I08). */
function withoutExternalIds(settings: SettingsFile): SettingsFile {
  return { ...settings, accounts: settings.accounts.map((account) => ({ ...account, externalId: "withheld:only-workers-have-it" })) };
}

function readPrompts(prompts: BundleOptions["prompts"]): Record<string, string> {
  const folder = join(root, "config/prompts");
  const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
  return Object.fromEntries(files.map((file) => [file.replace(".md", ""), prompts === "empty" ? "" : readFileSync(join(folder, file), "utf8")]));
}
