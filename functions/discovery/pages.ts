/** One operation with one input in one place: its pages to the end (or truncated), its answers as evidence, its errors as reports. */
import type { ReadDefinition, ServiceDefinition } from "../../config/catalog/define.ts";
import type { FailureReport, WorkerCall, WorkerTarget } from "../shared/contracts.ts";
import { type Attempt, errorCode, failureOf } from "./failure.ts";
import { dropFields, rowsAt, valueAt } from "./project.ts";
import type { ConnectedService } from "./service.ts";

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

export type Fields = Readonly<Record<string, unknown>>;

export interface Pages {
  readonly items: Fields[];
  readonly absent: string | null;
  readonly truncated: boolean;
  readonly failures: FailureReport[];
  readonly evidence: unknown[];
}

/** Every page of one operation with one input, up to its bound or the worker's time. */
export async function pages(operation: string, read: ReadDefinition, input: Fields, context: ReadContext): Promise<Pages> {
  const { connected, target } = context;
  const items: Fields[] = [];
  const evidence: unknown[] = [];
  const attempt = attemptOf(operation, read, input, context);
  const done = (rest: Partial<Pages> = {}): Pages => ({ items, evidence, absent: null, truncated: false, failures: [], ...rest });
  const { paginate } = read;
  const owner = read.owner ? { [read.owner]: target.account } : {};
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
        ...owner,
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
    if (paginate && items.length >= paginate.maxItems && token) return done({ items: items.slice(0, paginate.maxItems), truncated: true });
  } while (token);
  return done();
}

/** Who asks for what, for reports. */
export function attemptOf(operation: string, read: ReadDefinition, input: Fields, { target, role }: ReadContext): Attempt {
  return { operation, account: target.account, region: target.region, role, permissions: read.permissions, ...resourceOf(input) };
}

/** Several AWS lists refuse a page size together with explicit ids (EC2: "MaxResults with InstanceIds"). */
function hasIds(input: Fields): boolean {
  return Object.entries(input).some(([field, value]) => /Ids$/.test(field) && Array.isArray(value) && value.length > 0);
}

function resourceOf(input: Fields): { resource?: string } {
  const named = Object.values(input).find((value) => typeof value === "string");
  return typeof named === "string" ? { resource: named } : {};
}

function withoutMetadata(response: unknown): unknown {
  return dropFields(response, { $metadata: true });
}
