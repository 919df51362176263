/** Halt and stop as the worker asks for them, before every step and every write (law 10). */

import { type HaltSwitch, parseHalt, type StopItem } from "../shared/halt.ts";
import type { Stops } from "../shared/stops-table.ts";
import type { Told } from "./outcome.ts";

export interface Switches {
  /** The halt parameter's text. */
  halt(): Promise<string | undefined>;
  stop: (requestId: string) => Promise<StopItem | undefined>;
}

export function switchesOf(readHalt: () => Promise<string | undefined>, stops: Pick<Stops, "get">): Switches {
  return { halt: readHalt, stop: (requestId) => stops.get(requestId) };
}

/** Null: go on. A switch that can't be read halts (law 9). */
export async function halted(switches: Switches): Promise<Told | null> {
  let state: HaltSwitch;
  try {
    state = parseHalt(await switches.halt());
  } catch {
    return { outcome: "halted", code: "halt_unreadable", message: "The halt parameter could not be read, and so counts as set: nothing more is written." };
  }
  return state.halted ? { outcome: "halted", code: "halted", message: `Halted by ${state.by} at ${state.at}: ${state.reason}` } : null;
}

/**
 * As `halted`, and whether this request was stopped. A stop ends applying; taking back what was applied is what a stop
 * leaves to do, so an undo asks for halt alone.
 */
export async function haltedOrStopped(switches: Switches, requestId: string): Promise<Told | null> {
  const halt = await halted(switches);
  if (halt) return halt;
  try {
    const stop = await switches.stop(requestId);
    return stop ? { outcome: "stopped", code: "stopped", message: `Stopped by ${stop.by} at ${stop.at}: ${stop.reason}` } : null;
  } catch {
    return { outcome: "halted", code: "stop_unreadable", message: "Whether the request was stopped could not be read: nothing more is written." };
  }
}
