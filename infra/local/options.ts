/** Command line options that both commands know. */
import { DEFAULT_PORT, localCopy, MODELS, type ModelChoice } from "./copy.ts";

/** @throws {RangeError} saying what a port is. */
export function portNumber(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  return localCopy(/^\d+$/.test(text) ? Number(text) : Number.NaN).port;
}

/** @throws {RangeError} naming the choices. */
export function modelChoice(text: string | undefined): ModelChoice {
  if (text === undefined) return "offline";
  const choice = MODELS.find((model) => model === text);
  if (choice === undefined) throw new RangeError(`--model ${text}: choose one of ${MODELS.join(", ")}`);
  return choice;
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** An ISO 8601 time, or how long ago: 30s, 5m, 2h. @throws {RangeError} for anything else. */
export function sinceTime(text: string | undefined, now = new Date()): Date {
  if (text === undefined) return new Date(0);
  const [, amount, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return new Date(now.valueOf() - Number(amount) * UNITS[unit as keyof typeof UNITS]);
  const time = new Date(text);
  if (Number.isNaN(time.valueOf()) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw new RangeError(`--since ${text}: give an ISO 8601 time (2026-11-22T18:00:00Z) or how long ago (30s, 5m, 2h)`);
  return time;
}

/** Whether somebody only asks how a command is used. */
export const asksForHelp = (args: readonly string[]): boolean => args.includes("--help") || args.includes("-h");
