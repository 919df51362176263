/** Which recorded calls change an account. */
import type { RecordedCall } from "../../infra/local/calls.ts";

/** Names of actions that change nothing, whoever's they are. */
const READS = /:(?:Get|List|Describe|Head|Lookup|Query|AssumeRole|VerifyMac)/;

/** @param account that was called. */
export function writesIn(calls: readonly RecordedCall[], account: string): RecordedCall[] {
  return calls.filter((call) => call.account === account && call.kind === "call" && !READS.test(call.iamAction));
}
