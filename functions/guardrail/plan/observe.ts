/** What a snapshot shows of a plan's steps: their state before, their tags, where buckets are. */
import { isAbsent, nameOf, stateOf } from "../../../config/catalog/state.ts";
import type { BeforeRead, State } from "../../../config/catalog/write.ts";
import { isStricter } from "../../../config/environments.ts";
import { environmentOfTag } from "../../../config/tags.ts";
import type { Admission } from "../../shared/contracts.ts";
import { TAG_COLUMNS, tagReads } from "./context-reads.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { type Gap, gapMessage, isGap, type Snapshot } from "./snapshot.ts";
import type { ResolvedStep } from "./step.ts";
import { told } from "./told.ts";
import { readsOf, spotOf } from "./wanted.ts";

export interface ObservedStep extends ResolvedStep {
  /** Of the reads that make up its state. */
  readonly image: State;
  readonly absent: boolean;
  /** Of the reads that only inform. */
  readonly context: State;
  /** Of the resource, and of what its state rests on. */
  readonly tags: Readonly<Record<string, string>>;
}

export function observe(step: ResolvedStep, snapshot: Snapshot, admission: Admission): ObservedStep | Problem {
  const placed = located(step, snapshot, admission);
  if ("code" in placed) return placed;
  const { refuse, revise } = problemsOf(step.id);
  const reads = readsOf(placed);
  const image = shown(placed, reads.state, snapshot);
  const context = shown(placed, reads.context, snapshot);
  for (const state of [image, context]) {
    if ("gap" in state) return refuse("state_incomplete", told(gapMessage(state.gap), 300), toRead(state.gap), "law-6");
  }
  if ("gap" in image || "gap" in context) throw new Error("unreachable: a gap was told above");
  const missing = notThere(placed, reads, image.state, context.state);
  if (missing) return revise("resource_not_found", missing, "Name what exists in that account and region.", "law-7");
  return {
    ...placed,
    image: image.state,
    absent: isAbsent(image.state, reads.state),
    context: context.state,
    tags: tagsIn({ ...context.state, ...image.state }),
  };
}

/** A change is of something that is there, and a making rests on something that is there: its own kind may be absent. */
function notThere(step: ResolvedStep, reads: ReturnType<typeof readsOf>, image: State, context: State): string | null {
  const { write, operation, input } = step;
  const rowsOf = (read: BeforeRead) => [...(image[nameOf(read)] ?? []), ...(context[nameOf(read)] ?? [])];
  const made = write.creates ? Object.keys(write.promises(input, image)) : [];
  const rests = [
    ...reads.state.filter((read) => read.context && !made.includes(nameOf(read))),
    ...tagReads(step).filter((read) => reads.context.includes(read)),
  ];
  const nothing = rests.find((read) => rowsOf(read).length === 0);
  const isGone = !write.creates && reads.state.length > 0 && [...reads.state, ...reads.context].every((read) => rowsOf(read).length === 0);
  if (!nothing && !isGone) return null;
  const named = told(identityOf(input, nothing), 200);
  return `${operation} names ${named}: ${nothing ? `${nothing.operation} does not show` : "nothing shows"} it.`;
}

/** What a read is of, where input fields alone say that; otherwise all that the input names. */
function identityOf(input: ResolvedStep["input"], { match }: Pick<BeforeRead, "match"> = { match: {} }): string {
  const texts = (values: readonly unknown[]) => values.filter((value) => typeof value === "string").join(" ");
  return texts(Object.values(match).map((source) => input[source])) || texts(Object.values(input));
}

function toRead({ access }: Gap): string {
  return `Nothing is changed that can't be read first. ${told(access, 400)}`;
}

/** A bucket's own region; it must be the account's and in the request's regions. */
function located(step: ResolvedStep, snapshot: Snapshot, admission: Admission): ResolvedStep | Problem {
  if (step.service !== "s3" || step.write.creates) return step;
  const { refuse, revise } = problemsOf(step.id);
  const lists = snapshot.rows(spotOf(step), "ListBuckets");
  if (isGap(lists)) return refuse("state_incomplete", told(gapMessage(lists), 300), toRead(lists), "law-6");
  const at = (row: readonly unknown[], column: string) => row[lists.columns.indexOf(column)];
  const row = lists.rows.find((one) => at(one, "Name") === step.input.Bucket);
  const bucket = told(step.input.Bucket);
  if (!row) return revise("resource_not_found", `${bucket} is not one of account ${step.account}'s buckets.`, "Name a bucket that ListBuckets shows.", "law-7");
  const region = at(row, "BucketRegion");
  const regions = admission.targets.find(({ account }) => account === step.account)?.regions ?? [];
  if (typeof region !== "string" || !regions.includes(region))
    return revise("region_not_admitted", `${bucket} is in ${told(region, 30)}.`, `The request is for ${told(regions.join(", "), 200)}.`, "law-5", "G09");
  return { ...step, region };
}

function shown(step: ResolvedStep, reads: readonly BeforeRead[], snapshot: Snapshot): { readonly state: State } | { readonly gap: Gap } {
  const tables = [];
  for (const operation of new Set(reads.map((read) => read.operation))) {
    const rows = snapshot.rows(spotOf(step), operation);
    if (isGap(rows)) return { gap: rows };
    tables.push(rows);
  }
  return { state: stateOf(reads, tables, step.input) };
}

/** Every tag of the rows; of two environments the stricter stays (law 5). */
export function tagsIn(state: State): Record<string, string> {
  const sets = Object.values(state).flatMap((rows) => rows.flatMap((row) => TAG_COLUMNS.flatMap((column) => asTags(row[column]))));
  const claims = sets.flatMap(({ Environment }) => (Environment === undefined ? [] : [Environment]));
  const strict = claims.reduce<string | undefined>((kept, claim) => {
    const [one, other] = [environmentOfTag(kept ?? ""), environmentOfTag(claim)];
    return one === null || (other !== null && isStricter(other, one)) ? claim : kept;
  }, undefined);
  return { ...Object.assign({}, ...sets), ...(strict === undefined ? {} : { Environment: strict }) };
}

function asTags(value: unknown): Record<string, string>[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return [Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"))];
}
