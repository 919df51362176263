/** Who may know of what waits for approval: the requester, and whoever is registered to approve for all accounts of the plan. */
import { type Approver, mayApproveFor } from "../../../config/approvers.ts";
import type { PendingApproval } from "../../shared/approvals.ts";
import type { Approvals } from "../../shared/approvals-table.ts";
import { notFound } from "../errors.ts";
import type { RequestStore } from "../store.ts";

export interface AccessDependencies {
  readonly approvals: Pick<Approvals, "of">;
  readonly store: Pick<RequestStore, "get">;
  readonly approvers: readonly Approver[];
}

/** Whether the caller may know of a wait. */
export function mayKnow({ requester, accounts }: Pick<PendingApproval, "requester" | "accounts">, caller: string, approvers: readonly Approver[]): boolean {
  return requester === caller || mayApproveFor(approvers, caller, accounts);
}

/**
 * The phases of the request that wait or were decided, by number; none where it is the caller's own and did not come so far.
 * Before then no account is known, so to everybody else it does not exist.
 * @throws ApiError not_found.
 */
export async function waitsOf({ approvals, store, approvers }: AccessDependencies, caller: string, id: string): Promise<PendingApproval[]> {
  const waits = await approvals.of(id);
  const allowed = waits.length > 0 ? waits.every((wait) => mayKnow(wait, caller, approvers)) : (await store.get(caller, id)) !== undefined;
  if (!allowed) throw notFound();
  return waits;
}
