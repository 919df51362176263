/**
 * Joins a service's catalog to its SDK client. The types compare every operation, input field, projected
 * field and pagination token with the SDK's own, so a typo in a catalog file does not compile.
 */
import type { AwsCredentialIdentity } from "@smithy/types";
import type { ReadDefinition, ServiceDefinition } from "../../config/catalog/define.ts";
import type { Checked, CommandClass } from "./sdk-check.ts";

/** A client in one account and region. */
export interface ConnectedService {
  /**
   * Sends one catalog operation and resolves to the SDK's output.
   * @throws the SDK's error once its retries are spent; Error for an operation or field outside the catalog.
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
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

/** Throttling and transient errors are retried with the SDK's exponential backoff and jitter, three times. */
const RETRIES = { maxAttempts: 4, retryMode: "standard" } as const;
/** Milliseconds; without them a silent endpoint would use up the worker's ten minutes. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 } as const;

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

/** The last gate before AWS: only fields of the catalog's entry, its times as dates. */
function commandInput(at: string, read: ReadDefinition, input: Record<string, unknown>): Record<string, unknown> {
  const { paginate, fixed, times } = read;
  const known = new Set([
    ...Object.keys(read.input.shape),
    ...Object.keys(fixed ?? {}),
    ...(paginate ? [paginate.request, ...(paginate.limit ? [paginate.limit.field] : [])] : []),
  ]);
  const unknown = Object.keys(input).find((field) => !known.has(field));
  if (unknown !== undefined) throw new Error(`${at}: ${unknown} is not an input of its catalog entry`);
  return Object.fromEntries(
    Object.entries({ ...input, ...fixed }).map(([field, value]) => [field, times?.includes(field) && typeof value === "string" ? new Date(value) : value]),
  );
}
