/** Fills the demo accounts of a local copy, and makes the people who ask and approve. Safe to run again: what is there already stays as it is. */
import pLimit from "p-limit";
import type { LocalCopy } from "../copy.ts";
import { LocalFailure } from "../failure.ts";
import { APPROVER, principal, REQUESTER } from "../principals.ts";
import { bucketsOf, seedBucket, seedLogging } from "./buckets.ts";
import { seedCompute } from "./compute.ts";
import { DEMO_ACCOUNTS, type DemoAccount } from "./demo.ts";
import { seedFunctions } from "./functions.ts";
import { seedIdentity } from "./identity.ts";
import { seedTrail } from "./trails.ts";

/** Seeds at a time over all accounts; the emulator is one process. */
const PARALLEL = 8;

/** @throws {LocalFailure} naming the account and the part that could not be made. */
export async function seedDemo(copy: LocalCopy): Promise<{ accounts: number }> {
  const limit = pLimit(PARALLEL);
  const people = [REQUESTER, APPROVER].map((name) => limit(() => principal(copy, name)));
  await Promise.all([...people, ...DEMO_ACCOUNTS.map((account) => seedAccount(copy, account, (what, seed) => limit(() => named(account, what, seed))))]);
  return { accounts: DEMO_ACCOUNTS.length };
}

async function seedAccount(copy: LocalCopy, account: DemoAccount, part: (what: string, seed: () => Promise<void>) => Promise<void>): Promise<void> {
  const buckets = bucketsOf(account);
  const stores = Promise.all(buckets.map((bucket) => part("buckets", () => seedBucket(copy, account, bucket))));
  const identity = part("users and roles", () => seedIdentity(copy, account));
  await Promise.all([
    ...account.regions.map((region) => part(`instances in ${region}`, () => seedCompute(copy, account, region))),
    stores.then(() => Promise.all(buckets.map((bucket) => part("bucket logging", () => seedLogging(copy, account, bucket))))),
    stores.then(() => part("the trail", () => seedTrail(copy, account))),
    identity.then(() => Promise.all(account.regions.map((region) => part(`functions in ${region}`, () => seedFunctions(copy, account, region))))),
  ]);
}

async function named(account: DemoAccount, what: string, seed: () => Promise<void>): Promise<void> {
  try {
    await seed();
  } catch (error) {
    throw new LocalFailure(`Seeding ${what} of ${account.id} (${account.environment}) failed: ${String(error)}`, { cause: error });
  }
}
