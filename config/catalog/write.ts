/**
 * The grammar of the catalog's writes (law 4): what a change takes, which IAM actions and ARNs it needs, what it
 * promises, and how it is undone. Pure data and pure functions: no SDK, no I/O.
 */
import type { z } from "zod";

/** C11. `sensitive`: IAM, security groups, encryption. `destructive`: what was there is gone; needs its own confirmation (E12, S11). */
export const OPERATION_CLASSES = ["non-destructive", "sensitive", "destructive"] as const;
export type OperationClass = (typeof OPERATION_CLASSES)[number];

export type StepInput = Readonly<Record<string, unknown>>;

/** Rows of a resource's reads by read operation (or what `as` calls it); a row is keyed by its columns ("State.Name"), projected and redacted as discovery does. No rows: absent. */
export type State = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A value that an earlier step makes: `{ "$ref": "s1.GroupId" }`. Hashed as it stands, filled from the ledger (law 7). */
export interface Reference {
  readonly $ref: string;
}

/**
 * One IAM action a write needs, dependent ones too (PassRole, CreateTags). `resource` is an ARN with
 * `${region}`, `${account}` and `${InputField}` open (a list gives one ARN for each value); a role's policy turns input fields into
 * `*` or what the settings list (`limited`), a session policy fills them. Condition values likewise.
 */
export interface WritePermission {
  readonly action: string;
  readonly resource: `arn:${string}` | "*";
  /** Why the ARN is wide (`*`, or a resource that does not exist yet). Printed beside the statement. */
  readonly why?: string;
  /** The resource is made by this call: in a session policy the statement also asks for the request tag `CoworkerRequest` (law 7). */
  readonly onCreate?: true;
  /** Condition for role and session alike: "iam:PassedToService" and so on. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Needed only when the input has this field (an instance profile's PassRole). */
  readonly when?: string;
}

/**
 * Where a value of a read comes from: an input field of the write, or a text with `${account}`, `${region}` and
 * `${InputField}` (an ARN).
 */
export type Source = string;

/** A catalog read that shows a write's resource before and after it. state.ts has what asks and what matches. */
export interface BeforeRead {
  /** A read of the same service. */
  readonly operation: string;
  /**
   * Input field of the read → its source; a one-element list or EC2's filters in the read's form:
   * `{ InstanceIds: ["InstanceId"] }`, `{ Filters: [{ Name: "volume-id", Values: ["VolumeId"] }] }`. A filter finds
   * nothing where an id fails, so what is deleted reads as absent.
   */
  readonly by: Readonly<Record<string, Source | readonly [Source] | readonly { readonly Name: string; readonly Values: readonly [Source] }[]>>;
  /** Column of a row → the source that it must equal: which of the rows are this resource's. */
  readonly match: Readonly<Record<string, Source>>;
  /** Asked only when the input has these values. */
  readonly when?: Readonly<Record<string, string>>;
  /**
   * What the change rests on, not what it changes: a snapshot's volume, a bucket's tags. Shown and hashed, but no sign
   * that a resource to be made exists, and not read back.
   */
  readonly context?: true;
  /** Its name in the state where another read of the write has the operation's: of context only, since nothing is promised of it. */
  readonly as?: string;
  /** Columns that make up the state; changes of others are no drift. */
  readonly columns: readonly string[];
}

export interface CallContext {
  readonly account: string;
  readonly region: string;
  /** The same for every attempt at a step of a request: what AWS's client tokens take (64 characters of [A-Za-z0-9-] at most). */
  readonly clientToken: string;
}

/** One SDK command. Several of a write run in order; if one fails, those done are taken back by `compensate`, last first. */
export interface WriteCall<Command extends string = string> {
  /** The SDK's command without "Command". */
  readonly command: Command;
  readonly input: (given: StepInput, context: CallContext) => Record<string, unknown>;
  /** Left out when it says false. */
  readonly when?: (given: StepInput) => boolean;
  /** Error codes that mean the effect is there already. */
  readonly already?: readonly string[];
  /** Where AWS says so of a name that is taken by no error: it answers as if it had made it. */
  readonly silent?: (context: CallContext) => boolean;
}

/** What the state will be: by read operation, columns and their values; `null`: no row any more. An object value needs its keys only (null: key absent). */
export type Promised = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

