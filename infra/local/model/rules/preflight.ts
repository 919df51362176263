/** The mutation worker's look at its steps before it acts: it may abort, and nothing else. */
import { z } from "zod";
import { type MessagesBody, type ReplyBlock, type Tool, textOf } from "../messages.ts";
import { elementIn } from "./elements.ts";
import { offline } from "./offline.ts";

const PROCEED = "proceed";
const ABORT = "abort";

export function isPreflight(tools: readonly Tool[]): boolean {
  const names = tools.map(({ name }) => name);
  return names.includes(PROCEED) && names.includes(ABORT);
}

/** What an environment's tag may say of an account that can be changed at all. */
const PROTECTED = /^(?:prod(?:uction)?|prd|stag(?:e|ing)|stg|preprod)$/i;

const changes = z.array(z.looseObject({ id: z.string(), live: z.unknown() })).min(1);

export function lookAt({ messages }: MessagesBody): ReplyBlock[] {
  const shown = changes.safeParse(elementIn(messages.map(textOf).join("\n"), "changes")).data;
  if (!shown) return abort("The prompt shows no <changes>, so there is nothing to look at.");
  for (const { id, live } of shown) {
    const contradiction = environmentsIn(live).find((value) => PROTECTED.test(value));
    if (contradiction !== undefined) return abort(`${id}: the live state carries the environment tag "${contradiction}", where nothing is changed directly.`);
  }
  return [{ type: "tool_use", name: PROCEED, input: {} }];
}

function abort(reason: string): ReplyBlock[] {
  return [{ type: "tool_use", name: ABORT, input: { reason: offline(reason) } }];
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
