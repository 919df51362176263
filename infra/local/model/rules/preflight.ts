/** The mutation worker's look at one step before it acts: it may abort, and nothing else. */
import { z } from "zod";
import { type MessagesBody, type ReplyBlock, type Tool, textOf } from "../messages.ts";
import { offline } from "./offline.ts";

const PROCEED = "proceed";
const ABORT = "abort";

export function isPreflight(tools: readonly Tool[]): boolean {
  const names = tools.map(({ name }) => name);
  return names.includes(PROCEED) && names.includes(ABORT);
}

/** What an environment's tag may say of an account that can be changed at all. */
const PROTECTED = /^(?:prod(?:uction)?|prd|stag(?:e|ing)|stg|preprod)$/i;

export function lookAt({ messages }: MessagesBody): ReplyBlock[] {
  const text = messages.map(textOf).join("\n");
  const shown = [...text.matchAll(/<(\w+)>\n([\s\S]*?)\n<\/\1>/g)].map(([, , content = ""]) => jsonOf(content));
  const found = shown.flatMap(environmentsIn);
  const protectedOne = found.find((value) => PROTECTED.test(value));
  if (protectedOne !== undefined)
    return decided(ABORT, `The live state carries the environment tag "${protectedOne}", which contradicts a change in this account.`);
  if (shown.length === 0) return decided(ABORT, "The prompt shows neither the step nor the live state, so there is nothing to compare.");
  return decided(PROCEED, "The live state does not contradict the step.");
}

function decided(name: string, reason: string): ReplyBlock[] {
  return [{ type: "tool_use", name, input: { reason: offline(reason) } }];
}

const keyValue = z.object({ Key: z.string(), Value: z.string() });

/** Values of every Environment tag at any depth, as an object's field or a Key/Value pair. */
function environmentsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(environmentsIn);
  if (typeof value !== "object" || value === null) return [];
  const pair = keyValue.safeParse(value).data;
  if (pair && /^environment$/i.test(pair.Key)) return [pair.Value];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(?:Tags|TagSet)$/.test(key) && typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).flatMap(([name, content]) => (/^environment$/i.test(name) ? [String(content)] : []))
      : environmentsIn(inner),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
