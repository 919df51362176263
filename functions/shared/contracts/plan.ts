/** Examine: the plan a person judges, and the verdict on it. What is in `plan` is what was shown, and is hashed whole (law 7). */
import * as z from "zod";
import { ENVIRONMENTS } from "../../../config/accounts.ts";
import { MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import { OPERATION_CLASSES } from "../../../config/catalog/write.ts";
import { EXIT_KINDS } from "../../../config/checks/check.ts";
import { SEVERITIES } from "../../../config/environments.ts";
import { accountId, regionName, sha256 } from "./common.ts";
import { stepId } from "./proposal.ts";
import { requestDocument } from "./request.ts";

const fields = z.record(z.string(), z.unknown());
/** By read operation, rows keyed by column: config/catalog/write.ts, State. */
export const stateImage = z.record(z.string(), z.array(fields));

/** One line of before → after, as a person reads it. */
export const change = z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() });
export type Change = z.infer<typeof change>;

export const planStep = z.strictObject({
  id: stepId,
  service: z.enum(MUTABLE_SERVICES),
  operation: z.string(),
  account: accountId,
  environment: z.enum(ENVIRONMENTS),
  region: regionName,
  class: z.enum(OPERATION_CLASSES),
  /** ARN, or the type's pattern for what does not exist yet. */
  resource: z.string(),
  creates: z.boolean(),
  /** Checked against the catalog, system tags set, references as they stand. */
  input: fields,
  /** Steps whose output this one takes. */
  dependsOn: z.array(stepId),
  before: z.strictObject({ absent: z.boolean(), digest: sha256, image: stateImage }),
  /** config/catalog/write.ts, Promised: what is read back and verified. */
  promised: z.record(z.string(), fields.nullable()),
  changes: z.array(change),
  /** Null: it can't be undone. */
  inverse: z.strictObject({ operation: z.string(), input: fields }).nullable(),
  reversible: z.enum(["yes", "partly", "no"]),
  notRestorable: z.array(z.string()),
  /** Expected outcome and how it is validated, in words (E06). */
  expected: z.string(),
  validation: z.string(),
  reason: z.string(),
});
export type PlanStep = z.infer<typeof planStep>;

export const phase = z.strictObject({
  number: z.number().int().positive(),
  title: z.string(),
  /** S11, E12: has a destructive step, so it is confirmed by itself, at its turn, by somebody else. */
  destructive: z.boolean(),
  /** The phase whose approval covers this one: 1, or its own number if it is destructive. */
  coveredBy: z.number().int().positive(),
  steps: z.array(planStep).min(1),
  /** In reverse order of the steps (S01, S02). */
  rollback: z.array(z.string()),
});
export type Phase = z.infer<typeof phase>;

/** M49. */
export const wellArchitectedRow = z.strictObject({
  pillar: z.string(),
  item: z.string(),
  resource: z.string(),
  /** REMEDIATE: a gap the plan must close; ACCEPTABLE: a gap this tier may have; BLOCKED; PASS (N). */
  status: z.enum(["PASS", "REMEDIATE", "ACCEPTABLE", "BLOCKED"]),
  detail: z.string(),
  severity: z.enum(SEVERITIES),
  /** How a gap of this item is closed: config/checks/check.ts, Exit. */
  exit: z.enum(EXIT_KINDS),
  remediation: z.string(),
  /** Governance rows. */
  ruleIds: z.array(z.string()),
});
export type WellArchitectedRow = z.infer<typeof wellArchitectedRow>;

export const governanceFinding = z.strictObject({
  stepId: stepId.nullable(),
  severity: z.enum(SEVERITIES),
  /**
   * What it does to the plan: tells, is accepted word by word by whoever approves, keeps a pipeline's artifact from being released
   * (a task for a person after the deployment, which the change board has to confirm), or stops it.
   */
  effect: z.enum(["informs", "acknowledge", "blocks_release", "blocks"]),
  message: z.string(),
  remediation: z.string(),
  ruleIds: z.array(z.string()),
});
export type GovernanceFinding = z.infer<typeof governanceFinding>;

export const plan = z.strictObject({
  version: z.literal(1),
  requestId: requestDocument.shape.requestId,
  requester: z.string(),
  /** C08: what was asked, redacted. */
  text: z.string(),
  /** `ledger`: the undo of `undoOf`, proposed by code. */
  origin: z.enum(["planner", "ledger"]),
  undoOf: requestDocument.shape.requestId.nullable(),
  ticket: z.string().nullable(),
  summary: z.string(),
  /** SHA-256 over the policies and catalog that judged it. */
  policyVersion: sha256,
  createdAt: z.iso.datetime(),
  /** An approval after this is none. */
  expiresAt: z.iso.datetime(),
  targets: z.array(
    z.strictObject({ account: accountId, name: z.string(), environment: z.enum(ENVIRONMENTS), regions: z.array(regionName), roles: z.array(z.string()) }),
  ),
  phases: z.array(phase).min(1),
  wellArchitected: z.array(wellArchitectedRow),
  governance: z.array(governanceFinding),
  blastRadius: z.strictObject({ count: z.number().int().positive(), resources: z.array(z.string()), level: z.enum(["low", "medium", "high"]) }),
  risk: z.enum(["low", "medium", "high"]),
  rollbackComplexity: z.enum(["simple", "moderate", "complex"]),
  cost: z.strictObject({
    monthlyUsdBefore: z.number(),
    monthlyUsdAfter: z.number(),
    difference: z.number(),
    items: z.array(z.strictObject({ stepId, before: z.number(), after: z.number(), basis: z.string() })),
  }),
  estimatedSeconds: z.number().nonnegative(),
  /** Who may approve: the requester too, or only somebody else; what must be acknowledged (G14). */
  approval: z.strictObject({ requesterMayApprove: z.boolean(), acknowledge: z.array(z.string()) }),
});
export type Plan = z.infer<typeof plan>;

export const stepVerdict = z.strictObject({ stepId: stepId, decision: z.enum(["allow", "approve", "deny"]), reason: z.string(), ruleIds: z.array(z.string()) });

/** G15: nothing else leads out of a refusal. */
export const EXITS = ["include_item", "use_lower_environment", "change_configuration_by_commit"] as const;

export const verdict = z.strictObject({
  /** `revise`: back to the planner, at most twice; `artifact`: staging and production; `approve`: sealed, waits for people. */
  decision: z.enum(["revise", "refuse", "artifact", "approve"]),
  /** Stable: "account_out_of_scope", "unknown_operation", "wildcard_resource", "state_incomplete" … */
  code: z.string(),
  reason: z.string(),
  ruleIds: z.array(z.string()),
  steps: z.array(stepVerdict),
  findings: z.array(governanceFinding),
  exits: z.array(z.enum(EXITS)),
});
export type Verdict = z.infer<typeof verdict>;
