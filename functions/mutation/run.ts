/** What one invocation carries from step to step. */
import type { CallContext } from "../../config/catalog/write.ts";
import type { MutationCall, UsageEntry } from "../shared/contracts.ts";
import type { Job } from "./accept.ts";
import type { Boundaries } from "./boundaries.ts";
import type { Outputs } from "./references.ts";
import type { Sessions } from "./sessions.ts";

export interface Run {
  readonly job: Job;
  readonly boundaries: Boundaries;
  readonly sessions: Sessions;
  /** Of this invocation: in every ledger item it writes. */
  readonly attempt: string;
  /** Milliseconds until the worker has to be done, its closing kept back. */
  readonly remaining: () => number;
  readonly usage: UsageEntry[];
  /** What done steps made: those that this call's steps refer to, and its own. */
  readonly made: Map<string, NonNullable<ReturnType<Outputs["get"]>>>;
  /** Whether the pre-flight model was asked: once a call, before its first effect. */
  wasAsked: boolean;
}

/** @param undo an undo's effect is another one than the step's, and so is its token. */
export function callContext({ requestId, account, region, mode }: MutationCall, stepId: string, undo = mode === "undo"): CallContext {
  return { account, region, clientToken: `${requestId}-${stepId}${undo ? "-undo" : ""}` };
}
