import type { Admission } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";

export function admitEvents({ outcome, requester, text, announcement, targets, exclusions, resolutions, budget, redactions }: Admission): EventDraft[] {
  return [{ type: "session_info", payload: { outcome, requester, text, announcement, targets, exclusions, resolutions, budget, redactions } }];
}
