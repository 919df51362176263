/** The loaded replies, in order: the first that fits and is not used up answers. */
import type { Family } from "../families.ts";
import type { ScriptEntry, ScriptReply } from "./schema.ts";

export interface Asked {
  readonly family: Family;
  readonly turn: number;
  /** Undefined when the request names none. */
  readonly round: number | undefined;
  readonly text: string;
}

export type ScriptState = ScriptEntry & { readonly used: number };

export interface ScriptStore {
  add(entries: readonly ScriptEntry[]): void;
  clear(): void;
  take(asked: Asked): ScriptReply | undefined;
  /** Every entry with how often it was used. */
  entries(): ScriptState[];
}

export function scriptStore(): ScriptStore {
  let loaded: { entry: ScriptEntry; used: number }[] = [];
  return {
    add: (entries) => {
      loaded = [...loaded, ...entries.map((entry) => ({ entry, used: 0 }))];
    },
    clear: () => {
      loaded = [];
    },
    take: (asked) => {
      const found = loaded.find(({ entry, used }) => used < entry.times && fits(entry, asked));
      if (!found) return undefined;
      found.used++;
      return found.entry.reply;
    },
    entries: () => loaded.map(({ entry, used }) => ({ ...entry, used })),
  };
}

function fits({ family, turn, round, match }: ScriptEntry, asked: Asked): boolean {
  return (
    family === asked.family &&
    (turn ?? asked.turn) === asked.turn &&
    (round === undefined || round === asked.round) &&
    (match === undefined || asked.text.includes(match))
  );
}
