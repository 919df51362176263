/** State PlanReads: whether a proposal is a plan of the catalog at all, and what must be read to examine it. Pure. */
import type * as z from "zod";
import type { Settings } from "../../../config/settings.ts";
import type { planReadsInput, planReadsResult } from "../../shared/contracts.ts";
import { callsFor, tooWide } from "./calls.ts";
import { problemsOf, verdictOn } from "./problem.ts";
import { resolvePlan } from "./resolve.ts";
import { wantedReads } from "./wanted.ts";

export type Proposed = Pick<z.infer<typeof planReadsInput>, "admission" | "request" | "proposal" | "undo" | "attempt">;

export const originOf = ({ undo }: Proposed): "planner" | "ledger" => (undo === null ? "planner" : "ledger");

export function planReads(proposed: Proposed, settings: Settings): z.infer<typeof planReadsResult> {
  const origin = originOf(proposed);
  const attempt = { attempt: proposed.attempt, origin, limits: settings.limits };
  const { steps, problems } = resolvePlan(proposed.proposal, { admission: proposed.admission, settings, origin });
  if (problems.length > 0) return { verdict: verdictOn(problems, attempt), calls: [] };
  const calls = callsFor(wantedReads(steps, settings), { requestId: proposed.request.requestId, prefix: `s${proposed.attempt}`, limits: settings.limits });
  const wide = tooWide(calls);
  if (wide === null) return { verdict: null, calls };
  return { verdict: verdictOn([problemsOf(null).refuse("plan_too_wide", wide, "Ask for fewer accounts or regions at once.", "Y-11")], attempt), calls: [] };
}
