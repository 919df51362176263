/** What every story needs of the local AWS: ask, look at what really happened, and read the truth as root. */
import { randomUUID } from "node:crypto";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect, inject, onTestFinished, vi } from "vitest";
import * as z from "zod";
import { type Settings } from "../../config/settings.ts";
import { resources } from "../../config/names.ts";
import { reportDocument } from "../../functions/report/document.ts";
import { exclusion, roleResolution } from "../../functions/shared/contracts.ts";
import { type RequestEvent, requestEvent } from "../../functions/shared/events.ts";
import { ask, type Question, requestView } from "../../infra/local/ask.ts";
import { readCalls, type RecordedCall } from "../../infra/local/calls.ts";
import { localCopy } from "../../infra/local/copy.ts";
import type { ModelCall } from "../../infra/local/model/calls.ts";
import { modelAdmin } from "../../infra/local/model/client.ts";
import type { ScriptEntryInput } from "../../infra/local/model/script/schema.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { readSettings } from "../../infra/settings-file.ts";
import { HUB } from "./accounts.ts";

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

const shownView = requestView.extend({
  requester: z.string(),
  exclusions: z.array(exclusion),
  resolutions: z.array(roleResolution),
  tasks: z.array(z.looseObject({ agentId: z.string(), worker: z.string(), service: z.string(), objective: z.string().nullable(), status: z.string() })),
  partialFailures: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  redactions: z.number(),
  report: reportDocument.nullable(),
});
export type ShownView = z.infer<typeof shownView>;

/** One request and everything it left behind. */
export interface Told {
  readonly view: ShownView;
  readonly report: NonNullable<ShownView["report"]>;
  readonly execution: string;
  readonly events: RequestEvent[];
  /** By any principal of the system, in order of their ends; the harness's and root's calls are left out. */
  readonly calls: RecordedCall[];
  /** Functions that ran, by name without the prefix. */
  readonly ran: string[];
  readonly models: ModelCall[];
}

export type Asking = Omit<Question, "apiUrl" | "text" | "onEvent"> & { deployment?: Deployment };

/** Asks and waits to the end, 60 s at most. */
export async function tell(text: string, { deployment = main, ...question }: Asking = {}): Promise<Told> {
  const since = new Date();
  const api = { ...deployment.api, ...(question.credentials ? { credentials: question.credentials } : {}) };
  const view = shownView.parse(await ask({ timeoutMs: 60_000, ...api, ...question, text }));
  const execution = await ended(view.id, deployment);
  if (!view.report) throw new Error(`${view.id} has no report: ${JSON.stringify(view)}`);
  return { view, report: view.report, execution, events: await eventsOf(view.id, { ...deployment, api }), ...recordedSince(since, deployment), models: await models.calls(since) };
}

/** Calls of the system's principals and functions run since then. */
export function recordedSince(since: Date, { settings }: Deployment = main): Pick<Told, "calls" | "ran"> {
  const { prefix } = settings.deployment;
  const all = readCalls(copy, since);
  return {
    calls: all.filter(({ kind, principal }) => kind === "call" && principal.includes(`:assumed-role/${prefix}-`)),
    ran: all.filter(({ kind, resource }) => kind === "invocation" && resource.includes(`:function:${prefix}-`)).map(({ resource }) => resource.split(`:function:${prefix}-`)[1] ?? ""),
  };
}

/** The execution's status once it no longer runs. */
export async function ended(id: string, { names }: Deployment = main): Promise<string> {
  const states = new SFNClient(root(HUB));
  return vi.waitUntil(
    async () => {
      const { status } = await states.send(new DescribeExecutionCommand({ executionArn: names.executionArn(id) }));
      return status === "RUNNING" ? undefined : status;
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** All events, page by page of `limit`. */
export async function eventsOf(id: string, { api }: Deployment = main, limit = 100): Promise<RequestEvent[]> {
  const page = z.strictObject({ events: z.array(requestEvent), cursor: z.number(), complete: z.boolean() });
  const events: RequestEvent[] = [];
  for (;;) {
    const { status, body } = await callApi(api, { method: "GET", path: `/requests/${id}/events?after=${events.length}&limit=${limit}` });
    expect(status).toBe(200);
    const { events: more, cursor, complete } = page.parse(body);
    events.push(...more);
    expect(cursor).toBe(events.length);
    if (complete || more.length === 0) return events;
  }
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

export const newKey = (): string => randomUUID();
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
