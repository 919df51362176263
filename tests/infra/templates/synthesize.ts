/** The app, synthesized once for all proofs: as the example asks, for a company with its own rules, and with a hub that is itself read. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll } from "vitest";
import type { Settings } from "../../../config/settings.ts";
import { buildApp } from "../../../infra/app.ts";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { readSettings } from "../../../infra/settings-file.ts";
import { example } from "../../config/fixtures/example.ts";
import { readTemplates, type Template } from "./template.ts";

export const EXAMPLE_FILE = join(import.meta.dirname, "../../../config/example.yaml");
const folder = mkdtempSync(join(tmpdir(), "aws-coworker-templates-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Synthesized {
  readonly name: string;
  readonly settings: Settings;
  readonly app: App;
  readonly assembly: string;
  readonly templates: readonly Template[];
}

let bundles: ReturnType<typeof bundleFunctions> | undefined;

/** An app that is built and not yet synthesized. @param nag whether cdk-nag takes part: it costs seconds. */
export function build(name: string, config: string, nag: boolean): App {
  const app = new App({
    outdir: join(folder, name),
    context: { config, ...(nag ? {} : { nag: "off" }) },
  });
  // Bundled once: the other apps get the first one's bundles, whose settings no template shows.
  return buildApp(app, (options) => (bundles ??= bundleFunctions(options)));
}

function synthesize(name: string, config: string, nag = false): Synthesized {
  const app = build(name, config, nag);
  const assembly = synthInto(app);
  return { name, settings: readSettings(config).settings, app, assembly, templates: readTemplates(assembly) };
}

/** What cdk-nag finds is for nag.proof.ts to say: the other proofs go on with the templates, which are written by then. */
function synthInto(app: App): string {
  try {
    return app.synth().directory;
  } catch (error) {
    if (!existsSync(join(app.outdir, "validation-report.json"))) throw error;
    return app.outdir;
  }
}

/** A settings file in the temporary folder: the example with other top-level sections. */
function settingsFile(name: string, sections: Record<string, unknown>): string {
  const file = join(folder, "settings", `${name}.yaml`);
  mkdirSync(join(folder, "settings"), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...example(), ...sections }));
  return file;
}

const { deployment, accounts, scopes } = readSettings(EXAMPLE_FILE).settings;

export const asExample = synthesize("example", EXAMPLE_FILE, true);

/** Another prefix, path and region, and a boundary that the company makes. */
export const ofCompany = synthesize(
  "company",
  settingsFile("company", {
    deployment: {
      ...deployment,
      prefix: "corp-ops",
      path: "/corp/tools/",
      hub: { account: "111111111111", region: "eu-west-1" },
      permissionsBoundary: "boundaries/developer",
    },
  }),
);

/** The hub account is registered and in scope for S3, so its workers read it too, and one changes it. */
export const withReadHub = synthesize(
  "read-hub",
  settingsFile("read-hub", {
    deployment: { ...deployment, hub: { account: "111111111111", region: "us-east-1" } },
    accounts: [...accounts, { id: "111111111111", name: "acme-hub", environment: "development", regions: ["us-east-1"], externalId: "acme-coworker-hub-77aa" }],
    scopes: [...scopes, { account: "111111111111", services: ["s3"] }],
  }),
);

export const ALL = [asExample, ofCompany, withReadHub];
