/**
 * The approvals table: functions/approval writes what waits, the approval API decides it. pk = request id, sk = `PHASE#<3 digits>`.
 * Index byExpiry (waiting, planExpiresAt) has the items that wait, and of each what `waiting` below names.
 */
import * as z from "zod";
import { APPROVAL_DECISIONS, type Plan, plan as planSchema, sha256 } from "./contracts.ts";

/** What state AwaitApproval gives functions/approval, with the task token beside it. */
export const approvalRequest = z.strictObject({
  taskToken: z.string().min(1).max(2048),
  plan: planSchema,
  planHash: sha256,
  /** The phase whose turn it is. */
  phase: z.number().int().positive(),
});
export type ApprovalRequest = z.infer<typeof approvalRequest>;

/**
 * Not closed: a version of this function must read what another version writes while a stack is updated. An attribute that is
 * not here counts for nothing, and the next write drops it. What is to narrow who may decide belongs into the plan, whose
 * schema is closed and whose hash is what is approved.
 */
export const pendingApproval = z.object({
  pk: z.string(),
  sk: z.string(),
  /** `decided`: somebody won; the machine was told or is being told. */
  status: z.enum(["waiting", "decided"]),
  phase: z.number().int().positive(),
  destructive: z.boolean(),
  planHash: sha256,
  /** The plan as canonical JSON: what is shown, and what the hash is over. */
  plan: z.string(),
  taskToken: z.string(),
  tokenDigest: sha256,
  requester: z.string(),
  /** Accounts of the plan: an approver must be registered for all of them. */
  accounts: z.array(z.string()),
  requesterMayApprove: z.boolean(),
  /** ISO; after it nothing is decided any more. */
  planExpiresAt: z.string(),
  createdAt: z.string(),
  decision: z.enum(APPROVAL_DECISIONS).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  /** The approval document as the machine is given it, JSON: what a repetition after a crash sends again. */
  answer: z.string().nullable(),
  /** Whether the machine took it. */
  sent: z.boolean(),
  /** Epoch seconds. */
  expiresAt: z.number(),
});
export type PendingApproval = z.infer<typeof pendingApproval>;

export const approvalKey = (phase: number): string => `PHASE#${String(phase).padStart(3, "0")}`;
const KEY = /^PHASE#(\d{3,})$/;

/** What the index shows of a wait: enough to tell whose it is. No token and no plan. */
export const waiting = z
  .object({
    pk: z.string(),
    sk: z.string(),
    phase: z.number().int().positive(),
    requester: z.string(),
    accounts: z.array(z.string()),
    createdAt: z.string(),
  })
  // Under another phase its item would not be found, and it would be missed by nobody.
  .refine(({ sk, phase }) => sk === approvalKey(phase));
export type Waiting = z.infer<typeof waiting>;

/** Where it can't be read, it is nobody's. */
const whose = z.object({ requester: z.string().catch(""), accounts: z.array(z.string()).catch([]), createdAt: z.string().catch("") });

/** An item or an index row of another form. Of its content only whose it is: neither this nor its message goes on with the rest. */
export class UnreadableWait extends Error {
  override readonly name = "UnreadableWait";
  readonly pk: string;
  /** As its key says; null: the key is none of a phase. */
  readonly phase: number | null;
  readonly requester: string;
  readonly accounts: readonly string[];
  readonly createdAt: string;

  constructor(item: Readonly<Record<string, unknown>>) {
    const [pk, sk] = [String(item.pk), String(item.sk)];
    super(`the approvals table's item ${sk} of ${pk} can't be read: written over, or by a version of another form`);
    const digits = KEY.exec(sk)?.[1];
    this.pk = pk;
    this.phase = digits === undefined ? null : Number(digits);
    const { requester, accounts, createdAt } = whose.parse(item);
    this.requester = requester;
    this.accounts = accounts;
    this.createdAt = createdAt;
  }
}

/** What an item repeats of its plan: who may know of it, who may decide it and until when. Undefined for a phase that is not asked for by itself. */
export function termsOf(plan: Plan, phase: number) {
  const turn = plan.phases.find(({ number }) => number === phase);
  if (turn?.coveredBy !== phase) return undefined;
  return {
    pk: plan.requestId,
    sk: approvalKey(phase),
    destructive: turn.destructive,
    requester: plan.requester,
    accounts: accountsOf(plan),
    requesterMayApprove: plan.approval.requesterMayApprove,
    planExpiresAt: plan.expiresAt,
  } satisfies Partial<PendingApproval>;
}

function accountsOf({ targets, phases }: Plan): string[] {
  const touched = phases.flatMap(({ steps }) => steps.map(({ account }) => account));
  return [...new Set([...targets.map(({ account }) => account), ...touched])].sort();
}
