/** One catalog read in one account and region: pages to the end (or says truncated), per-resource reads over their list. */
import pLimit from "p-limit";
import type { Each, ReadDefinition } from "../../config/catalog/define.ts";
import type { FailureReport, WorkerRead } from "../shared/contracts.ts";
import { failureOf, mergeFailures } from "./failure.ts";
import { attemptOf, type Fields, pages, type ReadContext } from "./pages.ts";
import { toRow, valueAt } from "./project.ts";
import { inShard } from "./shard.ts";

/** Absence that AWS answers also for a resource that does not exist (Lambda, IAM). */
const MAY_NOT_EXIST: ReadonlySet<string> = new Set(["ResourceNotFoundException", "NoSuchEntity", "NoSuchEntityException"]);

export interface ReadResult {
  readonly rows: unknown[][];
  readonly truncated: boolean;
  readonly failures: FailureReport[];
  /** Responses without the catalog's drops: what is kept as evidence. */
  readonly evidence: unknown[];
}

export async function runRead({ operation, input, among }: WorkerRead, context: ReadContext): Promise<ReadResult> {
  const read = entryOf(context, operation);
  const { entries, ...rest } = among ? await gatherAmong(operation, read, input, among, context) : await gather(operation, read, input, context);
  const { account, region } = context.target;
  return { ...rest, rows: entries.map(({ item, bound, absent }) => toRow(item, read, { account, region, bound, absent })) };
}

/** An item with the input that led to it: bound from a list, or given. */
interface Entry {
  readonly item: Fields;
  readonly bound: Fields;
  readonly absent: string | null;
}

interface Gathered extends Omit<ReadResult, "rows"> {
  readonly entries: Entry[];
}

async function gather(operation: string, read: ReadDefinition, input: Fields, context: ReadContext): Promise<Gathered> {
  const { each } = read;
  if (!each) return single(operation, read, input, context);
  if (!isOpen(read, input)) return named(operation, read, each, input, context);
  const list = entryOf(context, each.list);
  const narrowed = narrowedTo(list, input);
  const listed = await gather(each.list, list, narrowed, context);
  const inputs = listed.entries
    .filter(({ absent }) => absent === null)
    .map((entry) => boundBy(each, entry))
    .filter((bound) => Object.entries(bound).every(([field, value]) => value !== undefined && (input[field] === undefined || input[field] === value)))
    // A list that itself ran over a list was sharded there already.
    .filter((bound) => isOpen(list, narrowed) || inShard(JSON.stringify(Object.values(bound)), context.shard));
  return joined([
    { ...listed, entries: [] },
    ...(await every(
      operation,
      read,
      inputs.map((bound) => ({ ...input, ...bound })),
      context,
    )),
  ]);
}

/**
 * Over exactly the resources that the guardrail named; no list is read. What is absent may not exist at all: whoever asks
 * knows from another read.
 * @throws where the names alone do not make the read's input.
 */
async function gatherAmong(operation: string, read: ReadDefinition, input: Fields, among: readonly string[], context: ReadContext): Promise<Gathered> {
  const [field, ...others] = Object.keys(read.each?.bind ?? {});
  const open = others.find((other) => input[other] === undefined);
  if (field === undefined) throw new Error(`${operation} runs over no list; the guardrail must not name resources for it`);
  if (open !== undefined) throw new Error(`${operation} among ${field} needs ${open} too; the guardrail must give it`);
  const inputs = [...new Set(among)].map((value) => ({ ...input, [field]: value }));
  return joined(await every(operation, read, inputs, context));
}

async function every(operation: string, read: ReadDefinition, inputs: readonly Fields[], context: ReadContext): Promise<Gathered[]> {
  const limit = pLimit(context.fanOut);
  return Promise.all(inputs.map((one) => limit(() => single(operation, read, one, context))));
}

function joined(parts: readonly Gathered[]): Gathered {
  return {
    entries: parts.flatMap(({ entries }) => entries),
    truncated: parts.some(({ truncated }) => truncated),
    failures: mergeFailures(parts.flatMap(({ failures }) => failures)),
    evidence: parts.flatMap(({ evidence }) => evidence),
  };
}

