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
  const read = context.definition.reads[operation];
  if (!read) throw new Error(`${context.definition.service}.${operation} is not in the catalog; the guardrail must refuse it`);
  const unbound = read.each && Object.keys(read.each.bind).some((field) => input[field] === undefined);
  if (!read.each || !unbound) return single(operation, read, input, {}, context);
  return overList(operation, read, read.each, input, context);
}

async function overList(operation: string, read: ReadDefinition, each: NonNullable<ReadDefinition["each"]>, input: Fields, context: ReadContext): Promise<ReadResult> {
  const list = context.definition.reads[each.list];
  if (!list) throw new Error(`${operation} runs over ${each.list}, which is not in the catalog`);
  const listed = await pages(each.list, list, {}, context);
  const items = listed.items.filter((item) => isWithin(item, context)).filter((item) => inShard(JSON.stringify(Object.values(each.bind).map((field) => item[field])), context.shard));
  const limit = pLimit(context.fanOut);
  const results = await Promise.all(
    items.map((item) =>
      limit(() => {
        const bound = Object.fromEntries(Object.entries(each.bind).map(([field, from]) => [field, item[from]]));
        return single(operation, read, { ...input, ...bound }, bound, context);
      }),
    ),
  );
  return {
    rows: results.flatMap(({ rows }) => rows),
    truncated: listed.truncated || results.some(({ truncated }) => truncated),
    failures: mergeFailures([...listed.failures, ...results.flatMap(({ failures }) => failures)]),
    evidence: [...listed.evidence, ...results.flatMap(({ evidence }) => evidence)],
  };
}

async function single(operation: string, read: ReadDefinition, input: Fields, bound: Fields, context: ReadContext): Promise<ReadResult> {
  const { items, absent, truncated, failures, evidence } = await pages(operation, read, input, context);
  const { account, region } = context.target;
  // A per-resource read's input is part of what its row is about, bound from a list or given.
  const subject = Object.keys(bound).length > 0 ? bound : Object.fromEntries(Object.keys(read.each?.bind ?? {}).map((field) => [field, input[field]]));
  const rowContext = { account, region, bound: { ...input, ...subject }, absent };
  const kept = absent === null ? items.filter((item) => isWithin(item, context)) : [{}];
  return { rows: kept.map((item) => toRow(item, read, rowContext)), truncated, failures, evidence };
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
      return done({ truncated: items.length > 0, failures: [{ ...failureOf(late, attempt), access: "None missing: ask for fewer accounts, regions or resources." }] });
    }
    let response: unknown;
    try {
      response = await connected.send(operation, { ...input, ...size, ...read.fixed, ...(token === undefined || !paginate ? {} : { [paginate.request]: token }) });
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
    if (paginate?.maxItems !== undefined && items.length >= paginate.maxItems && token) return done({ items: items.slice(0, paginate.maxItems), truncated: true });
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
