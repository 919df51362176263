/** The local AWS that setup.ts started: its deployment, its models, and root's eyes. */
import { inject, onTestFinished } from "vitest";
import { resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import type { RecordedCall } from "../../infra/local/calls.ts";
import { localCopy } from "../../infra/local/copy.ts";
import { modelAdmin } from "../../infra/local/model/client.ts";
import type { ScriptEntryInput } from "../../infra/local/model/script/schema.ts";
import type { Api } from "../../infra/local/signed.ts";
import { readSettings } from "../../infra/settings-file.ts";

export const copy = localCopy(inject("port"));
export const models = modelAdmin(copy.modelEndpoint);

/** A deployment on the copy: its API and its names. */
export interface Deployment {
  readonly api: Api;
  readonly settings: Settings;
  readonly names: ReturnType<typeof resources>;
}

export function deploymentAt(apiUrl: string, settingsFile: string): Deployment {
  const { settings } = readSettings(new URL(settingsFile, import.meta.url).pathname);
  return { api: { apiUrl }, settings, names: resources(settings.deployment) };
}

export const main: Deployment = deploymentAt(inject("apiUrl"), "settings.yaml");

/** SDK settings of the account's root: the oracle, which no policy of ours concerns. */
export function root(account: string, region = "us-east-1") {
  return { endpoint: copy.endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "test" }, forcePathStyle: true, followRegionRedirects: true };
}

/** Replies in the models' place until the test ends, whatever is left of them. */
export async function script(replies: readonly ScriptEntryInput[]): Promise<void> {
  onTestFinished(() => models.clearScript());
  await models.script(replies);
}

/** The planner's tool call, as often as it is asked unless `times` says otherwise. */
export function plans(name: string, input: unknown, more: Partial<ScriptEntryInput> = {}): ScriptEntryInput {
  return { family: "opus", times: 10_000, reply: { tool: { name, input } }, ...more };
}

export const answers = (answer = "Done."): ScriptEntryInput => plans("answer", { answer, findings: [] });

/** Account, role without the prefix, and session of who called. */
export function sessionOf({ principal }: RecordedCall, { settings }: Deployment = main): { account: string; role: string; session: string } {
  const [, account = "", role = "", session = ""] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/.exec(principal) ?? [];
  return { account, role: role.replace(`${settings.deployment.prefix}-`, ""), session };
}

export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
