/** A template is of one account and region: the steps of a plan by their place, in the plan's order. */
import type { Plan, PlanStep } from "../shared/contracts.ts";

export interface Place {
  readonly account: string;
  /** Where the stack goes; a global service's steps go with the first region the account is planned for. */
  readonly region: string;
  readonly steps: readonly PlanStep[];
}

export function placesOf(plan: Plan): Place[] {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const home = (account: string) => plan.targets.find((target) => target.account === account)?.regions.find((region) => region !== "global") ?? "us-east-1";
  const places = new Map<string, PlanStep[]>();
  for (const step of steps) {
    const key = `${step.account} ${step.region === "global" ? home(step.account) : step.region}`;
    places.set(key, [...(places.get(key) ?? []), step]);
  }
  return [...places].map(([key, own]) => {
    const [account = "", region = ""] = key.split(" ");
    return { account, region, steps: own };
  });
}

/** A step's name as CloudFormation takes it: letters and digits. */
export function logicalId(step: Pick<PlanStep, "id" | "operation">): string {
  return `${step.operation}${step.id.toUpperCase()}`.replace(/[^A-Za-z0-9]/g, "");
}
