/** A change, asked for by one person and decided by another, with everything it left behind. */
import { approvalOf, decide, type ShownApproval } from "../../infra/local/approval.ts";
import { type ApiEvent, watch } from "../../infra/local/ask.ts";
import { type ChangeView, changeOf } from "../../infra/local/change-text.ts";
import { APPROVER, principal, REQUESTER } from "../../infra/local/principals.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { copy, main } from "./local.ts";
import { type Told, tell, toldOf } from "./tell.ts";

/** A person's API. */
export const as = async (name: string): Promise<Api> => ({ ...main.api, credentials: await principal(copy, name) });

export interface Decider {
  readonly requester: Api;
  readonly approver: Api;
  readonly id: string;
}
/** `null`: does nothing, or has done it itself. */
type Choice = "approve" | "reject" | null;
type Decide = (approval: ShownApproval, people: Decider) => Promise<Choice>;

export interface ChangeOptions {
  readonly accounts?: readonly string[];
  readonly decide?: Decide;
  readonly onEvent?: (event: ApiEvent, people: Decider) => unknown;
  readonly requesterName?: string;
  readonly approverName?: string;
}

export interface Changed extends Told {
  /** As they were shown to the approver, phase by phase. */
  readonly shown: readonly ShownApproval[];
  /** Null: the request came to no change. */
  readonly change: ChangeView | null;
}

/** Everything is approved as the second person unless `decide` says otherwise. */
export async function change(text: string, options: ChangeOptions = {}): Promise<Changed> {
  const { shown, people, onEvent } = await following(options);
  const told = await tell(text, { credentials: people.requester.credentials!, onEvent, ...(options.accounts ? { accounts: options.accounts } : {}) });
  return { ...told, shown, change: changeOf(told.view) ?? null };
}

/** Undo on request: a new request, decided like any other. */
export async function undoChange(id: string, options: ChangeOptions = {}): Promise<Changed> {
  const since = new Date();
  const { shown, people, onEvent } = await following(options);
  const { status, body } = await callApi(people.requester, { method: "POST", path: `/requests/${id}/rollback` });
  if (status !== 202) throw new Error(`rollback of ${id}: HTTP ${status} ${JSON.stringify(body)}`);
  const undo = (body as { id: string }).id;
  const told = await toldOf(await watch({ ...people.requester, onEvent, timeoutMs: 60_000 }, undo), since, people.requester);
  return { ...told, shown, change: changeOf(told.view) ?? null };
}

async function following({ decide: choose = async () => "approve", onEvent, requesterName = REQUESTER, approverName = APPROVER }: ChangeOptions) {
  const [requester, approver] = await Promise.all([as(requesterName), as(approverName)]);
  const shown: ShownApproval[] = [];
  const people = { requester, approver };
  return {
    shown,
    people,
    onEvent: async (event: ApiEvent, id: string) => {
      await onEvent?.(event, { ...people, id });
      const { phase } = event.payload;
      if (event.type !== "permission_request" || typeof phase !== "number") return;
      const approval = await approvalOf(approver, id, phase);
      shown.push(approval);
      const decision = await choose(approval, { ...people, id });
      if (decision) await decide(approver, approval, decision);
    },
  };
}
