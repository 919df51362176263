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
  const seen = drafts.map((draft) => ({ draft, reads: readRows(draft), changes: changedRows(draft) }));
  for (const changer of seen) {
    for (const reader of seen) {
      const id = changer.draft.plan.id;
      if (changer === reader || reader.draft.plan.dependsOn.includes(id) || !sharePlace(changer.draft, reader.draft)) continue;
      if (!changer.changes.some((change) => reader.reads.some((read) => touches(change, read)))) continue;
      const needed = neededReference(changer.draft, reader.draft);
      if (needed) return needed;
      before.get(id)?.add(reader.draft.plan.id);
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

function sharePlace({ plan: one }: Draft, { plan: other }: Draft): boolean {
  return one.service === other.service && one.account === other.account && (one.region === other.region || one.service === "s3");
}

/** A row by what is known of it: column → the value's digest. */
type Known = ReadonlyMap<string, string>;

interface ReadRow {
  readonly operation: string;
  readonly match: Known;
  readonly columns: readonly string[];
}

interface ChangedRow {
  readonly operation: string;
  readonly row: Known;
  /** Null: any. */
  readonly columns: readonly string[] | null;
}

/** Whether the change shows in a column of the row that is read. Rows differ where a column that both know differs. */
function touches({ operation, row, columns }: ChangedRow, read: ReadRow): boolean {
  if (operation !== read.operation) return false;
  if ([...read.match].some(([column, value]) => row.has(column) && row.get(column) !== value)) return false;
  return columns === null || columns.some((column) => read.columns.includes(column));
}

function readRows({ observed, plan }: Draft): ReadRow[] {
  return readsOf(observed).state.map(({ operation, match, columns }) => ({
    operation,
    columns,
    match: new Map(Object.entries(match).map(([column, source]) => [column, knownValue(source, observed.input, plan) ?? "unknown"])),
  }));
}

/** What AWS has yet to name is nobody else's. Of a change that only a comparison can tell, every column counts. */
function changedRows({ plan, observed }: Draft): ChangedRow[] {
  const { write, input } = observed;
  const own = [...write.before, ...(write.after ?? [])].filter(({ context }) => !context);
  const made = Object.keys(write.creates?.outputs ?? {}).map((output) => [output, `new ${plan.id}`] as const);
  const told = Object.keys(plan.promised);
  return (told.length > 0 ? told : [...new Set(own.map(({ operation }) => operation))]).map((operation) => {
    const columns = plan.promised[operation] ?? null;
    const matches = own.filter((read) => read.operation === operation).flatMap(({ match }) => Object.entries(match));
    const known = matches.flatMap(([column, source]): (readonly [string, string])[] => {
      const value = knownValue(source, input, plan);
      return value === null ? [] : [[column, value]];
    });
    const promised = Object.entries(columns ?? {}).map(([column, value]) => [column, digest(value ?? null)] as const);
    const every = columns === null || plan.creates || write.done !== undefined;
    return { operation, row: new Map([...promised, ...known, ...made]), columns: every ? null : Object.keys(columns) };
  });
}

/** Null: not known. A reference is known by its text: it is what one earlier step makes. */
function knownValue(source: string, input: StepInput, place: { readonly account: string; readonly region: string }): string | null {
  const given = input[source];
  if (isReference(given)) return `new ${given.$ref.split(".")[0]}`;
  if (given !== undefined || !source.includes("${")) return digest(given ?? null);
  const read: BeforeRead = { operation: "", by: { text: source }, match: {}, columns: [] };
  const filled = readInput(read, input, place);
  return filled === null ? null : digest(filled.text);
}
