/** The automation's own narrow role: exactly what its steps, their undos and their assertions call. */
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import { type Condition, grouped, mapCondition, type Need } from "../../config/catalog/needs.ts";
import { filled } from "../../config/catalog/state.ts";
import type { StepInput, WriteDefinition } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";

export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Condition;
}

export function automationStatements(steps: readonly PlanStep[]): PolicyStatement[] {
  return grouped(steps.flatMap(needsOf)).map(({ Action, Resource, Condition }) => ({
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  }));
}

function needsOf(step: PlanStep): Need[] {
  const place = { account: step.account, region: step.region === "global" ? "" : step.region };
  const writes: [WriteDefinition | undefined, StepInput][] = [[findWrite(step.service, step.operation), step.input]];
  if (step.inverse) writes.push([findWrite(step.service, step.inverse.operation), step.inverse.input]);
  return writes.flatMap(([write, input]) => {
    const changes = (write?.permissions ?? [])
      .filter(({ when }) => when === undefined || when in input)
      .map(({ action, resource, conditions = {} }) => ({
        action,
        resource: filled(resource, input, place),
        condition: mapCondition(conditions, (texts) => texts.map((text) => filled(text, input, place))),
      }));
    const reads = [...(write?.before ?? []), ...(write?.after ?? [])].flatMap(({ operation }) => CATALOG[step.service].reads[operation]?.permissions ?? []);
    return [...changes, ...reads.map(({ action, resource }) => ({ action, resource: filled(resource, {}, place), condition: {} }))];
  });
}
