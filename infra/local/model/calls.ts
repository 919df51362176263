/** What each model was asked and answered: the latest in memory, all of it in the log file. */
import { appendFileSync } from "node:fs";
import type { Family } from "./families.ts";
import type { Usage } from "./messages.ts";

export interface ModelCall {
  /** When it came, ISO 8601. */
  readonly time: string;
  /** Null for an id of no family. */
  readonly family: Family | null;
  readonly modelId: string;
  /** Who answered: the offline rules, a script, the model behind a forward, or the server itself with an error. */
  readonly source: "rule" | "script" | "forward" | "refused";
  readonly status: number | "cut";
  readonly systemBytes: number;
  readonly tools: readonly string[];
  readonly toolChoice: unknown;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly reply: string;
  readonly usage: Usage | null;
  readonly ms: number;
}

export interface CallLog {
  add(call: ModelCall): void;
  /** In order. @param since only calls that came then or later. */
  list(since?: Date): ModelCall[];
  clear(): void;
}

/** Calls kept in memory; older ones are in the log file only. */
const MOST_CALLS = 500;
/** Characters kept of one message and of a reply. */
const MOST_TEXT = 64 * 1024;
const MOST_REPLY = 4 * 1024;

/** @param file takes one JSON line a call. */
export function callLog(file: string | undefined): CallLog {
  let calls: ModelCall[] = [];
  return {
    add: (call) => {
      const kept = {
        ...call,
        messages: call.messages.map(({ role, text }) => ({ role, text: capped(text, MOST_TEXT) })),
        reply: capped(call.reply, MOST_REPLY),
      };
      calls = [...calls, kept].slice(-MOST_CALLS);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
    },
    list: (since = new Date(0)) => calls.filter(({ time }) => new Date(time) >= since),
    clear: () => {
      calls = [];
    },
  };
}

function capped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}
