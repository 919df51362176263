/** Whether the approval in hand is one, of exactly this plan and phase (law 7): its fields first, then KMS's word for them. */
import { type KMSClient, KMSInvalidMacException, VerifyMacCommand } from "@aws-sdk/client-kms";
import { mayApproveFor } from "../../config/approvers.ts";
import type { Settings } from "../../config/settings.ts";
import { errorCode } from "../discovery/failure.ts";
import { MAC_ALGORITHM, macMessage } from "../shared/approval-mac.ts";
import type { Approval, MutationInput } from "../shared/contracts.ts";
import type { Refusal } from "./outcome.ts";

/** @returns false for a code that is not this message's. @throws when KMS can't say. */
export type VerifyMac = (message: Uint8Array, mac: Uint8Array) => Promise<boolean>;

export function kmsVerifyMac(client: Pick<KMSClient, "send">, key: string): VerifyMac {
  return async (message, mac) => {
    try {
      const { MacValid } = await client.send(new VerifyMacCommand({ KeyId: key, MacAlgorithm: MAC_ALGORITHM, Message: message, Mac: mac }));
      return MacValid === true;
    } catch (error) {
      if (error instanceof KMSInvalidMacException || errorCode(error) === "KMSInvalidMacException") return false;
      throw error;
    }
  };
}

export interface Approved {
  /** Of the catalog, not of the plan's word for it. */
  readonly destructive: boolean;
  readonly settings: Settings;
  readonly now: number;
}

/** Null: everything that can be seen without KMS is in order. */
export function approvalMismatch({ call, plan, planHash, approval }: MutationInput, { destructive, settings, now }: Approved): Refusal | null {
  const no = (code: string, reason: string): Refusal => ({ code, reason });
  if (approval.decision !== "approve") return no("approval_not_given", `The decision is ${approval.decision}.`);
  if (approval.requestId !== call.requestId) return no("approval_of_other_request", "The approval is for another request.");
  if (approval.planHash !== planHash) return no("approval_of_other_plan", "The approval is for another plan: this one differs from what was shown.");
  if (approval.expiresAt !== plan.expiresAt) return no("approval_of_other_plan", "The approval and the plan expire at different times.");
  if (!isOfPhase({ call, plan, approval, destructive }))
    return no("approval_of_other_phase", `The approval is for phase ${approval.phase}, which does not cover phase ${call.phase}.`);
  // An undo restores what was approved, however late.
  if (call.mode === "apply" && now >= Date.parse(approval.expiresAt))
    return no("approval_expired", `The approval expired at ${approval.expiresAt}. Ask again.`);
  if (approval.approver === plan.requester)
    return requesterMayApprove(plan, { destructive, settings })
      ? null
      : no("approval_by_requester", "The requester approved the own request; somebody else has to.");
  const accounts = plan.targets.map(({ account }) => account);
  return mayApproveFor(settings.approvers, approval.approver, accounts)
    ? null
    : no("approver_unknown", `The approver is not registered for all of ${accounts.join(", ")} (settings, approvers).`);
}

/**
 * Applying takes the approval that covers the phase, a destructive phase its own (E12). An undo takes one of any phase of
 * the plan: the person saw the roll-back of all of them, and the ledger says what was done.
 */
function isOfPhase({ call, plan, approval, destructive }: Pick<MutationInput, "call" | "plan"> & { approval: Approval; destructive: boolean }): boolean {
  if (call.mode === "undo") return plan.phases.some(({ coveredBy }) => coveredBy === approval.phase);
  const phase = plan.phases.find(({ number }) => number === call.phase);
  return phase?.coveredBy === approval.phase && (!destructive || approval.phase === call.phase);
}

function requesterMayApprove(plan: MutationInput["plan"], { destructive, settings }: Pick<Approved, "destructive" | "settings">): boolean {
  const registered = plan.targets.map(({ account }) => settings.accounts.find(({ id }) => id === account)?.environment ?? "unknown");
  const tiers = [...registered, ...plan.targets.map(({ environment }) => environment)];
  return !destructive && plan.approval.requesterMayApprove && tiers.every((tier) => settings.environments[tier].requesterMayApprove);
}

export async function macMismatch(approval: Approval, verify: VerifyMac): Promise<Refusal | null> {
  if (approval.mac === null) return { code: "approval_mac_missing", reason: "The approval carries no code of the approval API." };
  try {
    const valid = await verify(macMessage(approval), Buffer.from(approval.mac, "base64"));
    return valid ? null : { code: "approval_mac_invalid", reason: "The approval's code is not of these fields: it was not the approval API that wrote them." };
  } catch (error) {
    return { code: "approval_unverified", reason: `KMS could not verify the approval (${errorCode(error)}). Nothing was done; ask again later.` };
  }
}
