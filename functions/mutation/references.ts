/** References to what earlier steps made, filled from the ledger (law 7). Pure. */
import { referencesIn } from "../../config/catalog/state.ts";
import { isReference } from "../../config/catalog/write.ts";

/** Outputs by step id: of the steps that the ledger says are done. */
export type Outputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The value with its references filled, and those that nothing fills. */
export function fillReferences<Value>(value: Value, outputs: Outputs): { readonly value: Value; readonly missing: string[] } {
  const missing = [...new Set(referencesIn(value))].filter((reference) => outputOf(reference, outputs) === undefined);
  return { value: missing.length > 0 ? value : (replaced(value, outputs) as Value), missing };
}

function replaced(value: unknown, outputs: Outputs): unknown {
  if (isReference(value)) return outputOf(value.$ref, outputs);
  if (Array.isArray(value)) return value.map((item) => replaced(item, outputs));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, outputs)]));
}

/** Step ids that the value refers to. */
export function referredSteps(value: unknown): string[] {
  return [...new Set(referencesIn(value).map((reference) => split(reference)[0]))];
}

function outputOf(reference: string, outputs: Outputs): string | undefined {
  const [step, name] = split(reference);
  const made = outputs.get(step);
  return made && Object.hasOwn(made, name) ? made[name] : undefined;
}

function split(reference: string): [step: string, name: string] {
  const dot = reference.indexOf(".");
  return dot === -1 ? [reference, ""] : [reference.slice(0, dot), reference.slice(dot + 1)];
}
