/** What the approval's KMS HMAC is computed over (law 7): the same bytes for GenerateMac and VerifyMac. */
import canonicalize from "canonicalize";
import type { Approval } from "./contracts.ts";

/** KMS takes at most 4,096 bytes of message (AWS KMS API reference, GenerateMac); an approver's ARN has at most 2,048. */
export function macMessage({
  requestId,
  phase,
  tokenDigest,
  planHash,
  decision,
  approver,
  expiresAt,
}: Omit<Approval, "mac" | "note" | "decidedAt">): Uint8Array {
  const text = canonicalize({ version: 1, requestId, phase, tokenDigest, planHash, decision, approver, expiresAt });
  return new TextEncoder().encode(text);
}

export const MAC_ALGORITHM = "HMAC_SHA_256";
