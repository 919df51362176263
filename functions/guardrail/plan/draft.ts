/** An observed step as the plan shows it, and as the policies judge it. */
import { broken } from "../../../config/catalog/state.ts";
import type { Inverse, Promised, WriteDefinition } from "../../../config/catalog/write.ts";
import type { PlanStep } from "../../shared/contracts.ts";
import { digest } from "../../shared/digest.ts";
import { fieldWithMark } from "../../shared/secrets/mark.ts";
import type { JudgedStep } from "../policy/step.ts";
import { changesOf } from "./changes.ts";
import type { ObservedStep } from "./observe.ts";
import { resourceOf } from "./step.ts";

export interface Draft {
  readonly plan: PlanStep;
  readonly judged: JudgedStep;
  readonly observed: ObservedStep;
}

/** @param observed with the system's tags in its input. */
export function draftOf(observed: ObservedStep): Draft {
  const { id, service, operation, write, account, environment, region, input, dependsOn, image, absent, tags, reason } = observed;
  const promised = write.promises(input, image);
  const putBack = write.inverse(input, image, (name) => ({ $ref: `${id}.${name}` }));
  // What was read without its secrets can't be written back: the mark in their place would be (H04).
  const isMarked = putBack !== null && fieldWithMark(putBack.input) !== undefined;
  const inverse = isMarked ? null : putBack;
  const step: PlanStep = {
    id,
    service,
    operation,
    account,
    environment,
    region,
    class: write.class,
    resource: resourceOf(observed),
    creates: write.creates !== undefined,
    input: plain(input),
    dependsOn: [...dependsOn],
    before: { absent, digest: digest(image), image: plain(image) as PlanStep["before"]["image"] },
    promised: plain(promised) as PlanStep["promised"],
    changes: changesOf(write, promised, image),
    inverse: inverse === null ? null : { operation: inverse.operation, input: plain(inverse.input) },
    reversible: inverse === null ? "no" : write.reversible,
    notRestorable: lostOf(write, inverse, isMarked),
    expected: write.summary,
    validation: validationOf(promised),
    reason,
  };
  return { plan: step, judged: { ...step, write, tags }, observed };
}

function lostOf({ notRestorable = [] }: WriteDefinition, inverse: Inverse | null, isMarked: boolean): string[] {
  if (isMarked) return [...notRestorable, "what it is now: it holds a secret, which is not kept"];
  return inverse === null && notRestorable.length === 0 ? ["what it is now: nothing in the catalog puts it back"] : [...notRestorable];
}

function validationOf(promised: Promised): string {
  const reads = Object.entries(promised).map(([operation, columns]) => {
    if (columns === null) return `${operation} no longer shows it`;
    const names = Object.keys(columns);
    return `${operation} shows ${names.length > 3 ? `all ${names.length} values` : names.join(", ")} as planned`;
  });
  return reads.length > 0 ? `${reads.join("; ")}.` : "Read back and compared with what the change promises.";
}

/** What is promised is so already: there is nothing to do. What only a comparison can tell is judged by it. */
export function isAlreadySo({ write, input, image }: ObservedStep): boolean {
  const promised = write.promises(input, image);
  const comparable = Object.keys(promised).length > 0;
  if (!comparable && !write.done) return false;
  // Of what is made, only what its own reads show can be there already.
  if (Object.keys(promised).some((operation) => image[operation] === undefined)) return false;
  return broken(promised, image).length === 0 && (write.done?.(input, image) ?? true);
}

/** Without what JSON leaves out, so that what is hashed is what travels. */
function plain(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}
