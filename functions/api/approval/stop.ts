/** POST /requests/{id}/stop: the stop first, then whatever waits (functions/approval/approval.ts says why in this order). */
import { UnreadableWait } from "../../shared/approvals.ts";
import type { Stops } from "../../shared/stops-table.ts";
import { logAlarm } from "../errors.ts";
import { json } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import { type AccessDependencies, mayStop } from "./access.ts";
import { type AnswerDependencies, decided, deliver } from "./answer.ts";
import { parseStop } from "./body.ts";
import { unreadable } from "./stored.ts";

export interface StopDependencies extends AccessDependencies, AnswerDependencies {
  readonly approvals: AccessDependencies["approvals"] & AnswerDependencies["approvals"];
  readonly stops: Pick<Stops, "put">;
  readonly retentionDays: number;
  readonly now: () => Date;
}

const DAY_MS = 86_400_000;
const MESSAGE =
  "No further step begins. What a step in progress does is finished, recorded and reported, and nothing is undone by this; a request that has ended already is left as it is. GET /requests/{id} says what was done.";

export function stop(dependencies: StopDependencies): Answer {
  const { approvals, stops, retentionDays, now, log } = dependencies;
  return async (event) => {
    const caller = requesterOf(event);
    const id = requestId(event);
    const reason = await parseStop(event);
    await mayStop(dependencies, caller, id);
    const at = now();
    const {
      by,
      at: since,
      reason: note,
    } = await stops.put({
      requestId: id,
      by: caller,
      at: at.toISOString(),
      reason,
      expiresAt: Math.ceil((at.getTime() + retentionDays * DAY_MS) / 1000),
    });
    // Only now: a wait that began before the stop was written is seen here, one that begins later sees the stop.
    for (const wait of await approvals.of(id)) {
      // Whose token can't be read waits until its plan expires; no step begins behind it either.
      if (wait instanceof UnreadableWait) {
        logAlarm(unreadable(wait), log);
        continue;
      }
      const item = wait.status === "waiting" ? await decided(dependencies, wait, { decision: "stop", approver: by, decidedAt: since, note }) : wait;
      if (item?.decision === "stop") await deliver(dependencies, item);
    }
    return json(202, { requestId: id, stopped: true, by, at: since, message: MESSAGE });
  };
}
