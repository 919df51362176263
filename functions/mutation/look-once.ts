/** What is looked at before the first effect: the state of every step of the call that can be read, by code and by the model. */
import { digest } from "../shared/digest.ts";
import type { Known } from "./accept.ts";
import type { Told } from "./outcome.ts";
import { preflight, type ShownStep } from "./preflight.ts";
import type { Run } from "./run.ts";
import type { Session } from "./sessions.ts";
import { differences, isDenied, readBefore } from "./state.ts";

/** Null: it is as it was shown and approved. */
export async function driftOf({ step, write }: Known, session: Session): Promise<Told | null> {
  const live = await readBefore(write, step.input, step, session);
  const { principal } = session;
  if (live.outcome === "unread")
    return {
      ...{ outcome: isDenied(live.failure) ? "denied" : "failed", code: "before_unread", principal, failure: live.failure },
      message: `The state of ${step.resource} could not be read, so nothing was done.`,
    };
  if (digest(live.state) === step.before.digest) return null;
  return {
    ...{ outcome: "drifted", code: "drifted", principal, differences: differences(step.before.image, live.state) },
    message: `${step.resource} is not as it was shown and approved; nothing was done. Ask for a new plan.`,
  };
}

/** Every step that can be read is looked at before the first effect: better no change than half of one. */
export async function askOnce(known: Known, later: readonly Known[], session: Session, run: Run): Promise<Told | null> {
  const shown: ShownStep[] = [];
  const isNew = async (id: string) => (await run.boundaries.ledger.get(run.job.call.requestId, run.job.call.phase, id)) === null;
  for (const one of [known, ...later]) {
    const { step, write } = one;
    if (one !== known && !(await isNew(step.id))) continue;
    const own = one === known ? session : run.sessions.openFor(step.id);
    const live = own ? await readBefore(write, step.input, step, own) : null;
    if (one !== known && live?.outcome === "read" && digest(live.state) !== step.before.digest && (await isNew(step.id)))
      return {
        ...{ outcome: "drifted", code: "later_step_drifted", principal: session.principal },
        differences: differences(step.before.image, live.state).map((difference) => ({ ...difference, field: `${step.id} ${difference.field}` })),
        message: `${step.id}, later in this call, is not as it was shown and approved: ${step.resource}. Nothing was done. Ask for a new plan.`,
      };
    shown.push({ step, live: live?.outcome === "read" ? live.state : null });
  }
  const told = await preflight(shown, run);
  run.wasAsked = told === null;
  return told === null ? null : { principal: session.principal, ...told };
}
