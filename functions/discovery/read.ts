/** One catalog read in one account and region: pages to the end (or says truncated), per-resource reads over their list. */
import pLimit from "p-limit";
import type { ReadDefinition, ServiceDefinition } from "../../config/catalog/define.ts";
import type { FailureReport, ReadCall, WorkerCall, WorkerTarget } from "../shared/contracts.ts";
import { type Attempt, errorCode, failureOf, mergeFailures } from "./failure.ts";
import { dropFields, rowsAt, toRow } from "./project.ts";
import type { ConnectedService } from "./service.ts";
import { inShard } from "./shard.ts";

export interface ReadContext {
  readonly definition: ServiceDefinition;
  readonly connected: ConnectedService;
  readonly target: WorkerTarget;
  readonly role: string;
  readonly shard: WorkerCall["shard"];
  readonly fanOut: number;
  /** Whether time is nearly up: then the read stops and says so (F15). */
  readonly late: () => boolean;
}

export interface ReadResult {
  readonly rows: unknown[][];
  readonly truncated: boolean;
  readonly failures: FailureReport[];
  /** Responses without the catalog's drops: what is kept as evidence. */
  readonly evidence: unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

export async function runRead({ operation, input }: ReadCall, context: ReadContext): Promise<ReadResult> {
  const read = entryOf(context, operation);
  const { entries, ...rest } = await gather(operation, read, input, context);
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
  if (!each || !isOpen(read, input)) return single(operation, read, input, context);
  const list = entryOf(context, each.list);
  // What narrows the read narrows its list too: the policies of the one user that was named.
  const narrowed = Object.fromEntries(Object.entries(input).filter(([field]) => field in list.input.shape));
  const listed = await gather(each.list, list, narrowed, context);
  const inputs = listed.entries
    .filter(({ absent }) => absent === null)
    .map(({ item, bound }) => Object.fromEntries(Object.entries(each.bind).map(([field, from]) => [field, valueAt(item, from) ?? bound[from]])))
    .filter((bound) => Object.entries(bound).every(([field, value]) => value !== undefined && (input[field] === undefined || input[field] === value)))
    // A list that itself ran over a list was sharded there already.
    .filter((bound) => isOpen(list, narrowed) || inShard(JSON.stringify(Object.values(bound)), context.shard));
  const limit = pLimit(context.fanOut);
  const results = await Promise.all(inputs.map((bound) => limit(() => single(operation, read, { ...input, ...bound }, context))));
  return {
    entries: results.flatMap(({ entries }) => entries),
    truncated: listed.truncated || results.some(({ truncated }) => truncated),
    failures: mergeFailures([...listed.failures, ...results.flatMap(({ failures }) => failures)]),
    evidence: [...listed.evidence, ...results.flatMap(({ evidence }) => evidence)],
  };
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

function entryOf({ definition }: ReadContext, operation: string): ReadDefinition {
  const read = Object.hasOwn(definition.reads, operation) ? definition.reads[operation] : undefined;
  if (!read) throw new Error(`${definition.service}.${operation} is not in the catalog; the guardrail must refuse it`);
  return read;
}

interface Pages {
  readonly items: Fields[];
  readonly absent: string | null;
  readonly truncated: boolean;
  readonly failures: FailureReport[];
  readonly evidence: unknown[];
}

async function pages(operation: string, read: ReadDefinition, input: Fields, context: ReadContext): Promise<Pages> {
  const { connected, target, role } = context;
  const items: Fields[] = [];
  const evidence: unknown[] = [];
  const attempt: Attempt = { operation, account: target.account, region: target.region, role, permissions: read.permissions, ...resourceOf(input) };
  const done = (rest: Partial<Pages> = {}): Pages => ({ items, evidence, absent: null, truncated: false, failures: [], ...rest });
  const { paginate } = read;
  const size = paginate?.limit && !hasIds(input) ? { [paginate.limit.field]: paginate.limit.value } : {};
  let token: unknown;
  do {
    if (context.late()) {
      const late = Object.assign(new Error("The worker's time ran out before this read was complete."), { name: "DeadlineExceeded" });
      return done({
        truncated: items.length > 0,
        failures: [{ ...failureOf(late, attempt), access: "None missing: ask for fewer accounts, regions or resources." }],
      });
    }
    let response: unknown;
    try {
      response = await connected.send(operation, {
        ...input,
        ...size,
        ...read.fixed,
        ...(token === undefined || !paginate ? {} : { [paginate.request]: token }),
      });
    } catch (error) {
      const code = errorCode(error);
      if (read.absent?.includes(code)) {
        evidence.push({ operation, input, absent: code });
        return done({ absent: code });
      }
      return done({ truncated: items.length > 0, failures: [failureOf(error, attempt)] });
    }
    const kept = withoutMetadata(dropFields(response, read.drop ?? {}));
    evidence.push({ operation, input, response: kept });
    items.push(...rowsAt(kept, read.items));
    token = paginate ? valueAt(response, paginate.response) : undefined;
    if (paginate?.maxItems !== undefined && items.length >= paginate.maxItems && token)
      return done({ items: items.slice(0, paginate.maxItems), truncated: true });
  } while (token);
  return done();
}

/** Rows of a global list outside the regions the request named are not this request's. */
function isWithin(item: Fields, { definition, target }: ReadContext): boolean {
  if (!target.within || !definition.regionField) return true;
  const region = item[definition.regionField];
  return typeof region !== "string" || target.within.includes(region);
}

/** Several AWS lists refuse a page size together with explicit ids (EC2: "MaxResults with InstanceIds"). */
function hasIds(input: Fields): boolean {
  return Object.entries(input).some(([field, value]) => /Ids$/.test(field) && Array.isArray(value) && value.length > 0);
}

function resourceOf(input: Fields): { resource?: string } {
  const named = Object.values(input).find((value) => typeof value === "string");
  return typeof named === "string" ? { resource: named } : {};
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, field) => (typeof inner === "object" && inner !== null ? (inner as Fields)[field] : undefined), value);
}

function withoutMetadata(response: unknown): unknown {
  return dropFields(response, { $metadata: true });
}
