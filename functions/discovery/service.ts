/**
 * Joins a service's catalog to its SDK client. The types compare every operation, input field, projected
 * field and pagination token with the SDK's own, so a typo in a catalog file does not compile.
 */
import type { AwsCredentialIdentity } from "@smithy/types";
import type { ReadDefinition, ServiceDefinition } from "../../config/catalog/define.ts";
import { firstIssue } from "../shared/issue.ts";
import type { Checked, CommandClass } from "./sdk-check.ts";

/** A client in one account and region. */
export interface ConnectedService {
  /**
   * Sends one catalog operation and resolves to the SDK's output.
   * @throws the SDK's error once its retries are spent; Error for an operation, field or value outside the
   * catalog, and for a read of owned resources without the owner's account id.
   */
  send(operation: string, input: Record<string, unknown>): Promise<unknown>;
}

export interface ConnectOptions {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
  /** Put at the end of the user agent, so that CloudTrail shows for which request a call was made. */
  readonly userAgent: string;
}

export interface DiscoveryService {
  readonly definition: ServiceDefinition;
  connect(options: ConnectOptions): ConnectedService;
}

/** Configuration that every client takes. */
export interface ClientConfiguration {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
  readonly customUserAgent: string;
  readonly maxAttempts: number;
  readonly retryMode: "standard";
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number; readonly throwOnRequestTimeout: true };
}

/** Throttling and transient errors are retried with the SDK's exponential backoff and jitter, three times. */
const RETRIES = { maxAttempts: 4, retryMode: "standard" } as const;
/** Milliseconds; without them a silent endpoint would use up the worker's ten minutes. Without the last, the handler only warns. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true } as const;

interface Parts<Commands> {
  /** Makes the SDK client; a service's own options are added here. */
  readonly client: (configuration: ClientConfiguration) => unknown;
  /** The SDK's command class of each catalog operation, imported by name so that a bundle holds no other. */
  readonly commands: Commands;
}

export function discoveryService<
  const Definition extends ServiceDefinition,
  const Commands extends { readonly [Operation in keyof Definition["reads"]]: CommandClass },
>(definition: Definition & Checked<Definition["reads"], Commands>, { client, commands }: Parts<Commands>): DiscoveryService {
  const { service, reads }: ServiceDefinition = definition;
  const classes: Readonly<Record<string, CommandClass>> = commands;
  return {
    definition,
    connect({ region, credentials, userAgent }) {
      const sdk = client({ region, credentials, customUserAgent: userAgent, ...RETRIES, requestHandler: TIMEOUTS }) as {
        send(command: unknown): Promise<unknown>;
      };
      return {
        async send(operation, input) {
          const read = Object.hasOwn(reads, operation) ? reads[operation] : undefined;
          const Command = Object.hasOwn(classes, operation) ? classes[operation] : undefined;
          if (!read || !Command) throw new Error(`${service} has no read named ${operation} in the catalog`);
          // The types above compared every entry with its command; which one this is, is known at run time only.
          return sdk.send(new Command(commandInput(`${service}.${operation}`, read, input) as never));
        },
      };
    },
  };
}

/** The last gate before AWS: only what the catalog's entry takes, in its form, its owner and pages beside it, its times as dates. */
function commandInput(at: string, read: ReadDefinition, input: Record<string, unknown>): Record<string, unknown> {
  const { fixed = {}, times } = read;
  const [given, added] = partition(input, (field) => Object.hasOwn(read.input.shape, field));
  const legal = addedFields(read);
  const unknown = Object.keys(added).find((field) => !legal.has(field));
  if (unknown !== undefined) throw new Error(`${at}: ${unknown} is not an input of its catalog entry`);
  if (read.owner && !/^\d{12}$/.test(String(added[read.owner]))) throw new Error(`${at}: ${read.owner} must be the target's account id; nothing was sent`);
  const parsed = read.input.safeParse(given);
  if (!parsed.success) throw illegalInput(at, firstIssue(parsed.error));
  return Object.fromEntries(
    Object.entries({ ...parsed.data, ...added, ...fixed }).map(([field, value]) => [
      field,
      times?.includes(field) && typeof value === "string" ? new Date(value) : value,
    ]),
  );
}

/** Input that is not a request's to give: the catalog's own, the owner and the pages'. */
function addedFields({ fixed, owner, paginate }: ReadDefinition): ReadonlySet<string> {
  const pages = paginate ? [paginate.request, ...(paginate.limit ? [paginate.limit.field] : [])] : [];
  return new Set([...Object.keys(fixed ?? {}), ...(owner ? [owner] : []), ...pages]);
}

function partition(input: Record<string, unknown>, first: (field: string) => boolean): [Record<string, unknown>, Record<string, unknown>] {
  const entries = Object.entries(input);
  return [Object.fromEntries(entries.filter(([field]) => first(field))), Object.fromEntries(entries.filter(([field]) => !first(field)))];
}

/** Named, so that a report of it says what it is: a name of a list can be outside the catalog's form too. */
function illegalInput(at: string, issue: string): Error {
  const message = `${at}: ${issue}; nothing was sent`;
  return Object.assign(new Error(message), { name: "InputNotInCatalogForm" });
}
