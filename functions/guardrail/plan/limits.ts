/** Bounds of an environment that need more than one step's facts: money, instances, backups. Pure. */
import type { Settings } from "../../../config/settings.ts";
import type { Draft } from "./draft.ts";
import type { ObservedStep } from "./observe.ts";
import { type Problem, problemsOf } from "./problem.ts";
import type { Snapshot } from "./snapshot.ts";
import type { ResolvedStep } from "./step.ts";
import { told } from "./told.ts";
import { instanceCounts, isLaunch } from "./wanted.ts";
import type { Cost } from "./weigh.ts";

/** G01, G02: what a plan adds to an account's monthly cost alone must stay below the environment's bound. */
export function costProblems(drafts: readonly Draft[], costs: readonly Cost[], settings: Settings): Problem[] {
  const byAccount = Map.groupBy(drafts, ({ plan }) => plan.account);
  return [...byAccount].flatMap(([account, own]): Problem[] => {
    const environment = own[0]?.plan.environment ?? "unknown";
    const most = settings.environments[environment].monthlyUsd;
    const added = costs.filter(({ stepId }) => own.some(({ plan }) => plan.id === stepId)).reduce((sum, { before, after }) => sum + after - before, 0);
    if (most === null || added <= most) return [];
    const message = `It would add ${added.toFixed(2)} US dollars a month to ${account}; a ${environment} account may cost ${most}.`;
    return [problemsOf(null).refuse("limit_cost", message, "Ask for less, or for cheaper types.", "G01", "G02", "H10")];
  });
}

/**
 * G01: instances that each account would have, for the policies to judge; an account whose number is bounded and can't be
 * counted is a problem.
 */
export function instancesAfter(
  steps: readonly ResolvedStep[],
  snapshot: Snapshot,
  settings: Settings,
): { readonly after: ReadonlyMap<string, number>; readonly problems: Problem[] } {
  const after = new Map<string, number>();
  const problems: Problem[] = [];
  for (const read of instanceCounts(steps, settings)) {
    const found = snapshot.count(read, read.operation, read.input);
    const planned = steps.filter((step) => isLaunch(step) && step.account === read.account).length;
    if (found === null) {
      const message = `How many instances ${read.account} has in ${read.region} is not known, and their number is bounded there.`;
      problems.push(problemsOf(null).refuse("state_incomplete", message, "Give the access to DescribeInstances and ask again.", "G01", "law-6"));
    } else after.set(read.account, (after.get(read.account) ?? planned) + found);
  }
  return { after, problems };
}

/** H09: a completed snapshot that is there, or one that this plan takes first. */
export function backupProblem({ observed, plan }: Draft, drafts: readonly Draft[]): Problem | null {
  const open = unsaved(observed).filter((volume) => !drafts.some((other) => takesSnapshot(other, volume, plan)));
  if (open.length === 0) return null;
  const message = `${open.join(", ")}: no snapshot exists, and in ${plan.environment} nothing that holds data goes without one.`;
  return problemsOf(plan.id).revise("backup_missing", told(message, 300), "Take a snapshot in the same plan.", "H09");
}

/** Volumes that would go and that no snapshot there is of. */
function unsaved({ operation, input, context, environment }: ObservedStep): string[] {
  if (context.DescribeSnapshots) return context.DescribeSnapshots.some(({ State }) => State === "completed") ? [] : [String(input.VolumeId)];
  if (operation !== "TerminateInstances" || (environment !== "staging" && environment !== "production")) return [];
  const attached = (row: Readonly<Record<string, unknown>>) => [row["Attachments.InstanceId"]].flat().includes(input.InstanceId);
  return (context.DescribeVolumes ?? []).filter(attached).map(({ VolumeId }) => String(VolumeId));
}

function takesSnapshot({ plan }: Draft, volume: string, { account, region }: Draft["plan"]): boolean {
  return plan.operation === "CreateSnapshot" && plan.input.VolumeId === volume && plan.account === account && plan.region === region;
}
