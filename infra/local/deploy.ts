/** Deploys the same synthesized templates that go to AWS onto a local copy, with the same CDK CLI. */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import * as z from "zod";
import { type StackGroup, stackGroups } from "./assembly.ts";
import { makeAssetBuckets } from "./assets.ts";
import { runCommand } from "./command.ts";
import { BIN, type LocalCopy, localCopy, ROOT } from "./copy.ts";
import { clientEnvironment, HUB_ACCOUNT } from "./environment.ts";
import { LocalFailure } from "./failure.ts";
import { readIfThere } from "./state.ts";

export const HUB_REGION = "us-east-1";
export const DEFAULT_CONFIG = join(ROOT, "config", "example.yaml");

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));
/** CloudFormation outputs by stack and name. */
export type StackOutputs = z.infer<typeof outputsSchema>;
export type Deployed = { apiUrl: string; outputs: StackOutputs };

export type DeployOptions = {
  port: number;
  /** The settings file; reaches the app as context `config`. */
  configFile?: string;
  /** Where the cloud assembly goes; with `synthesize: false` it is taken from there as it is. */
  outDir?: string;
  synthesize?: boolean;
  /** cdk-nag is off unless `nag` says otherwise: it is the tests' business. */
  context?: Record<string, string>;
  onProgress?: (line: string) => void;
};

/** A CDK CLI costs a process of about 200 MB and a second of CPU: members go two at a time beside the hub. */
const PARALLEL = 3;

/** @throws {LocalFailure} when the app can't be synthesized or a stack can't be deployed. */
export async function deployLocal(options: DeployOptions): Promise<Deployed> {
  const copy = localCopy(options.port);
  const assembly = options.outDir ?? copy.files.assembly;
  const say = options.onProgress ?? (() => undefined);
  writeFileSync(copy.files.deployLog, "");
  if (options.synthesize ?? true) {
    say("synthesizing the app");
    await synthesize(copy, assembly, { nag: "off", ...options.context, config: resolve(options.configFile ?? DEFAULT_CONFIG) });
  }
  const groups = stackGroups(assembly);
  const limit = pLimit(PARALLEL);
  say(`deploying ${groups.reduce((sum, group) => sum + group.stacks.length, 0)} stacks in ${groups.length} accounts`);
  // All of them to their ends, so that a failure leaves no deployment running behind it.
  const ended = await Promise.allSettled(groups.map((group) => limit(() => deployGroup(copy, assembly, group))));
  const outputs: StackOutputs = {};
  for (const end of ended) {
    if (end.status === "rejected") throw end.reason;
    Object.assign(outputs, end.value);
  }
  const deployed = { apiUrl: apiUrlOf(copy, outputs), outputs };
  writeFileSync(copy.files.outputs, JSON.stringify(deployed, null, 2));
  return deployed;
}

/** What the last deployment of this copy gave; undefined before the first. */
export function readDeployed(copy: LocalCopy): Deployed | undefined {
  const text = readIfThere(copy.files.outputs);
  return text === undefined ? undefined : z.strictObject({ apiUrl: z.string(), outputs: outputsSchema }).parse(JSON.parse(text));
}

async function synthesize(copy: LocalCopy, assembly: string, context: Record<string, string>): Promise<void> {
  rmSync(assembly, { recursive: true, force: true });
  await runCommand({
    what: "Synthesizing infra/app.ts",
    command: join(BIN, "node"),
    args: [join(ROOT, "infra", "app.ts")],
    cwd: ROOT,
    env: {
      ...clientEnvironment(copy, HUB_ACCOUNT, HUB_REGION),
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({ ...projectContext(), ...context }),
      CDK_DEFAULT_ACCOUNT: HUB_ACCOUNT,
      CDK_DEFAULT_REGION: HUB_REGION,
    },
    log: copy.files.deployLog,
  });
}

/** The feature flags of cdk.json, which the CLI would hand to the app. */
function projectContext(): Record<string, unknown> {
  const text = readIfThere(join(ROOT, "cdk.json"));
  return text === undefined ? {} : z.object({ context: z.record(z.string(), z.unknown()).default({}) }).parse(JSON.parse(text)).context;
}

async function deployGroup(copy: LocalCopy, assembly: string, group: StackGroup): Promise<StackOutputs> {
  await makeAssetBuckets(copy, group);
  const file = join(copy.folder, `outputs-${group.account}-${group.region}-${randomUUID()}.json`);
  await runCommand({
    what: `Deploying ${group.stacks.join(", ")} to ${group.account}`,
    command: join(BIN, "cdk"),
    args: [
      "deploy",
      "--app",
      assembly,
      ...group.stacks,
      "--exclusively",
      "--require-approval",
      "never",
      "--concurrency",
      "3",
      "--outputs-file",
      file,
      "--no-notices",
      "--no-version-reporting",
      "--progress",
      "events",
      "--ci",
    ],
    // Outside the project: there, cdk.json would have the CLI synthesize again.
    cwd: copy.folder,
    env: { ...clientEnvironment(copy, group.account, group.region), CDK_DISABLE_CLI_TELEMETRY: "true", CDK_DISABLE_VERSION_CHECK: "true" },
    log: copy.files.deployLog,
  });
  const outputs = outputsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  rmSync(file);
  return outputs;
}

const API_URL = /^https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.[a-z.]+\/([^/]+)\/?$/;

/** Hosts of API Gateway don't resolve here; the emulator serves the same API by path. */
function apiUrlOf(copy: LocalCopy, outputs: StackOutputs): string {
  const entrance = Object.entries(outputs)
    .filter(([stack]) => stack.endsWith("-entrance"))
    .flatMap(([, values]) => Object.values(values));
  for (const value of entrance) {
    const [, id, stage] = API_URL.exec(value) ?? [];
    if (id !== undefined && stage !== undefined) return `${copy.endpoint}/_aws/execute-api/${id}/${stage}`;
  }
  throw new LocalFailure("No output of the entrance stack is the URL of an API: infra/app.ts has to export one (RestApi.url).");
}
