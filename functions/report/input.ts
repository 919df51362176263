/** Takes what the machine kept. What is malformed in it is told as not read, so that a request still ends with a report. */
import * as z from "zod";

import { changeInput, type HistoryRound, historyRound, type ReportInput, refusedTask, reportInput, workerCrash, workerResult } from "../shared/contracts.ts";
import { NOTHING, type NotRead } from "./document.ts";

export interface Taken {
  readonly input: ReportInput;
  readonly malformed: readonly NotRead[];
}

const { outcome, admission, usage, redactions, startedAt } = reportInput.shape;
const shell = z.object({
  request: z.unknown(),
  admission: z.unknown(),
  outcome: z.unknown(),
  history: z.unknown(),
  latest: z.unknown(),
  usage: z.unknown(),
  redactions: z.unknown(),
  startedAt: z.unknown(),
  change: z.unknown(),
});
const crashed = z.object({ kind: z.literal("crashed"), state: z.string().catch("unknown"), error: z.string().catch("unknown"), cause: z.string().catch("") });
const round = z.object({
  round: historyRound.shape.round,
  results: z.array(z.unknown()),
  refused: z.array(z.unknown()),
  cut: historyRound.shape.cut.catch({}),
});
const latest = z.object({ results: z.array(z.unknown()), refused: z.array(z.unknown()) });

/** Throws the schema's error where there is no outcome: that is no request's end. */
export function takeInput(event: unknown): Taken {
  const whole = reportInput.safeParse(event);
  if (whole.success) return { input: whole.data, malformed: [] };
  const parts = shell.parse(event);
  const malformed: NotRead[] = [];
  const take: Take = (schema, value, place, otherwise) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    malformed.push(notRead(value, place, parsed.error));
    return otherwise;
  };
  const input: ReportInput = {
    request: parts.request,
    outcome: isCrash(parts.outcome) ? crashed.parse(parts.outcome) : outcome.parse(parts.outcome),
    admission: take(admission, parts.admission ?? null, "admission", null),
    history: listOf(parts.history, "history", take).flatMap((one, index) => roundOf(one, `history[${index}]`, take)),
    latest: latestOf(parts.latest ?? null, take),
    usage: listOf(parts.usage, "usage", take).flatMap((one, index) => take(usage.element.array(), [one], `usage[${index}]`, [])),
    redactions: take(redactions, parts.redactions ?? 0, "redactions", 0),
    startedAt: take(startedAt, parts.startedAt ?? "", "startedAt", ""),
    change: take(changeInput.nullable(), parts.change ?? null, "change", null),
  };
  // What only the closed form refuses, an unknown field say, is left out as well.
  return { input, malformed: malformed.length > 0 ? malformed : [notRead(event, "The input", whole.error)] };
}

type Take = <T, Otherwise>(schema: z.ZodType<T>, value: unknown, place: string, otherwise: Otherwise) => T | Otherwise;

function isCrash(value: unknown): boolean {
  return z.object({ kind: z.literal("crashed") }).safeParse(value).success;
}

function listOf(value: unknown, place: string, take: Take): unknown[] {
  return take(z.array(z.unknown()), value ?? [], place, []);
}

function roundOf(value: unknown, place: string, take: Take): HistoryRound[] {
  const kept = take(round, value, place, null);
  if (!kept) return [];
  return [{ ...kept, results: each(workerResult, kept.results, `${place}.results`, take), refused: each(refusedTask, kept.refused, `${place}.refused`, take) }];
}

function latestOf(value: unknown, take: Take): ReportInput["latest"] {
  const kept = take(latest.nullable(), value, "latest", null);
  if (!kept) return null;
  return {
    results: each(z.union([workerResult, workerCrash]), kept.results, "latest.results", take),
    refused: each(refusedTask, kept.refused, "latest.refused", take),
  };
}

function each<T>(schema: z.ZodType<T>, values: readonly unknown[], place: string, take: Take): T[] {
  return values.flatMap((value, index) => take(schema.array(), [value], `${place}[${index}]`, []));
}

/** What names the work, as far as it can be told. */
const label = z.object({ callId: z.string().max(100).catch(""), worker: z.string().max(100).catch(""), crashed: z.unknown() });

function notRead(value: unknown, place: string, { issues }: z.ZodError): NotRead {
  const named = label.safeParse(Array.isArray(value) ? value[0] : value);
  const { callId, worker, crashed } = named.success ? named.data : { callId: "", worker: "", crashed: undefined };
  const issue = issues[0];
  return {
    ...NOTHING,
    kind: crashed === undefined ? "malformed" : "crash",
    worker,
    errorCode: "malformed",
    message:
      `${place}${callId ? ` (call ${callId})` : ""} has not the form that was agreed, and was left out: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.slice(
        0,
        500,
      ),
    access: "Look at the execution's history for what that state gave, then ask again; report it if it repeats.",
  };
}
