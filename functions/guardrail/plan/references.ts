/** References to what an earlier step makes: `{ "$ref": "s1.GroupId" }`. */
import { isReference, type StepInput } from "../../../config/catalog/write.ts";
import { type Problem, problemsOf } from "./problem.ts";
import type { ResolvedStep } from "./step.ts";
import { told } from "./told.ts";

/** An id of the form that AWS gives each output: what the schema checks in a reference's place. */
export const SAMPLES: Readonly<Record<string, string>> = {
  InstanceId: "i-00000000000000000",
  GroupId: "sg-00000000000000000",
  SecurityGroupRuleId: "sgr-00000000000000000",
  SnapshotId: "snap-00000000000000000",
  FlowLogId: "fl-00000000000000000",
  RoleName: "sample",
};

interface Parts {
  readonly step: string;
  readonly output: string;
}

function partsOf(reference: string): Parts | null {
  const [, step, output] = /^(s\d{1,3})\.([A-Za-z]\w{0,63})$/.exec(reference) ?? [];
  return step !== undefined && output !== undefined ? { step, output } : null;
}

/** The input with a sample in every reference's place; a reference to nothing known stays and fails the schema. */
export function withSamples(input: StepInput): StepInput {
  const fill = (value: unknown): unknown => {
    if (isReference(value)) {
      const output = partsOf(value.$ref)?.output ?? "";
      return Object.hasOwn(SAMPLES, output) ? SAMPLES[output] : value;
    }
    return Array.isArray(value) ? value.map(fill) : value;
  };
  return Object.fromEntries(Object.entries(input).map(([field, value]) => [field, fill(value)]));
}

/** The parsed input with the references of the given one back in their places. */
export function withReferences(parsed: StepInput, given: StepInput): StepInput {
  const back = (value: unknown, was: unknown): unknown => {
    if (isReference(was)) return was;
    return Array.isArray(value) && Array.isArray(was) ? value.map((one, index) => back(one, was[index])) : value;
  };
  return Object.fromEntries(Object.entries(parsed).map(([field, value]) => [field, back(value, given[field])]));
}

/** Field → references in it, as far down as references may stand. */
export function referencesByField(input: StepInput): [string, string][] {
  return Object.entries(input).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one): [string, string][] => (isReference(one) ? [[field, one.$ref]] : [])),
  );
}

/** A step whose input is not checked otherwise yet. */
export type Referring = Pick<ResolvedStep, "id" | "operation" | "write" | "account" | "region" | "input">;

/**
 * @param earlier steps before this one, resolved.
 * @param ids every id of the proposal, to tell what comes later from what is not there.
 */
export function checkReferences(step: Referring, earlier: readonly ResolvedStep[], ids: readonly string[]): Problem | null {
  const { revise } = problemsOf(step.id);
  for (const [field, reference] of referencesByField(step.input)) {
    const parts = partsOf(reference);
    if (!parts || !ids.includes(parts.step)) return revise("reference_unknown", `${told(reference)} is no step of this plan.`, "Say s1.Output.", "law-7");
    const { step: name, output } = parts;
    const made = earlier.find(({ id }) => id === name);
    if (!made) return revise("reference_forward", `${told(reference)} comes later, or is the step itself.`, "Refer to earlier steps only.", "law-7");
    const outputs = Object.keys(made.write.creates?.outputs ?? {});
    if (!step.write.references?.includes(field))
      return revise("reference_not_offered", `${field} of ${step.operation} takes no reference.`, "Give its value.", "law-7");
    if (!outputs.includes(output)) {
      const offered = outputs.length > 0 ? `It offers ${outputs.join(", ")}.` : "It offers none.";
      return revise("reference_not_offered", `${made.operation} offers no ${told(output, 40)}.`, offered, "law-7");
    }
    if (made.account !== step.account || made.region !== step.region)
      return revise("reference_not_offered", `${name} acts in another account or region.`, "What it makes can't be used here.", "law-7");
  }
  return null;
}

/** Steps whose output an input takes. */
export function dependenciesOf(input: StepInput): string[] {
  return [...new Set(referencesByField(input).flatMap(([, reference]) => partsOf(reference)?.step ?? []))];
}
