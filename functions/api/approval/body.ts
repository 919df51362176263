/** The bodies of POST /requests/{id}/approval and POST /requests/{id}/stop. */
import * as z from "zod";
import { sha256 } from "../../shared/contracts.ts";
import { redact } from "../../shared/secrets.ts";
import { type BodyEvent, jsonBody, optionalJsonBody } from "../json-body.ts";

const wellFormed = (text: string): boolean => text.isWellFormed();
const HALF = "contains half of a surrogate pair, which is not a character";

const decisionBody = z.strictObject({
  decision: z.enum(["approve", "reject"]),
  /** Of the plan that was shown. */
  planHash: sha256,
  /** Absent: the first one. A phase behind it is named, so that a repeated call never confirms the next (E12). */
  phase: z.number().int().positive().max(1000).default(1),
  note: z.string().max(1000).refine(wellFormed, HALF).default(""),
  /** Items of the plan's approval.acknowledge, word by word (G14). */
  acknowledge: z.array(z.string().max(1000)).max(200).default([]),
});
export type DecisionBody = z.infer<typeof decisionBody>;

const stopBody = z.strictObject({ reason: z.string().max(500).refine(wellFormed, HALF).default("") });

/** @throws ApiError that names the field. */
export async function parseDecision(event: BodyEvent): Promise<DecisionBody> {
  const body = jsonBody(event, decisionBody, "a decision");
  return { ...body, note: await redacted(body.note, 1000) };
}

export async function parseStop(event: BodyEvent): Promise<string> {
  return redacted(optionalJsonBody(event, stopBody, "a stop").reason, 500);
}

/** A mark can be longer than the secret it stands for. */
async function redacted(text: string, most: number): Promise<string> {
  return (await redact(text)).text.slice(0, most);
}
