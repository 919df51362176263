/** Recorded calls for people (a table) and for programs (one JSON array). */
import * as z from "zod";
import { principalName, readCalls, recordLines } from "./calls.ts";
import type { LocalCopy } from "./copy.ts";
import { readIfThere } from "./state.ts";
import { table } from "./table.ts";

export type Listing = { json: boolean; since: Date };

export function callsText(copy: LocalCopy, { json, since }: Listing): string {
  const calls = readCalls(copy, since);
  if (json) return JSON.stringify(calls, null, 2);
  const rows = calls.map((call) => [
    clock(call.time),
    call.kind,
    principalName(call.principal),
    call.service,
    call.operation,
    call.region,
    call.resource,
    call.result,
    `${call.ms} ms`,
  ]);
  return rows.length === 0 ? "no calls" : table(["time", "kind", "principal", "service", "operation", "region", "resource", "result", "took"], rows);
}

/** The part of the model server's log that a line shows. */
const modelCall = z.looseObject({
  time: z.iso.datetime(),
  family: z.string().nullable(),
  modelId: z.string(),
  source: z.string(),
  status: z.union([z.number(), z.string()]),
  usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }).nullish(),
});

export function modelCallsText(copy: LocalCopy, { json, since }: Listing): string {
  const calls = recordLines(readIfThere(copy.files.models) ?? "")
    .map((line) => modelCall.parse(JSON.parse(line)))
    .filter((call) => new Date(call.time) >= since);
  if (json) return JSON.stringify(calls, null, 2);
  const rows = calls.map(({ time, family, modelId, source, status, usage }) => [
    clock(time),
    family ?? "-",
    modelId,
    source,
    String(status),
    String(usage?.input_tokens ?? "-"),
    String(usage?.output_tokens ?? "-"),
  ]);
  return rows.length === 0 ? "no model was asked" : table(["time", "family", "model", "answered by", "status", "tokens in", "tokens out"], rows);
}

const clock = (time: string) => time.slice(11, 23);
