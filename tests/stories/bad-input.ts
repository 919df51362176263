/** What stories of bad input to a change share. */
import { expect } from "vitest";
import { SANDBOX } from "./accounts.ts";
import type { Changed } from "./change.ts";
import { blockOf } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

export const block = (names: readonly string[]) => `Block public access on ${names.join(" and ")}`;
export const inSandbox = { accounts: [SANDBOX] };
export const mutations = ({ ran }: Pick<Changed, "ran">) => ran.filter((name) => name.startsWith("mutation-"));

/** By the system's word and by root's. @param bucket of the sandbox that had no Block Public Access. */
export async function expectUntouched(told: Changed, bucket: string): Promise<void> {
  expect(told.execution).toBe("FAILED");
  expect(writesIn(told.calls, SANDBOX)).toEqual([]);
  expect(await blockOf(SANDBOX, bucket)).toBeNull();
}
