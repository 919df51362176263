/** A plan for production: one bucket blocked, a group made with a rule, an instance tagged. */
import { findWrite } from "../../../config/catalog/index.ts";
import type { Plan, PlanStep } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";

export const REQUEST_ID = "req-0123456789abcdef0123456789abcdef";
const ACCOUNT = "555555555555";

export function step(id: string, service: PlanStep["service"], operation: string, input: Record<string, unknown>, more: Partial<PlanStep> = {}): PlanStep {
  const write = findWrite(service, operation);
  if (!write) throw new Error(`${operation} is not in the catalog`);
  const image = more.before?.image ?? {};
  return {
    id,
    service,
    operation,
    account: ACCOUNT,
    environment: "production",
    region: "us-east-1",
    class: write.class,
    resource: write.arn,
    creates: write.creates !== undefined,
    input,
    dependsOn: [],
    before: { absent: false, digest: digest(image), image },
    promised: write.promises(input, image),
    changes: [],
    inverse: write.inverse(input, image, (name) => ({ $ref: `${id}.${name}` })),
    reversible: write.reversible,
    notRestorable: [],
    expected: `${operation} has its effect`,
    validation: "read back",
    reason: "",
    ...more,
  };
}

export function planOf(steps: PlanStep[], more: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    requestId: REQUEST_ID,
    requester: "arn:aws:iam::000000000000:user/acme-requester",
    text: "Block public access in production",
    origin: "planner",
    undoOf: null,
    ticket: "CHG0012345",
    summary: "Block public access; `rm -rf` | <b>",
    policyVersion: "0".repeat(64),
    createdAt: "2026-11-25T10:00:00.000Z",
    expiresAt: "2026-11-25T14:00:00.000Z",
    targets: [{ account: ACCOUNT, name: "acme-production", environment: "production", regions: ["us-east-1"], roles: [] }],
    phases: [{ number: 1, title: "Change", destructive: false, coveredBy: 1, steps, rollback: ["undo it"] }],
    wellArchitected: [],
    governance: [],
    blastRadius: { count: 1, resources: ["x"], level: "low" },
    risk: "low",
    rollbackComplexity: "simple",
    cost: { monthlyUsdBefore: 0, monthlyUsdAfter: 0, difference: 0, items: [] },
    estimatedSeconds: 2,
    approval: { requesterMayApprove: false, acknowledge: [] },
    ...more,
  };
}