export interface Inverse {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a repeated call is kept to one effect. `none`: AWS offers nothing; after a crash the outcome is `indeterminate`. */
export type Idempotency =
  | { readonly kind: "natural" }
  | { readonly kind: "client-token" }
  | { readonly kind: "name"; readonly field: string }
  | { readonly kind: "none"; readonly lookAt: string };

export interface CostEstimate {
  /** US dollars a month that the resource costs, before and after. */
  readonly before: number;
  readonly after: number;
  /** Quantity × unit price, region and source. */
  readonly basis: string;
}

export interface WriteDefinition<Input extends z.ZodObject = z.ZodObject, Command extends string = string> {
  /** One sentence for the planner's tool and the docs. */
  readonly summary: string;
  /** What it changes: "bucket", "instance". */
  readonly entity: string;
  readonly class: OperationClass;
  /** Only an undo may use it, with the ledger's before-image as its input (DESIGN "Inverses"). */
  readonly inverseOnly?: true;
  readonly permissions: readonly [WritePermission, ...WritePermission[]];
  /** Closed. One resource a step. `Tags`, where it creates, is a record; the system adds and overwrites its own. */
  readonly input: Input;
  /** Input field → the setting that lists what it may say (settings.changes). Roles name the list, the guardrail refuses anything else. */
  readonly limited?: Readonly<Record<string, LimitingSetting>>;
  /** Input field → the limited field, given beside it, whose list it may not be on: what takes access logs writes none. */
  readonly apart?: Readonly<Record<string, string>>;
  /** Input fields that may be a reference to an earlier step's output. */
  readonly references?: readonly string[];
  /** The resource: `${region}`, `${account}`, `${InputField}`; for what does not exist yet the type's pattern with `*`. */
  readonly arn: string;
  /**
   * Present: the write makes a resource. `outputs`: output name (what references take) → dotted path in the SDK's answer to
   * `from`. `defaults`: what AWS gives it by itself where that is not nothing, of a write by name with several calls.
   */
  readonly creates?: { readonly from: string; readonly outputs: Readonly<Record<string, string>>; readonly defaults?: Promised };
  /** Whether the input takes tags (L16): then the required ones are asked for and the system's set. */
  readonly tagged?: true;
  /** Whether the made resource stores data (L04: DataClassification). */
  readonly storesData?: true;
  readonly before: readonly [BeforeRead, ...BeforeRead[]];
  /** Reads of what was made, by its outputs and the input; absent: `before` finds it too. */
  readonly after?: readonly [BeforeRead, ...BeforeRead[]];
  /** What in the state before stands against it, as a sentence with what to do instead; null: nothing. @param place the resource's own: of a bucket, where it is. */
  readonly precondition?: (given: StepInput, before: State, place: Pick<CallContext, "account" | "region">) => string | null;
  readonly calls: readonly [WriteCall<Command>, ...WriteCall<Command>[]];
  /** Takes back the calls of this write that were done before one failed, last first. */
  readonly compensate?: readonly WriteCall<Command>[];
  /** What the person is promised and what is read back. @param before the state before. */
  readonly promises: (given: StepInput, before: State) => Promised;
  /** Where promises can't say it (one rule among many): whether the state read back has the effect. */
  readonly done?: (given: StepInput, after: State) => boolean;
  /** Values of one column on the way to the promised one ("pending"): the worker reads again. */
  readonly settling?: { readonly operation: string; readonly column: string; readonly values: readonly string[]; readonly seconds: number };
  /** Null: it can't be undone (then `reversible` is "no"). @param output what the step made, as references. */
  readonly inverse: (given: StepInput, before: State, output: (name: string) => Reference) => Inverse | null;
  /** S11. `partly`: `notRestorable` says what stays changed. */
  readonly reversible: "yes" | "partly" | "no";
  readonly notRestorable?: readonly string[];
  readonly idempotency: Idempotency;
  readonly cost?: (given: StepInput, before: State, region: string) => CostEstimate;
  /** Seconds the step is expected to take. */
  readonly seconds: number;
}

/** Compile-time help for entries: keeps the input's type and the commands' names. */
export function defineWrite<const Input extends z.ZodObject, const Command extends string>(
  definition: WriteDefinition<Input, Command>,
): WriteDefinition<Input, Command> {
  return definition;
}

/** The tag that names the request which made a resource: the system sets it, and a session may create nothing without it (law 7). */
export const REQUEST_TAG = "CoworkerRequest";

/** Settings that list what an input field may say: config/catalog/limited.ts. */
export const LIMITING_SETTINGS = ["rolePath", "roleBoundary", "attachablePolicies", "detachablePolicies", "passableRoles", "logBuckets"] as const;
export type LimitingSetting = (typeof LIMITING_SETTINGS)[number];

export function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && typeof (value as { $ref?: unknown }).$ref === "string" && Object.keys(value).length === 1;
}
