/** Asks a deployed API one question and waits for what comes of it. Knows the HTTP API and nothing else. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { LocalFailure } from "./failure.ts";
import { type Api, type ApiAnswer, callApi } from "./signed.ts";

export type Watching = Api & Pick<Question, "timeoutMs" | "onEvent">;
export type Question = Api & {
  text: string;
  accounts?: readonly string[];
  regions?: readonly string[];
  budgetUsd?: number;
  /** Repeats with the same key are the same request; without one every ask is new. */
  idempotencyKey?: string;
  /** Default 10 minutes, in ms. */
  timeoutMs?: number;
  /** Whatever it gives is waited for: the next event comes after it. */
  onEvent?: (event: ApiEvent, id: string) => unknown;
};

const eventSchema = z.looseObject({ type: z.string(), payload: z.looseObject({}) });
export type ApiEvent = z.infer<typeof eventSchema>;
const eventsSchema = z.looseObject({ events: z.array(eventSchema), cursor: z.unknown().optional(), complete: z.boolean() });

const submittedSchema = z.looseObject({ id: z.string() });
const findingSchema = z.looseObject({
  title: z.string(),
  severity: z.string(),
  resources: z.array(z.looseObject({ arn: z.string(), supported: z.boolean() })),
});
const notReadSchema = z.looseObject({
  operation: z.string(),
  account: z.string(),
  region: z.string(),
  role: z.string(),
  errorCode: z.string(),
  message: z.string(),
  access: z.string(),
  count: z.number(),
});
/** The part of the answer that is used here; more may come. */
export const requestView = z.looseObject({
  id: z.string(),
  state: z.string(),
  code: z.string().optional(),
  summary: z.string().optional(),
  notice: z.string().optional(),
  costUsd: z.number(),
  durationMs: z.number().nullable(),
  usage: z.array(z.looseObject({ model: z.string(), calls: z.number(), inputTokens: z.number(), outputTokens: z.number(), usd: z.number() })),
  report: z
    .looseObject({
      answer: z.string().nullable(),
      message: z.string(),
      missing: z.array(z.string()),
      findings: z.array(findingSchema),
      notRead: z.array(notReadSchema),
    })
    .nullable(),
});
export type RequestView = z.infer<typeof requestView>;

/** An answer of the API outside 2xx; `answer` holds all of it. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly answer: ApiAnswer;

  constructor(what: string, answer: ApiAnswer) {
    super(`${what}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
    this.answer = answer;
  }
}

/** @throws {ApiRefusal} when the API says no. @throws {LocalFailure} when the request doesn't end in time. */
export async function ask(question: Question): Promise<RequestView> {
  return watch(question, await submit(question));
}

/** A request that was sent, to its end. @throws as ask. */
export async function watch(question: Watching, id: string): Promise<RequestView> {
  const until = Date.now() + (question.timeoutMs ?? 600_000);
  for (let seen = 0, pause = 150; ; pause = Math.min(pause * 1.2, 1_000)) {
    seen = await follow(question, id, seen);
    const view = requestView.parse(await read(question, `/requests/${id}`));
    if (view.state !== "running") {
      await follow(question, id, seen);
      return view;
    }
    if (Date.now() > until) throw new LocalFailure(`${id} is still running. See it with: GET ${question.apiUrl}/requests/${id}`);
    await delay(pause);
  }
}

/** @returns the request's id. */
export async function submit(question: Question): Promise<string> {
  const { text, accounts, regions, budgetUsd, idempotencyKey } = question;
  const answer = await callApi(question, {
    method: "POST",
    path: "/requests",
    body: JSON.stringify({ text, accounts, regions, budgetUsd }),
    headers: { "idempotency-key": idempotencyKey ?? crypto.randomUUID() },
  });
  if (answer.status !== 202) throw new ApiRefusal("The request was not accepted", answer);
  return submittedSchema.parse(answer.body).id;
}

async function follow(question: Watching, id: string, seen: number): Promise<number> {
  if (!question.onEvent) return seen;
  const { events } = eventsSchema.parse(await read(question, `/requests/${id}/events?after=${seen}`));
  for (const event of events) await question.onEvent(event, id);
  return seen + events.length;
}

async function read(api: Api, path: string): Promise<unknown> {
  const answer = await callApi(api, { method: "GET", path });
  if (answer.status !== 200) throw new ApiRefusal(`GET ${path}`, answer);
  return answer.body;
}
