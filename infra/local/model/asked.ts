/** What a body asks, as scripts are matched and calls are logged: read leniently, since a forwarded body is the real API's to judge. */
import * as z from "zod";
import { type MessagesBody, textOf } from "./messages.ts";
import { elementIn } from "./rules/elements.ts";

export interface AskedBody {
  readonly turn: number;
  readonly round: number | undefined;
  readonly text: string;
  readonly systemBytes: number;
  readonly tools: readonly string[];
  readonly toolChoice: unknown;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
}

const roundIn = z.object({ round: z.int().positive() });

export function describeBody(body: MessagesBody): AskedBody {
  const messages = body.messages.map((message) => ({ role: message.role, text: textOf(message) }));
  const text = messages.map((message) => message.text).join("\n");
  return {
    turn: messages.filter(({ role }) => role === "assistant").length + 1,
    round: roundIn.safeParse(elementIn(text, "request")).data?.round,
    text,
    systemBytes:
      body.system === undefined ? 0 : Buffer.byteLength(typeof body.system === "string" ? body.system : body.system.map((block) => block.text).join("")),
    tools: (body.tools ?? []).map(({ name }) => name),
    toolChoice: body.tool_choice ?? null,
    messages,
  };
}

/** For a body that can't be read: its text is all there is. */
export function describeRaw(body: Buffer): AskedBody {
  const text = body.toString("utf8");
  return { turn: 1, round: undefined, text, systemBytes: 0, tools: [], toolChoice: null, messages: [{ role: "unread", text }] };
}
