/** A proposal against the catalog, the registry and the request: steps that exist, or what is wrong with each. Believes nothing of it. */
import { CATALOG, findWrite, isService } from "../../../config/catalog/index.ts";
import { isMutable, MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import type { Settings } from "../../../config/settings.ts";
import type { Admission, Proposal, ProposedStep } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";
import { FEWER_STEPS, tooManySteps } from "../../shared/too-many-steps.ts";
import { inputOf } from "./input.ts";
import { placeOf } from "./place.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { checkReferences, dependenciesOf } from "./references.ts";
import type { ResolvedStep } from "./step.ts";
import { told } from "./told.ts";

export interface Resolving {
  readonly admission: Admission;
  readonly settings: Settings;
  /** Set by the machine's path, never by a text. */
  readonly origin: "planner" | "ledger";
}

export interface Resolved {
  readonly steps: readonly ResolvedStep[];
  readonly problems: readonly Problem[];
}

export function resolvePlan({ steps: proposed }: Proposal, resolving: Resolving): Resolved {
  const most = resolving.settings.limits.plan.steps;
  if (proposed.length > most) {
    return { steps: [], problems: [problemsOf(null).refuse("too_many_steps", tooManySteps(proposed.length, most), FEWER_STEPS, "F06")] };
  }
  const ids = proposed.map(({ id }) => id);
  const steps: ResolvedStep[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, step] of proposed.entries()) {
    const found = ids.indexOf(step.id) < index ? duplicate(step, `The id ${step.id} is given twice.`) : resolveStep(step, steps, ids, resolving);
    if ("code" in found) {
      problems.push(found);
      continue;
    }
    const key = digest([found.service, found.operation, found.account, found.region, found.input]);
    if (seen.has(key)) problems.push(duplicate(step, "An earlier step does the same."));
    else steps.push(found);
    seen.add(key);
  }
  return { steps, problems };
}

function duplicate({ id }: ProposedStep, message: string): Problem {
  return problemsOf(id).revise("duplicate_step", message, "Give each step once, with its own id.", "law-4");
}

function resolveStep(
  step: ProposedStep,
  earlier: readonly ResolvedStep[],
  ids: readonly string[],
  { admission, settings, origin }: Resolving,
): ResolvedStep | Problem {
  const { revise, refuse } = problemsOf(step.id);
  const { service, operation } = step;
  if (!isService(service) || !isMutable(service))
    return revise("unknown_service", `Nothing can be changed in ${told(service, 40)}.`, `Changes exist for ${MUTABLE_SERVICES.join(", ")}.`, "law-3");
  const write = findWrite(service, operation);
  if (!write) {
    const offered = Object.entries(CATALOG[service].writes ?? {}).flatMap(([name, { inverseOnly }]) => (inverseOnly ? [] : [name]));
    return revise("unknown_operation", `${service} has no change named ${told(operation)}.`, `It has ${told(offered.join(", "), 600)}.`, "law-4");
  }
  if (write.inverseOnly && origin === "planner")
    return refuse("inverse_only", `Only an undo may use ${operation}.`, "Ask for the undo of the request that made the change.", "law-7");
  const place = placeOf(step, service, write.creates !== undefined, admission, settings);
  if ("code" in place) return place;
  const reference = checkReferences({ id: step.id, operation, write, ...place, input: step.input }, earlier, ids);
  if (reference) return reference;
  const input = inputOf(step.id, step.input, write, place, settings);
  if ("code" in input) return input;
  return { id: step.id, service, operation, write, ...place, ...input, dependsOn: dependenciesOf(input.input), reason: told(step.reason, 300) };
}
