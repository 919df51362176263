/** A plan of two phases: a bucket's block, then the deletion of another bucket, which is confirmed by itself. */
import type { Plan, PlanStep } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";

export const REQUEST = `req-${"0".repeat(31)}1`;
export const REQUESTER = "arn:aws:iam::111122223333:role/Analyst";
export const ACCOUNT = "666666666666";
export const EXPIRES = "2026-11-22T14:00:00.000Z";

const step: PlanStep = {
  id: "s1",
  service: "s3",
  operation: "PutPublicAccessBlock",
  account: ACCOUNT,
  environment: "sandbox",
  region: "eu-west-1",
  class: "non-destructive",
  resource: "arn:aws:s3:::acme-logs",
  creates: false,
  input: { Bucket: "acme-logs" },
  dependsOn: [],
  before: { absent: false, digest: "b".repeat(64), image: {} },
  promised: { GetPublicAccessBlock: { BlockPublicAcls: true } },
  changes: [{ field: "BlockPublicAcls", before: false, after: true }],
  inverse: { operation: "RestorePublicAccessBlock", input: { Bucket: "acme-logs", BlockPublicAcls: false } },
  reversible: "yes",
  notRestorable: [],
  expected: "No object is public.",
  validation: "Read back.",
  reason: "It lacks the block.",
};
const deletion: PlanStep = {
  ...step,
  id: "s2",
  operation: "DeleteBucket",
  class: "destructive",
  resource: "arn:aws:s3:::acme-old",
  input: { Bucket: "acme-old" },
  changes: [{ field: "Bucket", before: "acme-old", after: null }],
  inverse: null,
  reversible: "no",
  notRestorable: ["the bucket's creation date"],
};

export function samplePlan(change: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    requestId: REQUEST,
    requester: REQUESTER,
    text: "Block public access on acme-logs, delete acme-old",
    origin: "planner",
    undoOf: null,
    ticket: null,
    summary: "Closes one bucket, removes another.",
    policyVersion: "c".repeat(64),
    createdAt: "2026-11-22T10:00:00.000Z",
    expiresAt: EXPIRES,
    targets: [{ account: ACCOUNT, name: "acme-sandbox", environment: "sandbox", regions: ["eu-west-1"], roles: ["acw/acw-mutation-s3"] }],
    phases: [
      { number: 1, title: "Close", destructive: false, coveredBy: 1, steps: [step], rollback: ["s1: RestorePublicAccessBlock"] },
      { number: 2, title: "Remove", destructive: true, coveredBy: 2, steps: [deletion], rollback: ["s2: none"] },
    ],
    wellArchitected: [],
    governance: [],
    blastRadius: { count: 2, resources: ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-old"], level: "low" },
    risk: "low",
    rollbackComplexity: "simple",
    cost: { monthlyUsdBefore: 1, monthlyUsdAfter: 0.5, difference: -0.5, items: [] },
    estimatedSeconds: 4,
    approval: { requesterMayApprove: true, acknowledge: [] },
    ...change,
  };
}

/** What state AwaitApproval gives functions/approval. */
export function waitFor(phase: number, taskToken: string, plan: Plan = samplePlan()) {
  return { taskToken, plan, planHash: digest(plan), phase };
}