/**
 * Of the one resource that the request names. The name may be a model's invention: a request of some
 * regions finds it listed in them before it is read, and an answer that may also mean "no such resource"
 * makes a row only of what is listed.
 */
async function named(operation: string, read: ReadDefinition, each: Each, input: Fields, context: ReadContext): Promise<Gathered> {
  const { target, definition } = context;
  const missing = (found: Found, code: string, message: string) =>
    unread(found, failureOf(withName(code, `${message}${found.truncated ? " The list was cut." : ""}`), attemptOf(operation, read, input, context)));
  if (target.within && definition.regionField) {
    const found = await find(each, input, context);
    if (!found.listed) return missing(found, "NotInScope", `${each.list} has no such resource in ${target.within.join(", ")}; it was not read.`);
    const result = await single(operation, read, input, context);
    return { ...result, evidence: [...found.evidence, ...result.evidence] };
  }
  const result = await single(operation, read, input, context);
  if (!result.entries.some(({ absent }) => absent !== null && MAY_NOT_EXIST.has(absent))) return result;
  const found = await find(each, input, context);
  const evidence = [...result.evidence, ...found.evidence];
  return found.listed ? { ...result, evidence } : missing({ ...found, evidence }, "NoSuchResource", `${each.list} has no such resource.`);
}

interface Found extends Pick<Gathered, "truncated"> {
  readonly listed: boolean;
  readonly failures: FailureReport[];
  readonly evidence: unknown[];
}

/** Whether the list that the read would run over has the named resource, in the request's regions. */
async function find(each: Each, input: Fields, context: ReadContext): Promise<Found> {
  const list = entryOf(context, each.list);
  const { entries, ...rest } = await gather(each.list, list, narrowedTo(list, input), context);
  const isNamed = (entry: Entry) => Object.entries(boundBy(each, entry)).every(([field, value]) => input[field] === value);
  return { listed: entries.some((entry) => entry.absent === null && isNamed(entry)), ...rest };
}

/** No row: the list's own failures, since it then proves nothing, or else what it told. */
function unread({ failures, evidence }: Found, told: FailureReport): Gathered {
  return { entries: [], truncated: false, failures: failures.length > 0 ? failures : [told], evidence };
}

function withName(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** What narrows a read narrows its list too: the policies of the one user that was named. */
function narrowedTo(list: ReadDefinition, input: Fields): Fields {
  return Object.fromEntries(Object.entries(input).filter(([field]) => field in list.input.shape));
}

/** The input that a listed item gives to the read. */
function boundBy(each: Each, { item, bound }: Entry): Fields {
  return Object.fromEntries(Object.entries(each.bind).map(([field, from]) => [field, valueAt(item, from) ?? bound[from]]));
}

async function single(operation: string, read: ReadDefinition, input: Fields, context: ReadContext): Promise<Gathered> {
  const { items, absent, truncated, failures, evidence } = await pages(operation, read, input, context);
  const kept = absent === null ? items.filter((item) => isWithin(item, context)) : [{}];
  return { entries: kept.map((item) => ({ item, bound: input, absent })), truncated, failures, evidence };
}

/** Called without the resource it is about: it runs over a list. */
function isOpen({ each }: ReadDefinition, input: Fields): boolean {
  return each !== undefined && Object.keys(each.bind).some((field) => input[field] === undefined);
}

/** @throws when the service's catalog has no such read. */
export function entryOf({ definition }: Pick<ReadContext, "definition">, operation: string): ReadDefinition {
  const read = Object.hasOwn(definition.reads, operation) ? definition.reads[operation] : undefined;
  if (!read) throw new Error(`${definition.service}.${operation} is not in the catalog; the guardrail must refuse it`);
  return read;
}

/** Rows of a global list outside the regions the request named are not this request's. */
function isWithin(item: Fields, { definition, target }: ReadContext): boolean {
  if (!target.within || !definition.regionField) return true;
  const region = item[definition.regionField];
  return typeof region !== "string" || target.within.includes(region);
}
