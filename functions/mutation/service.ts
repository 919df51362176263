/**
 * Joins a service's writes to its SDK client. A command that an entry names and no class stands for does not
 * compile, nor does a class that no entry names.
 */
import type { ServiceDefinition } from "../../config/catalog/define.ts";
import type { WriteDefinition } from "../../config/catalog/write.ts";
import type { CommandClass } from "../discovery/sdk-check.ts";
import type { ClientConfiguration, ConnectOptions } from "../discovery/service.ts";

/** A client in one account and region, with one step's narrowed credentials. */
export interface ConnectedMutation {
  /**
   * Sends one SDK command that a write of the catalog names, with what the entry's `input` made.
   * @throws the SDK's error once its retries are spent; Error for a command that no entry names.
   */
  send(command: string, input: Record<string, unknown>): Promise<unknown>;
}

export interface MutationService {
  readonly definition: ServiceDefinition;
  connect(options: ConnectOptions): ConnectedMutation;
}

/** The service's writes by name. */
type Writes = Readonly<Record<string, WriteDefinition>>;
type Mutable = ServiceDefinition & { readonly writes?: Writes };
type CommandsOf<Definition extends Mutable> =
  NonNullable<Definition["writes"]> extends infer W
    ? W extends Readonly<Record<string, infer Write>>
      ? Write extends WriteDefinition<infer _Input, infer Command>
        ? Command
        : never
      : never
    : never;
/** A class too many has no place in the catalog: its name appears in the compiler's error. */
type Exact<Commands, Names extends string> = [Exclude<keyof Commands, Names>] extends [never]
  ? unknown
  : { readonly [Extra in Exclude<keyof Commands, Names> & string]: "no write names this command" };

interface Parts<Commands> {
  readonly client: (configuration: ClientConfiguration) => unknown;
  /** The SDK's class of each command in calls and compensations, imported by name so that a bundle holds no other. */
  readonly commands: Commands;
}

/** Milliseconds, as for reads. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true } as const;
/** Throttling and 5xx are retried where a second call has no second effect. */
const ATTEMPTS = { repeatable: 4, once: 1 } as const;

export function mutationService<const Definition extends Mutable, const Commands extends { readonly [Name in CommandsOf<Definition>]: CommandClass }>(
  definition: Definition,
  { client, commands }: Parts<Commands & Exact<Commands, CommandsOf<Definition>>>,
): MutationService {
  const { service, writes = {} }: Mutable = definition;
  const classes: Readonly<Record<string, CommandClass>> = commands;
  const once = new Set(
    Object.values(writes)
      .filter(({ idempotency }) => idempotency.kind === "none")
      .flatMap(({ calls }) => calls.map(({ command }) => command)),
  );
  return {
    definition,
    connect({ region, credentials, userAgent }) {
      const connectWith = (maxAttempts: number) =>
        client({ region, credentials, customUserAgent: userAgent, maxAttempts, retryMode: "standard", requestHandler: TIMEOUTS }) as {
          send(command: unknown): Promise<unknown>;
        };
      const clients = { repeatable: connectWith(ATTEMPTS.repeatable), once: connectWith(ATTEMPTS.once) };
      return {
        async send(command, input) {
          const Command = Object.hasOwn(classes, command) ? classes[command] : undefined;
          if (!Command) throw new Error(`${service} has no write that sends ${command}; nothing was sent`);
          return clients[once.has(command) ? "once" : "repeatable"].send(new Command(input as never));
        },
      };
    },
  };
}
