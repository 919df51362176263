/** A state's result as events: what a person may follow, without a row of data. Pure. */
import type { z } from "zod";
import {
  admission,
  artifactResult,
  guardrailResult,
  haltResult,
  orchestratorResult,
  planReadsResult,
  planVerifyResult,
  reportResult,
  rollBackResult,
  undoResult,
  verification,
} from "../shared/contracts.ts";
import type { EventDraft } from "../shared/events.ts";
import { firstIssue } from "../shared/issue.ts";
import { admitEvents } from "./states/admit.ts";
import { approvalEnded, approvalEvents, approvalRequestEvents, approvalRequested } from "./states/approval.ts";
import { authorized, authorizeEvents } from "./states/authorize.ts";
import { discoverEvents, discoverResult } from "./states/discover.ts";
import { examined, examineEvents } from "./states/examine.ts";
import { guardrailEvents } from "./states/guardrail.ts";
import { haltEvents } from "./states/halt.ts";
import { mutated, mutateEvents } from "./states/mutate.ts";
import { orchestrateEvents } from "./states/orchestrate.ts";
import { planReadsEvents, planVerifyEvents } from "./states/plan-reads.ts";
import { reportEvents, unreadableReport } from "./states/report.ts";
import { rollBackEvents } from "./states/roll-back.ts";
import { undoEvents } from "./states/undo.ts";
import { artifactEvents, verifyEvents } from "./states/verify.ts";

/** A state that has a Record state behind it, and how its result is told. */
const TELLS = {
  Admit: told(admission, admitEvents),
  Undo: told(undoResult, undoEvents),
  Orchestrate: told(orchestratorResult, orchestrateEvents),
  Guardrail: told(guardrailResult, guardrailEvents),
  Discover: told(discoverResult, discoverEvents),
  PlanReads: told(planReadsResult, planReadsEvents),
  Snapshot: told(discoverResult, discoverEvents),
  Examine: told(examined, examineEvents),
  Artifact: told(artifactResult, artifactEvents),
  /** Before AwaitApproval, whose end is told under its own name. */
  ApprovalRequest: told(approvalRequested, approvalRequestEvents),
  AwaitApproval: told(approvalEnded, approvalEvents),
  Authorize: told(authorized, authorizeEvents),
  Halt: told(haltResult, haltEvents),
  Mutate: told(mutated, mutateEvents),
  PlanRollBack: told(rollBackResult, rollBackEvents),
  RollBack: told(mutated, mutateEvents),
  PlanVerify: told(planVerifyResult, planVerifyEvents),
  VerifyReads: told(discoverResult, discoverEvents),
  Verify: told(verification, verifyEvents),
  Report: told(reportResult, reportEvents, unreadableReport),
} as const;
export const STATES = Object.keys(TELLS) as (keyof typeof TELLS)[];

/**
 * @param state any text: an unknown state becomes an event that says so.
 * @param result what the state returned; a shape outside the contract becomes an `error` event that names
 *   the first mistake, so that the visit is not lost.
 */
export function eventsOf(state: string, result: unknown): EventDraft[] {
  const tell = Object.hasOwn(TELLS, state) ? TELLS[state as keyof typeof TELLS] : undefined;
  return tell ? tell(state, result) : [unreadable(state, `no state of this name is recorded; known are ${STATES.join(", ")}`)];
}

function told<Schema extends z.ZodType>(schema: Schema, events: (parsed: z.infer<Schema>) => EventDraft[], otherwise: () => EventDraft[] = () => []) {
  return (state: string, result: unknown): EventDraft[] => {
    const parsed = schema.safeParse(result);
    if (parsed.success) return events(parsed.data);
    return [unreadable(state, `its result is not what the contract says: ${firstIssue(parsed.error, "(top)")}`), ...otherwise()];
  };
}

function unreadable(state: string, reason: string): EventDraft {
  const message = `Record could not read what ${state} returned: ${reason}. The request goes on; the state's result is in the execution's history.`;
  return { type: "error", payload: { severity: "error", source: state, code: "unreadable_result", message, recoverable: true, relatedToolUseId: null } };
}
