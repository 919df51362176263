/** What waits for a person's decision, as the API shows it, and the decision. Knows the HTTP API and nothing else. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { ApiRefusal } from "./ask.ts";
import { LocalFailure } from "./failure.ts";
import { type Api, callApi } from "./signed.ts";

const changeSchema = z.looseObject({ field: z.string(), before: z.unknown(), after: z.unknown() });
const stepSchema = z.looseObject({
  id: z.string(),
  service: z.string(),
  operation: z.string(),
  account: z.string(),
  environment: z.string(),
  region: z.string(),
  class: z.string(),
  resource: z.string(),
  changes: z.array(changeSchema),
  inverse: z.looseObject({ operation: z.string() }).nullable(),
  reversible: z.string(),
  notRestorable: z.array(z.string()),
  reason: z.string(),
});
export type ShownStep = z.infer<typeof stepSchema>;

/** The part of a plan that is shown here; more may come. */
export const planSchema = z.looseObject({
  requestId: z.string(),
  requester: z.string(),
  summary: z.string(),
  undoOf: z.string().nullable(),
  targets: z.array(z.looseObject({ account: z.string(), name: z.string(), environment: z.string(), roles: z.array(z.string()) })),
  phases: z.array(
    z.looseObject({
      number: z.number(),
      title: z.string(),
      destructive: z.boolean(),
      coveredBy: z.number(),
      steps: z.array(stepSchema),
      rollback: z.array(z.string()),
    }),
  ),
  wellArchitected: z.array(
    z.looseObject({
      pillar: z.string(),
      item: z.string(),
      resource: z.string(),
      status: z.string(),
      detail: z.string(),
      severity: z.string(),
      remediation: z.string(),
    }),
  ),
  governance: z.array(
    z.looseObject({
      stepId: z.string().nullable(),
      severity: z.string(),
      effect: z.string(),
      message: z.string(),
      remediation: z.string(),
      ruleIds: z.array(z.string()),
    }),
  ),
  blastRadius: z.looseObject({ count: z.number(), resources: z.array(z.string()), level: z.string() }),
  risk: z.string(),
  rollbackComplexity: z.string(),
  cost: z.looseObject({ monthlyUsdBefore: z.number(), monthlyUsdAfter: z.number(), difference: z.number() }),
  estimatedSeconds: z.number(),
});
export type ShownPlan = z.infer<typeof planSchema>;

const approvalSchema = z.looseObject({
  requestId: z.string(),
  phase: z.number(),
  status: z.string(),
  destructive: z.boolean(),
  planHash: z.string(),
  mayApprove: z.array(z.string()),
  expiresAt: z.string(),
  acknowledge: z.array(z.string()),
  plan: planSchema,
});
export type ShownApproval = z.infer<typeof approvalSchema>;

/** The event that asks comes a moment before the wait: how long it is waited for, in ms. */
const PATIENCE = 15_000;

/** @throws {ApiRefusal} when the caller may not see it. @throws {LocalFailure} when that phase does not come to wait. */
export async function approvalOf(api: Api, id: string, phase: number): Promise<ShownApproval> {
  for (const until = Date.now() + PATIENCE; ; await delay(150)) {
    const answer = await callApi(api, { method: "GET", path: `/requests/${id}/approval` });
    // 404 and 409: nothing waits yet.
    if (answer.status !== 200 && answer.status !== 404 && answer.status !== 409) throw new ApiRefusal(`GET /requests/${id}/approval`, answer);
    const shown = answer.status === 200 ? approvalSchema.parse(answer.body) : undefined;
    if (shown?.phase === phase && shown.status === "waiting") return shown;
    if (Date.now() > until) {
      if (!shown) throw new ApiRefusal(`GET /requests/${id}/approval`, answer);
      throw new LocalFailure(`Phase ${phase} of ${id} does not wait for an approval: phase ${shown.phase} is ${shown.status}.`);
    }
  }
}

export type Decision = "approve" | "reject";

/** Bound to the plan that was shown; its findings to acknowledge count as read. @throws {ApiRefusal} */
export async function decide(api: Api, { requestId, phase, planHash, acknowledge }: ShownApproval, decision: Decision, note = ""): Promise<void> {
  const body = JSON.stringify({ decision, planHash, phase, note, ...(decision === "approve" ? { acknowledge } : {}) });
  const answer = await callApi(api, { method: "POST", path: `/requests/${requestId}/approval`, body });
  if (answer.status !== 200) throw new ApiRefusal(`The decision on ${requestId} was not taken`, answer);
}
