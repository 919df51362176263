/** The plan as a person judges it, with the hash that everything after is bound to (law 7). Pure. */
import { mutationRole } from "../../../config/names.ts";
import type { Settings } from "../../../config/settings.ts";
import { environmentOfTag } from "../../../config/tags.ts";
import { BOUNDS, type GovernanceFinding, type Phase, type Plan, type WellArchitectedRow } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import { digest } from "../../shared/digest.ts";
import type { Draft } from "./draft.ts";
import { originOf, type Proposed } from "./plan-reads.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { told } from "./told.ts";
import type { Weight } from "./weigh.ts";

export interface Sealing {
  readonly proposed: Proposed;
  readonly now: string;
  readonly settings: Settings;
  readonly policyVersion: string;
  readonly drafts: readonly Draft[];
  readonly phases: Phase[];
  readonly wellArchitected: WellArchitectedRow[];
  readonly governance: GovernanceFinding[];
  readonly weight: Weight;
  /** An artifact is not changed by any role of ours. */
  readonly direct: boolean;
}

/** Characters of the planner's own words in a summary. */
const WORDS = 1_200;

export function seal(sealing: Sealing): { readonly plan: Plan; readonly planHash: string } | Problem {
  const { proposed, now, settings, policyVersion, drafts, phases, wellArchitected, governance, weight } = sealing;
  const { request, admission } = proposed;
  const plan: Plan = {
    version: 1,
    requestId: request.requestId,
    requester: request.requester,
    text: admission.text.toWellFormed(),
    origin: originOf(proposed),
    undoOf: proposed.undo?.undoOf ?? null,
    ticket: request.ticket ?? null,
    summary: summaryOf(sealing),
    policyVersion,
    createdAt: now,
    expiresAt: new Date(Date.parse(now) + settings.limits.plan.approvalMinutes * 60_000).toISOString(),
    targets: targetsOf(sealing),
    phases,
    wellArchitected,
    governance,
    ...weight,
    approval: {
      requesterMayApprove: drafts.every((draft) => requesterMay(draft, settings)),
      acknowledge: [...new Set(governance.flatMap(({ effect, message }) => (effect === "acknowledge" ? [message] : [])))],
    },
  };
  const bytes = jsonBytes(plan);
  if (bytes <= BOUNDS.plan) return { plan, planHash: digest(plan) };
  const fits = Math.max(1, Math.floor((drafts.length * BOUNDS.plan) / bytes));
  const message = `The plan of ${drafts.length} step(s) has ${bytes} bytes; at most ${BOUNDS.plan} are carried.`;
  return problemsOf(null).refuse("plan_too_large", message, `Ask for about ${fits} such change(s) at once.`, "F06");
}

/** DESIGN "Await approval", "Inverses"; a tag may claim a stricter environment than the registry (law 5). A destructive phase asks for somebody else by itself. */
function requesterMay({ plan, observed }: Draft, { environments }: Settings): boolean {
  const claimed = environmentOfTag(observed.tags.Environment ?? "") ?? plan.environment;
  return environments[plan.environment].requesterMayApprove && environments[claimed].requesterMayApprove && !observed.write.inverseOnly;
}

/** What code counted comes first; a planner's own words are marked as such. */
function summaryOf({ proposed, drafts }: Sealing): string {
  const places = Map.groupBy(drafts, ({ plan }) => `${plan.operation} ${plan.account}`);
  const counted = [...places.values()].flatMap((own) => {
    const [first] = own;
    return first
      ? [
          `${first.plan.operation} on ${own.length} ${first.observed.write.entity}${own.length > 1 ? "s" : ""} in ${first.plan.account} (${first.plan.environment})`,
        ]
      : [];
  });
  const words = proposed.proposal.summary;
  const facts = `${told(counted.join("; "), 1_500)}.`;
  return originOf(proposed) === "ledger" ? `${facts}\n${words.toWellFormed()}` : `${facts} The planner says: ${told(words, WORDS)}`;
}

function targetsOf({ proposed, drafts, settings, direct }: Sealing): Plan["targets"] {
  return [...Map.groupBy(drafts, ({ plan }) => plan.account)].flatMap(([account, own]) => {
    const [first] = own;
    const target = proposed.admission.targets.find((one) => one.account === account);
    if (!first || !target) return [];
    const roles = direct ? [...new Set(own.map(({ plan }) => mutationRole(settings.deployment, plan.service)))] : [];
    return [{ account, name: target.name, environment: first.plan.environment, regions: [...new Set(own.map(({ plan }) => plan.region))], roles }];
  });
}
