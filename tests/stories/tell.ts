/** One request, asked and followed to its end, with everything it left behind. */
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect, vi } from "vitest";
import * as z from "zod";
import { reportDocument } from "../../functions/report/document.ts";
import { exclusion, roleResolution } from "../../functions/shared/contracts.ts";
import { type RequestEvent, requestEvent } from "../../functions/shared/events.ts";
import { ask, type Question, type RequestView, requestView } from "../../infra/local/ask.ts";
import { type RecordedCall, readCalls } from "../../infra/local/calls.ts";
import type { ModelCall } from "../../infra/local/model/calls.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { HUB } from "./accounts.ts";
import { copy, type Deployment, main, models, root } from "./local.ts";

const shownView = requestView.extend({
  requester: z.string(),
  exclusions: z.array(exclusion),
  resolutions: z.array(roleResolution),
  tasks: z.array(z.looseObject({ agentId: z.string(), worker: z.string(), service: z.string(), objective: z.string().nullable(), status: z.string() })),
  partialFailures: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  redactions: z.number(),
  report: reportDocument.nullable(),
});
type ShownView = z.infer<typeof shownView>;

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

export type Asking = Omit<Question, "apiUrl" | "text"> & { deployment?: Deployment };

/** Asks and waits to the end, 60 s at most. */
export async function tell(text: string, { deployment = main, ...question }: Asking = {}): Promise<Told> {
  const since = new Date();
  const api = { ...deployment.api, ...(question.credentials ? { credentials: question.credentials } : {}) };
  return toldOf(await ask({ timeoutMs: 60_000, ...api, ...question, text }), since, api, deployment);
}

/** All that an ended request left behind. @param api of whoever asked it. */
export async function toldOf(ending: RequestView, since: Date, api: Api, deployment: Deployment = main): Promise<Told> {
  const view = shownView.parse(ending);
  const execution = await ended(view.id, deployment);
  if (!view.report) throw new Error(`${view.id} has no report: ${JSON.stringify(view)}`);
  return {
    view,
    report: view.report,
    execution,
    events: await eventsOf(view.id, { ...deployment, api }),
    ...recordedSince(since, deployment),
    models: await models.calls(since),
  };
}

/** Calls of the system's principals and functions run since then. */
export function recordedSince(since: Date, { settings }: Deployment = main): Pick<Told, "calls" | "ran"> {
  const { prefix } = settings.deployment;
  const all = readCalls(copy, since);
  return {
    calls: all.filter(({ kind, principal }) => kind === "call" && principal.includes(`:assumed-role/${prefix}-`)),
    ran: all
      .filter(({ kind, resource }) => kind === "invocation" && resource.includes(`:function:${prefix}-`))
      .map(({ resource }) => resource.split(`:function:${prefix}-`)[1] ?? ""),
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
