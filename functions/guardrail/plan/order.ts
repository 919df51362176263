/** In which order steps can run: what one takes from another comes first, and so does what reads a state before it is changed. Pure. */
import { readInput } from "../../../config/catalog/state.ts";
import { type BeforeRead, isReference, type StepInput } from "../../../config/catalog/write.ts";
import { digest } from "../../shared/digest.ts";
import type { Draft } from "./draft.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { readsOf } from "./wanted.ts";

export type Constraints = ReadonlyMap<string, ReadonlySet<string>>;

/** By step: the steps that must be done before it, so that every state is as it was approved when its turn comes. */
export function constraintsOf(drafts: readonly Draft[]): Constraints | Problem {
  const before = new Map(drafts.map(({ plan }) => [plan.id, new Set(plan.dependsOn)]));
  for (const changer of drafts) {
    for (const reader of drafts) {
      if (changer === reader || reader.plan.dependsOn.includes(changer.plan.id) || !changesWhatReads(changer, reader)) continue;
      const needed = neededReference(changer, reader);
      if (needed) return needed;
      before.get(changer.plan.id)?.add(reader.plan.id);
    }
  }
  return before;
}

/** What works on something an earlier step makes must say so by a reference: its name alone is no order. */
function neededReference(maker: Draft, { plan, observed }: Draft): Problem | null {
  const outputs = Object.keys(maker.observed.write.creates?.outputs ?? {});
  if (!maker.plan.creates || plan.creates || outputs.length === 0 || !observed.write.references) return null;
  const message = `${plan.id} works on what ${maker.plan.id} makes.`;
  return problemsOf(plan.id).revise("reference_needed", message, `Refer to it: {"$ref": "${maker.plan.id}.${outputs[0]}"}.`, "law-7");
}

/** Whether the change shows in a column that makes up the other's state before. Names are compared where both are known. */
function changesWhatReads(changer: Draft, reader: Draft): boolean {
  const { plan: one, observed } = changer;
  const { plan: other } = reader;
  if (one.service !== other.service || one.account !== other.account || (one.region !== other.region && one.service !== "s3")) return false;
  const reads = readsOf(reader.observed).state;
  return Object.entries(one.promised).some(([operation, columns]) =>
    reads.some((read) => {
      if (read.operation !== operation) return false;
      const own = rowOf(changer, operation, columns);
      const disjoint = Object.entries(read.match).some(([column, source]) => own.has(column) && own.get(column) !== wanted(source, reader));
      const touched =
        columns === null || one.creates || observed.write.done !== undefined || Object.keys(columns).some((column) => read.columns.includes(column));
      return !disjoint && touched;
    }),
  );
}

/** What is known of the row that the change leaves: by column, the value's digest; what AWS has yet to name is nobody else's. */
function rowOf({ plan, observed }: Draft, operation: string, columns: Readonly<Record<string, unknown>> | null): Map<string, string> {
  const { write, input } = observed;
  const named = [...write.before, ...(write.after ?? [])].filter((read) => read.operation === operation && !read.context);
  const matched = named.flatMap(({ match }) => Object.entries(match).map(([column, source]) => [column, knownValue(source, input, plan)] as const));
  const made = Object.keys(write.creates?.outputs ?? {}).map((output) => [output, `new ${plan.id}`] as const);
  const promised = Object.entries(columns ?? {}).map(([column, value]) => [column, digest(value ?? null)] as const);
  const known = matched.filter((entry): entry is readonly [string, string] => entry[1] !== null);
  return new Map([...promised, ...known, ...made]);
}

const wanted = (source: string, { observed, plan }: Draft) => knownValue(source, observed.input, plan) ?? "unknown";

/** Null: not known. A reference is known by its text: it is what one earlier step makes. */
function knownValue(source: string, input: StepInput, place: { readonly account: string; readonly region: string }): string | null {
  const given = input[source];
  if (isReference(given)) return `new ${given.$ref.split(".")[0]}`;
  if (given !== undefined || !source.includes("${")) return digest(given ?? null);
  const read: BeforeRead = { operation: "", by: { text: source }, match: {}, columns: [] };
  const filled = readInput(read, input, place);
  return filled === null ? null : digest(filled.text);
}
