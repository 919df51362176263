/** What of a state's result travels on to Report, held to its share of the payload; the journal has the rest. Pure. */
import { artifactResult, BOUNDS, type MutationCall, type Plan, type StepOutcome, type UsageEntry, verification } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { IS_WELL } from "../shared/effects.ts";
import { mergeUsage } from "../shared/usage.ts";
import { examined } from "./states/examine.ts";
import { mutated, type Worked } from "./states/mutate.ts";

export interface Kept {
  /** Absent where Report needs nothing of the state. */
  readonly kept?: unknown;
  /** All usage so far, one entry for each caller and model. */
  readonly usage?: readonly UsageEntry[];
}

/** Characters of a message where room is short. */
const SHORT = 120;

export function keptOf(state: string, result: unknown): Kept {
  switch (state) {
    case "Examine": {
      const parsed = examined.safeParse(result);
      return { kept: parsed.success ? fitting(parsed.data.examined.evidence, BOUNDS.planEvidence) : [] };
    }
    case "Mutate":
    case "RollBack":
      return keptMutation(result);
    case "Verify": {
      const { outcome, rows } = verification.catch({ outcome: "unreadable", rows: [] }).parse(result);
      // What is wrong is told before what is well.
      const ordered = [...rows.filter(({ match }) => !match), ...rows.filter(({ match }) => match)];
      return { kept: { outcome, rows: fitting(ordered, BOUNDS.verification - 100) } };
    }
    case "Artifact": {
      const artifact = artifactResult.nullable().catch(null).parse(result);
      if (artifact === null) return { kept: null };
      const rest = jsonBytes({ ...artifact, files: [] });
      return { kept: { ...artifact, files: fitting(artifact.files, BOUNDS.artifact - rest) } };
    }
    default:
      return {};
  }
}

/** A result outside the contract is kept as a crash: its steps may have taken effect. */
function keptMutation(result: unknown): Kept {
  const parsed = mutated.safeParse(result);
  if (!parsed.success) return keptUnread(result);
  const { call, mutations, plan, usage } = parsed.data;
  const worked = mutations.at(-1);
  if (worked === undefined) return { kept: unread(call), usage };
  return { kept: fitMutation(worked, shareOf(call, plan)), usage: "crashed" in worked ? usage : mergeUsage([...usage, ...worked.usage]) };
}

function keptUnread(result: unknown): Kept {
  const { call, usage } = mutated.pick({ call: true, usage: true }).loose().parse(result);
  return { kept: unread(call), usage };
}

function unread({ callId, worker, phase, mode, stepIds }: MutationCall): Worked {
  return { callId, worker, phase, mode, stepIds, crashed: { error: "unreadable_result", cause: "What the worker returned is not what the contract says." } };
}

/** By steps: half of the bytes is for what is applied, half for what is undone. */
export function shareOf({ stepIds }: Pick<MutationCall, "stepIds">, { phases }: Pick<Plan, "phases">): number {
  const all = phases.reduce((sum, { steps }) => sum + steps.length, 0);
  return Math.floor(((BOUNDS.outcomes / 2) * stepIds.length) / Math.max(all, stepIds.length));
}

/** The first of ever shorter forms that fits; the last has each step's outcome and nothing that the plan or journal has too. */
export function fitMutation(worked: Worked, bytes: number): Worked {
  if ("crashed" in worked) return { ...worked, crashed: { ...worked.crashed, cause: worked.crashed.cause.slice(0, SHORT * 2) } };
  const each = (shorter: (outcome: StepOutcome) => StepOutcome, from: Worked & { outcomes: StepOutcome[] }) => ({
    ...from,
    outcomes: from.outcomes.map(shorter),
  });
  // Counted in the request's usage from here on.
  const whole = { ...worked, usage: [] };
  const plain = { ...whole, resolutions: [] };
  const without = each((outcome) => ({ ...outcome, differences: [], failure: null }), plain);
  const short = each((outcome) => ({ ...outcome, message: IS_WELL.has(outcome.outcome) ? "" : outcome.message.slice(0, SHORT) }), without);
  const bare = each((outcome) => ({ ...outcome, message: "", principal: "", code: outcome.code.slice(0, 40) }), short);
  const last = each((outcome) => ({ ...outcome, resource: "" }), bare);
  return [whole, plain, without, short, bare].find((form) => jsonBytes(form) <= bytes) ?? last;
}

function fitting<T>(items: readonly T[], bytes: number): T[] {
  let used = 2;
  const over = items.findIndex((item) => {
    used += jsonBytes(item) + 1;
    return used > bytes;
  });
  return over === -1 ? [...items] : items.slice(0, over);
}
