/** A plan and what became of it, as the API shows them, held to the product's own contracts. */
import { plan as planSchema } from "../../../functions/shared/contracts.ts";

export const REQUEST_ID = `req-${"0".repeat(32)}`;
const SHA = "a".repeat(64);
const RESOURCE = "arn:aws:s3:::acme-hackday-sandbox-photos";
const BLOCK = "GetPublicAccessBlock.PublicAccessBlockConfiguration.BlockPublicAcls";

export const PLAN = planSchema.parse({
  version: 1,
  requestId: REQUEST_ID,
  requester: "arn:aws:iam::000000000000:user/acme-requester",
  text: "Block public access on the sandbox buckets that lack it",
  origin: "planner",
  undoOf: null,
  ticket: null,
  summary: "[offline model] Turn on Block Public Access for 1 bucket: acme-hackday-sandbox-photos.",
  policyVersion: SHA,
  createdAt: "2026-11-25T12:00:00.000Z",
  expiresAt: "2026-11-25T16:00:00.000Z",
  targets: [
    { account: "666666666666", name: "acme-sandbox", environment: "sandbox", regions: ["eu-west-1"], roles: ["aws-coworker/aws-coworker-mutation-s3"] },
  ],
  phases: [
    {
      number: 1,
      title: "S3 in acme-sandbox",
      destructive: false,
      coveredBy: 1,
      steps: [
        {
          id: "s1",
          service: "s3",
          operation: "PutPublicAccessBlock",
          account: "666666666666",
          environment: "sandbox",
          region: "eu-west-1",
          class: "sensitive",
          resource: RESOURCE,
          creates: false,
          input: { Bucket: "acme-hackday-sandbox-photos" },
          dependsOn: [],
          before: { absent: false, digest: SHA, image: {} },
          promised: {},
          changes: [{ field: BLOCK, before: null, after: true }],
          inverse: { operation: "DeletePublicAccessBlock", input: { Bucket: "acme-hackday-sandbox-photos" } },
          reversible: "yes",
          notRestorable: [],
          expected: "All four flags are on.",
          validation: "GetPublicAccessBlock is read again.",
          reason: "It has no Block Public Access.",
        },
      ],
      rollback: ["s1: DeletePublicAccessBlock on acme-hackday-sandbox-photos"],
    },
  ],
  wellArchitected: [
    {
      pillar: "Security",
      item: "Public access",
      resource: RESOURCE,
      status: "PASS",
      detail: "Blocked.",
      severity: "critical",
      exit: "step",
      remediation: "",
      ruleIds: ["M01"],
    },
    {
      pillar: "Reliability",
      item: "Versioning",
      resource: RESOURCE,
      status: "ACCEPTABLE",
      detail: "Off.",
      severity: "low",
      exit: "step",
      remediation: "Turn it on.",
      ruleIds: ["M02"],
    },
  ],
  governance: [{ stepId: "s1", severity: "low", effect: "informs", message: "The bucket lacks the tag Owner.", remediation: "Tag it.", ruleIds: ["L01"] }],
  blastRadius: { count: 1, resources: [RESOURCE], level: "low" },
  risk: "low",
  rollbackComplexity: "simple",
  cost: { monthlyUsdBefore: 0, monthlyUsdAfter: 1.5, difference: 1.5, items: [] },
  estimatedSeconds: 2,
  approval: { requesterMayApprove: true, acknowledge: [] },
});

export const APPROVAL = {
  requestId: REQUEST_ID,
  phase: 1,
  status: "waiting",
  destructive: false,
  planHash: SHA,
  requester: PLAN.requester,
  mayApprove: ["arn:aws:iam::000000000000:user/acme-approver"],
  expiresAt: PLAN.expiresAt,
  acknowledge: ["The bucket is public on purpose?"],
  decision: null,
  decidedBy: null,
  decidedAt: null,
  plan: PLAN,
};

const PRINCIPAL = `arn:aws:sts::666666666666:assumed-role/aws-coworker-mutation-s3/${REQUEST_ID}`;
export const CHANGE = {
  verdict: null,
  plan: { hash: SHA, document: PLAN, cut: false },
  approvals: [{ phase: 1, status: "approve", approver: "arn:aws:iam::000000000000:user/acme-approver" }],
  steps: [
    {
      stepId: "s1",
      phase: 1,
      mode: "apply",
      operation: "PutPublicAccessBlock",
      resource: RESOURCE,
      status: "done",
      outcome: { outcome: "done", message: "Done.", principal: PRINCIPAL, resource: RESOURCE },
    },
  ],
  verification: { outcome: "verified", rows: [{ stepId: "s1", resource: RESOURCE, field: BLOCK, before: null, after: true, found: true, match: true }] },
};
