/** One bundle a function: its code, minified, with the settings and prompts it parses at cold start beside it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICES, type ServiceName } from "../config/catalog/services.ts";
import { FUNCTIONS, type FunctionName } from "../config/names.ts";
import type { SettingsFile } from "../config/settings.ts";
import { addPolicies } from "./bundle/cedar.ts";

const root = new URL("..", import.meta.url).pathname;

/** Functions with a handler.ts of their own: the only thing infra knows of functions/. */
const HANDLERS = FUNCTIONS.map((name): [FunctionName, string] => [name, join(root, `functions/${name.replace("api-", "api/")}/handler.ts`)]);

/** The workers' entries are made here, so that a service needs one discovery file and no more. */
function workerEntry(service: ServiceName, folder: string): [FunctionName, string] {
  const from = (file: string) => JSON.stringify(join(root, "functions/discovery", file));
  const entry = join(folder, `discovery-${service}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    entry,
    `import { discoveryHandler } from ${from("handler.ts")};\nimport { ${service}Service } from ${from(`${service}.ts`)};\nexport const handler = discoveryHandler(${service}Service);\n`,
  );
  return [`discovery-${service}`, entry];
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
  const entries = [...HANDLERS, ...SERVICES.map((service) => workerEntry(service, join(outDir, "entries")))];
  // Chunks of an earlier build have other names and would be deployed too.
  for (const [name] of entries) rmSync(join(outDir, name), { recursive: true, force: true });
  const order = { root, entries: entries.map(([name, entry]) => ({ entry, folder: join(outDir, name) })) };
  execFileSync(process.execPath, [join(root, "infra/bundle/build.ts")], { input: JSON.stringify(order), stdio: ["pipe", "ignore", "inherit"] });
  const texts = JSON.stringify(readPrompts(prompts));
  return Object.fromEntries(
    entries.map(([name]) => {
      const folder = join(outDir, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "settings.json"), JSON.stringify(name.startsWith("discovery-") ? settings : withoutExternalIds(settings)));
      writeFileSync(join(folder, "prompts.json"), texts);
      if (name === "guardrail") addPolicies(root, folder);
      return [name, folder];
    }),
  ) as Record<FunctionName, string>;
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
