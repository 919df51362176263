import type { RollBackResult } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { plural, spawnMutation } from "./told.ts";

export function rollBackEvents({ calls }: RollBackResult): EventDraft[] {
  const steps = calls.reduce((sum, { stepIds }) => sum + stepIds.length, 0);
  const content =
    steps === 0
      ? "A step failed, and nothing had been done that would have to be taken back."
      : `A step failed. What was done is taken back, last first: ${plural(steps, "step")}.`;
  return [{ type: "message", payload: { kind: "advisement", content, delta: false } }, ...calls.map(spawnMutation)];
}
