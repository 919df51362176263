/** Reading back: whether the state is as promised, asked again while AWS is still on its way there. */
import { afterReads, broken, type Difference, type Place } from "../../config/catalog/state.ts";
import type { Promised, State, StepInput, WriteDefinition } from "../../config/catalog/write.ts";
import type { FailureReport } from "../shared/contracts.ts";
import { hasOutputs } from "./calls.ts";
import type { Session } from "./sessions.ts";
import { readable, readState } from "./state.ts";

export interface Expected {
  readonly write: WriteDefinition;
  /** With references filled. */
  readonly given: StepInput;
  readonly output: Readonly<Record<string, string>>;
  readonly promised: Promised;
  readonly place: Place;
}

export interface ReadBack {
  /** Null: it could not be read, or not yet, since it is not known what was made. */
  readonly state: State | null;
  /** With what the state itself tells of it. */
  readonly output: Readonly<Record<string, string>>;
  readonly differences: readonly Difference[];
  readonly failure: FailureReport | null;
  readonly holds: boolean;
}

/** Milliseconds that any read may lag behind a write (EC2 and IAM are eventually consistent). */
const CONSISTENCY_MS = 8_000;
const PAUSES = { first: 500, longest: 10_000 } as const;

/** One look. */
export async function look({ write, given, output, promised, place }: Expected, session: Session): Promise<ReadBack> {
  const known = { ...given, ...output };
  const reads = afterReads(write, known);
  const unknown = { state: null, output, differences: [], failure: null, holds: false };
  if (readable(reads, known, place).length < reads.length) return unknown;
  const live = await readState(reads, known, place, session);
  if (live.outcome === "unread") return { ...unknown, failure: live.failure };
  const { state } = live;
  const told = { ...output, ...outputsIn(write, state, output) };
  const differences = broken(promised, state);
  const isDone = write.done ? write.done(given, state) : differences.length === 0;
  return { state, output: told, differences, failure: null, holds: isDone && hasOutputs(write, told) };
}

/** Looks until it holds, or until neither AWS's consistency nor the write's own settling explains that it does not. */
export async function readBack(
  expected: Expected,
  session: Session,
  clock: { readonly wait: (milliseconds: number) => Promise<void>; readonly remaining: () => number },
): Promise<ReadBack> {
  const { settling } = expected.write;
  let waited = 0;
  for (let pause: number = PAUSES.first; ; pause = Math.min(pause * 2, PAUSES.longest)) {
    const found = await look(expected, session);
    const most = settling && isSettling(expected.write, found.state) ? settling.seconds * 1000 : CONSISTENCY_MS;
    if (found.holds || waited >= most || clock.remaining() < pause) return found;
    await clock.wait(pause);
    waited += pause;
  }
}

/** Whether the state is one on the way to the promised one. */
export function isSettling({ settling }: WriteDefinition, state: State | null): boolean {
  if (!settling || !state) return false;
  return (state[settling.operation] ?? []).some((row) => settling.values.includes(String(row[settling.column])));
}

/** What AWS's answer would have said of what was made, where the one row of its state says it too. */
function outputsIn({ creates }: WriteDefinition, state: State, known: Readonly<Record<string, string>>): Record<string, string> {
  const missing = Object.keys(creates?.outputs ?? {}).filter((name) => known[name] === undefined);
  const rows = Object.values(state).flatMap((found) => (found.length === 1 ? found : []));
  const found = missing.map((name) => [name, rows.map((row) => row[name]).find((value) => typeof value === "string")] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
