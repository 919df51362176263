/** The automation's own narrow role: exactly what its steps, their undos and their assertions call. */
import { CATALOG, findWrite } from "../../config/catalog/index.ts";
import { filled } from "../../config/catalog/state.ts";
import type { StepInput, WriteDefinition } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";

export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: string[];
  readonly Resource: string[];
}

export function automationStatements(steps: readonly PlanStep[]): PolicyStatement[] {
  const needs = new Map<string, Set<string>>();
  const need = (action: string, resource: string) => needs.set(action, (needs.get(action) ?? new Set()).add(resource));
  for (const step of steps) {
    const place = { account: step.account, region: step.region === "global" ? "" : step.region };
    const writes: [WriteDefinition | undefined, StepInput][] = [[findWrite(step.service, step.operation), step.input]];
    if (step.inverse) writes.push([findWrite(step.service, step.inverse.operation), step.inverse.input]);
    for (const [write, input] of writes) {
      for (const { action, resource, when } of write?.permissions ?? []) if (when === undefined || when in input) need(action, filled(resource, input, place));
      for (const read of [...(write?.before ?? []), ...(write?.after ?? [])]) {
        for (const { action, resource } of CATALOG[step.service].reads[read.operation]?.permissions ?? []) need(action, filled(resource, {}, place));
      }
    }
  }
  const groups = Map.groupBy(needs, ([, resources]) => [...resources].sort().join(" "));
  return [...groups].map(([resources, actions]) => ({ Effect: "Allow", Action: actions.map(([action]) => action).sort(), Resource: resources.split(" ") }));
}
