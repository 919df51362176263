/** What must hold of every request, however its models behave. */
import { expect } from "vitest";
import { HUB } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { type Deployment, main, sessionOf } from "./local.ts";
import type { Told } from "./tell.ts";

/** Inside the literal table, in these member accounts only, and ended by its one last event. */
export function expectInside(told: Told, accounts: readonly string[], deployment: Deployment = main): void {
  expect(outsideTable(told.calls, deployment)).toEqual([]);
  const entered = new Set(told.calls.map((call) => sessionOf(call, deployment).account));
  expect([...entered].filter((account) => account !== HUB && !accounts.includes(account))).toEqual([]);
  expect(told.events.filter(({ type }) => type === "execution_complete")).toEqual([told.events.at(-1)]);
}
