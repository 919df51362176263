/** Who may know of what waits for approval: the requester, and whoever is registered to approve for all accounts of the plan. */
import { type Approver, mayApproveFor } from "../../../config/approvers.ts";
import { type PendingApproval, UnreadableWait } from "../../shared/approvals.ts";
import type { Approvals } from "../../shared/approvals-table.ts";
import { notFound } from "../errors.ts";
import type { RequestStore } from "../store.ts";
import { unreadable } from "./stored.ts";

export interface AccessDependencies {
  readonly approvals: Pick<Approvals, "of">;
  readonly store: Pick<RequestStore, "get">;
  readonly approvers: readonly Approver[];
}

/** Whose a wait is: an index row's word, an item's, or what is left of one that can't be read. */
export type Whose = Readonly<Pick<UnreadableWait, "requester" | "accounts">>;

/** Whether the caller may know of a wait. */
export function mayKnow({ requester, accounts }: Whose, caller: string, approvers: readonly Approver[]): boolean {
  return requester === caller || mayApproveFor(approvers, caller, accounts);
}

/** The request stays its owner's, whatever an item says; without items no account is known, so to everybody else it does not exist. */
async function mayKnowAll({ store, approvers }: AccessDependencies, caller: string, id: string, items: readonly Whose[]): Promise<void> {
  const known = items.length > 0 && items.every((item) => mayKnow(item, caller, approvers));
  if (!known && (await store.get(caller, id)) === undefined) throw notFound();
}

/**
 * Who may stop the request: whoever may know of all of it, but for an item that does not say whose it is: that keeps nobody
 * from the brake.
 * @throws ApiError not_found.
 */
export async function mayStop(dependencies: AccessDependencies, caller: string, id: string): Promise<void> {
  const items = await dependencies.approvals.of(id);
  const said = items.filter(({ requester, accounts }) => requester !== "" || accounts.length > 0);
  await mayKnowAll(dependencies, caller, id, said);
}

/**
 * The phases of the request that wait or were decided, by number; none where it is the caller's own and did not come so far.
 * @throws ApiError not_found; plan_tampered where one can't be read: it might be the one that counts.
 */
export async function waitsOf(dependencies: AccessDependencies, caller: string, id: string): Promise<PendingApproval[]> {
  const items = await dependencies.approvals.of(id);
  await mayKnowAll(dependencies, caller, id, items);
  return items.map((item) => {
    if (item instanceof UnreadableWait) throw unreadable(item);
    return item;
  });
}
