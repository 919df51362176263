/** Where a step acts: an account that is registered, of this request and in scope, and a region of both. */
import type { Account, Environment } from "../../../config/accounts.ts";
import { CATALOG } from "../../../config/catalog/index.ts";
import type { MutableService } from "../../../config/catalog/services.ts";
import { isStricter } from "../../../config/environments.ts";
import type { Settings } from "../../../config/settings.ts";
import type { Admission, ProposedStep, Target } from "../../shared/contracts.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { told } from "./told.ts";

export interface StepPlace {
  readonly account: string;
  readonly environment: Environment;
  readonly region: string;
}

export function strictest(one: Environment, other: Environment): Environment {
  return isStricter(other, one) ? other : one;
}

/** @param creates a bucket that exists is found where it is; one to be made needs a region. */
export function placeOf(step: ProposedStep, service: MutableService, creates: boolean, admission: Admission, settings: Settings): StepPlace | Problem {
  const { revise, refuse } = problemsOf(step.id);
  const registered = settings.accounts.find(({ id, name }) => id === step.account || name === step.account);
  if (!registered) return refuse("account_not_registered", `Account ${told(step.account)} is not registered.`, "Register it in the settings.", "law-5");
  const target = admission.targets.find(({ account }) => account === registered.id);
  if (!target) {
    const known = admission.targets.map(({ name }) => name).join(", ");
    return revise("account_not_admitted", `Account ${registered.name} is not one of this request's.`, `They are ${told(known, 200)}.`, "law-5");
  }
  const environment = strictest(registered.environment, target.environment);
  const rule = settings.environments[environment];
  if (!rule.directMutation && !rule.pipelineArtifact)
    return refuse("environment_read_only", `${registered.name} is ${environment}: nothing is changed there.`, "Correct its registration.", "G06");
  if (rule.directMutation && !settings.scopes.some(({ account, services }) => account === registered.id && services.includes(service)))
    return refuse("account_out_of_scope", `${service} may not be changed in ${registered.name}.`, "Add it to the settings' scopes.", "A04");
  const region = regionOf(step, service, creates, target, registered);
  return typeof region === "string" ? { account: registered.id, environment, region } : region;
}

function regionOf({ id, region }: ProposedStep, service: MutableService, creates: boolean, target: Target, { regions }: Account): string | Problem {
  const { revise } = problemsOf(id);
  const global = CATALOG[service].scope === "global";
  const buckets = global && CATALOG[service].regionField !== undefined;
  if (global && !buckets) {
    if (region === "global") return region;
    return revise("region_not_admitted", `${service} has no regions; ${told(region, 30)} was given.`, "Say global.", "law-5");
  }
  if (buckets && !creates && region === "global") return region;
  const legal = target.regions.filter((one) => (regions as readonly string[]).includes(one));
  if (legal.includes(region)) return region;
  const message = `${told(region, 30)} is not among the request's regions for ${target.name}.`;
  return revise("region_not_admitted", message, `They are ${legal.join(", ")}.`, "law-5", "G09");
}
