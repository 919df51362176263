import * as z from "zod";
import { approval, plan, sha256 } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { plural } from "./told.ts";

const phaseNumber = z.number().int().positive();
export const approvalRequested = z.strictObject({ plan, planHash: sha256, phase: phaseNumber });
/** What a person decided, or what the machine makes of a wait that ended without that. */
export const approvalEnded = z.union([approval, z.strictObject({ decision: z.literal("expired"), phase: phaseNumber, planHash: sha256 })]);

/** ARNs named in one line; the plan has all. */
const MOST_NAMED = 10;

const permissionId = (phase: number) => `phase-${phase}`;

export function approvalRequestEvents({ plan: shown, planHash, phase }: z.infer<typeof approvalRequested>): EventDraft[] {
  const { phases, blastRadius, risk, cost, summary, expiresAt, approval: rule } = shown;
  const covered = phases.filter(({ coveredBy }) => coveredBy === phase);
  const own = phases.find(({ number }) => number === phase);
  const steps = covered.reduce((sum, one) => sum + one.steps.length, 0);
  const named = blastRadius.resources.slice(0, MOST_NAMED).join(", ");
  const more = blastRadius.count > MOST_NAMED ? ` and ${blastRadius.count - MOST_NAMED} more` : "";
  return [
    {
      type: "permission_request",
      payload: {
        action: `Approve phase ${covered.map(({ number }) => number).join(", ")} of ${phases.length}${own?.destructive ? ", which is destructive" : ""}: ${own?.title ?? ""}`,
        description: `${plural(steps, "step")}, risk ${risk}, ${cost.difference} US dollars a month. ${summary}`,
        blastRadius: `${plural(blastRadius.count, "resource")} (${blastRadius.level}): ${named}${more}`,
        awaitingResponse: true,
        permissionId: permissionId(phase),
        phase,
        destructive: own?.destructive ?? true,
        planHash,
        expiresAt,
        requesterMayApprove: rule.requesterMayApprove,
        acknowledge: rule.acknowledge,
        plan: shown,
      },
    },
  ];
}

export function approvalEvents(ended: z.infer<typeof approvalEnded>): EventDraft[] {
  const { decision, phase, planHash } = ended;
  const by =
    decision === "expired" ? { approver: null, note: "", decidedAt: null } : { approver: ended.approver, note: ended.note, decidedAt: ended.decidedAt };
  return [{ type: "permission_grant", payload: { permissionId: permissionId(phase), approved: decision === "approve", phase, decision, planHash, ...by } }];
}
