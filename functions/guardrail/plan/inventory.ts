/** What the Well-Architected checks must know of the resources a plan changes, beside each step's own reads. */

import { readInput } from "../../../config/catalog/state.ts";
import type { StepInput } from "../../../config/catalog/write.ts";
import type { ChecksOf } from "../../../config/checks/check.ts";
import { checksFor } from "../../../config/checks/index.ts";
import { type ResolvedStep, readRegion } from "./step.ts";
import type { WantedRead } from "./wanted.ts";

export interface CheckedStep {
  readonly checks: ChecksOf;
  /** The step's input under the names that the checks' reads take. */
  readonly input: StepInput;
}

/** Null: nothing is checked of it, or it is gone afterwards. */
export function checkedStep({ service, write, input }: Pick<ResolvedStep, "service" | "write" | "input">): CheckedStep | null {
  if (write.class === "destructive") return null;
  // EC2's tags take any resource by its id.
  const id = input.ResourceId;
  const named = service === "ec2" && typeof id === "string" && id.startsWith("i-") ? { ...input, InstanceId: id } : input;
  const checks = checksFor(service, write.entity, named);
  return checks ? { checks, input: named } : null;
}

export function inventoryReads(steps: readonly ResolvedStep[]): WantedRead[] {
  return steps.flatMap((step) => {
    const checked = checkedStep(step);
    if (!checked || !named(checked)) return [];
    return checked.checks.reads.flatMap((read): WantedRead[] => {
      const input = readInput(read, checked.input, step);
      return input === null ? [] : [{ service: step.service, account: step.account, region: readRegion(step), operation: read.operation, input }];
    });
  });
}

/** There is a resource to read: not what the step makes, nor what an earlier step will have made. */
export function named({ checks, input }: CheckedStep): boolean {
  return typeof input[checks.key] === "string";
}
