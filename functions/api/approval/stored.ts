/** Whether what is stored of a wait is what was examined. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type PendingApproval, termsOf, type UnreadableWait } from "../../shared/approvals.ts";
import { type Plan, plan as planSchema } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";
import { ApiError } from "../errors.ts";

/** What is shown is what was hashed, and the item says of it what it says; plan_tampered where not: then nobody is shown it. */
export function storedPlan(wait: PendingApproval): Plan | ApiError {
  const plan = decoded(wait);
  if (plan === undefined) return tampered(wait, "the plan can't be read");
  if (digest(plan) !== wait.planHash) return tampered(wait, "the plan's hash differs");
  const terms = termsOf(plan, wait.phase);
  if (!terms) return tampered(wait, "the plan has no such phase to approve");
  const names = Object.keys(terms) as (keyof typeof terms)[];
  const other = names.find((name) => !isDeepStrictEqual(terms[name], wait[name]));
  return other === undefined ? plan : tampered(wait, `${other} differs from the plan's`);
}

/** @throws ApiError plan_tampered. */
export function planOf(wait: PendingApproval): Plan {
  const plan = storedPlan(wait);
  if (plan instanceof ApiError) throw plan;
  return plan;
}

/** Of an item of another form; its key is known, and nothing else is told. */
export function unreadable(wait: UnreadableWait): ApiError {
  return tampered(wait, "the item can't be read");
}

/** The errors of parsing quote what they read: none of them goes on. */
function decoded({ plan }: PendingApproval): Plan | undefined {
  try {
    return planSchema.parse(JSON.parse(plan));
  } catch {
    return undefined;
  }
}

function tampered({ pk, phase, ...of }: PendingApproval | UnreadableWait, how: string): ApiError {
  const planHash = "planHash" in of ? of.planHash : null;
  return new ApiError(
    "plan_tampered",
    `What is stored of phase ${phase ?? "(unknown)"} is not what was examined (${how}): it is neither shown nor approved, and this call changed nothing. Stop the request (POST /requests/${pk}/stop) and ask again; tell an administrator, for only an update of this product or somebody with rights on the approvals table can have done it.`,
    { alarm: { requestId: pk, phase, planHash, reason: how } },
  );
}
