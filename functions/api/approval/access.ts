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

/**
 * The phases of the request that wait or were decided, by number; none where it is the caller's own and did not come so far.
 * Before then no account is known, so to everybody else it does not exist. The request stays its owner's, whatever an item says.
 * @throws ApiError not_found.
 */
async function itemsOf({ approvals, store, approvers }: AccessDependencies, caller: string, id: string): Promise<(PendingApproval | UnreadableWait)[]> {
  const items = await approvals.of(id);
  const known = items.length > 0 && items.every((item) => mayKnow(item, caller, approvers));
  if (!known && (await store.get(caller, id)) === undefined) throw notFound();
  return items;
}

/**
 * Who may stop the request: whoever may know of all of it, but for an item that does not say whose it is: that keeps nobody
 * from the brake.
 * @throws ApiError not_found.
 */
export async function mayStop({ approvals, store, approvers }: AccessDependencies, caller: string, id: string): Promise<void> {
  const said = (await approvals.of(id)).filter(({ requester, accounts }) => requester !== "" || accounts.length > 0);
  const known = said.length > 0 && said.every((item) => mayKnow(item, caller, approvers));
  if (!known && (await store.get(caller, id)) === undefined) throw notFound();
}

/** @throws ApiError not_found; plan_tampered where one can't be read: it might be the one that counts. */
export async function waitsOf(dependencies: AccessDependencies, caller: string, id: string): Promise<PendingApproval[]> {
  return (await itemsOf(dependencies, caller, id)).map((item) => {
    if (item instanceof UnreadableWait) throw unreadable(item);
    return item;
  });
}
