import type { Invoke } from "../../../functions/shared/model.ts";

/** The parts of a request body that tests look at. */
export interface Body {
  readonly max_tokens: number;
  readonly system?: readonly { readonly text: string }[];
  readonly tools: readonly { readonly name: string; readonly input_schema: Record<string, unknown>; readonly cache_control?: unknown }[];
  readonly tool_choice: { readonly type: string };
  readonly thinking?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Record<string, unknown>[] }[];
}

export const TOKENS = { input_tokens: 1000, output_tokens: 100, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

let ids = 0;
export const use = (name: string, input: unknown) => ({ type: "tool_use", id: `toolu_${++ids}`, name, input });
export const message = (content: unknown, changes: Record<string, unknown> = {}) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content,
  stop_reason: "tool_use",
  usage: TOKENS,
  ...changes,
});
export const says = (text: string, changes: Record<string, unknown> = {}) => message([{ type: "text", text }], { stop_reason: "end_turn", ...changes });

/** Plays its replies in turn (an Error is thrown, a string sent as it is) and keeps what it was asked; more calls than replies fail. */
export function scripted(...replies: readonly unknown[]): { readonly invoke: Invoke; readonly asked: { readonly modelId: string; readonly body: Body }[] } {
  const asked: { modelId: string; body: Body }[] = [];
  return {
    asked,
    invoke: async (modelId, body) => {
      if (asked.length >= replies.length) throw new Error(`call ${asked.length + 1} to the model was not expected`);
      const reply = replies[asked.length];
      asked.push({ modelId, body: JSON.parse(body) });
      if (reply instanceof Error) throw reply;
      return new TextEncoder().encode(typeof reply === "string" ? reply : JSON.stringify(reply));
    },
  };
}

export const named = (name: string, text = "no"): Error => Object.assign(new Error(text), { name });
