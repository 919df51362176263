/** Types only: where a catalog entry differs from the SDK command it stands for, as texts such as "GetBucketPolicy.project.Polcy". */
import type { z } from "zod";
import type { ReadDefinition } from "../../config/catalog/define.ts";

/** Any AWS SDK v3 command class. */
export type CommandClass = new (input: never) => { readonly input: object };

type Reads = Readonly<Record<string, ReadDefinition>>;

/** `unknown` when every entry agrees with its command; else a type that no definition has: the compiler lists its properties, the mistakes, as missing. */
export type Checked<R extends Reads, Commands> = [Mistakes<R, Commands>] extends [never]
  ? unknown
  : { readonly [Mistake in Mistakes<R, Commands>]: "differs from the SDK" };

type Mistakes<R extends Reads, Commands> =
  | (Exclude<keyof Commands, keyof R> extends infer Extra extends string ? `commands.${Extra}` : never)
  | {
      [Operation in keyof R & keyof Commands & string]: ReadMistakes<R[Operation], InputOf<Commands[Operation]>, OutputOf<Commands[Operation]>, Operation>;
    }[keyof R & keyof Commands & string];

type ReadMistakes<Read extends ReadDefinition, Input, Output, At extends string> =
  | InputMistakes<Read, Given<Read>, Input, `${At}.input`>
  | FixedMistakes<Present<Read, "fixed">, Input, `${At}.fixed`>
  | OwnerMistakes<Present<Read, "owner">, Input, `${At}.owner`>
  | PageMistakes<Present<Read, "paginate">, Input, Output, `${At}.paginate`>
  | MaskMistakes<Read["project"], Row<Read, Output>, `${At}.project`>
  | MaskMistakes<Present<Read, "drop">, Output, `${At}.drop`>
  | ArnMistakes<Present<Read, "arn">, Row<Read, Output>, Given<Read>, `${At}.arn`>;

// ---------------------------------------------------------------- the SDK's side

type InputOf<Command> = Command extends CommandClass ? InstanceType<Command>["input"] : never;
type OutputOf<Command> = Command extends CommandClass
  ? InstanceType<Command> extends { resolveMiddleware(...rest: never): (...rest: never) => Promise<{ output: infer Output }> }
    ? Output
    : never
  : never;

/** The type at a dotted path; `[]` enters a list. `never` where there is none. */
type AtPath<T, Path extends string> = Path extends `${infer Head}.${infer Rest}` ? AtPath<Step<T, Head>, Rest> : Step<T, Path>;
type Step<T, Part extends string> = Part extends `${infer Field}[]` ? Element<Property<T, Field>> : Property<T, Part>;
type Property<T, Field extends string> = Field extends keyof NonNullable<T> ? NonNullable<NonNullable<T>[Field]> : never;
type Element<T> = T extends readonly (infer Item)[] ? NonNullable<Item> : never;

/** A row that is no object is `{ Value }`, as ReadDefinition.items says. */
type Row<Read extends ReadDefinition, Output> = [Present<Read, "items">] extends [never]
  ? Output
  : AtPath<Output, Present<Read, "items">> extends infer Item
    ? Item extends object
      ? Item
      : { Value: Item }
    : never;

// ---------------------------------------------------------------- the catalog's side

/** What a request may give; zod's type for no fields at all has an index signature. */
type Given<Read extends ReadDefinition> = string extends keyof z.output<Read["input"]> ? Record<never, never> : z.output<Read["input"]>;

/** The type of an optional entry field that is there. */
type Present<Read, Field extends keyof ReadDefinition> = Read extends { readonly [F in Field]: infer Value }
  ? Extract<Value, NonNullable<ReadDefinition[Field]>>
  : never;

type InputMistakes<Read, Fields, Input, At extends string> =
  | {
      [F in keyof Fields & string]: F extends keyof Input
        ? [Exclude<Fields[F], undefined>] extends [F extends TimesOf<Read> ? AsText<Input[F]> : Input[F]]
          ? never
          : `${At}.${F}`
        : `${At}.${F}`;
    }[keyof Fields & string]
  | (Exclude<Required<Input>, keyof Fields | FixedNames<Read>> extends infer Missing extends string ? `${At} lacks ${Missing}` : never)
  | (Exclude<TimesOf<Read>, keyof Fields> extends infer Extra extends string ? `${At} times ${Extra}` : never);
type TimesOf<Read> = [Present<Read, "times">] extends [never] ? never : Present<Read, "times"> extends readonly (infer Name extends string)[] ? Name : never;
type AsText<Value> = Value extends Date ? string : Value extends undefined ? undefined : never;
type Required<Input> = { [F in keyof Input]-?: Record<never, never> extends Pick<Input, F> ? never : F }[keyof Input];

/** `keyof never` would be every name. */
type FixedNames<Read> = [Present<Read, "fixed">] extends [never] ? never : keyof Present<Read, "fixed">;

type FixedMistakes<Fixed, Input, At extends string> = [Fixed] extends [never]
  ? never
  : { [F in keyof Fixed & string]: F extends keyof Input ? (Writable<Fixed[F]> extends Input[F] ? never : `${At}.${F}`) : `${At}.${F}` }[keyof Fixed & string];
type Writable<T> = { -readonly [F in keyof T]: Writable<T[F]> };

type OwnerMistakes<Owner, Input, At extends string> = [Owner] extends [never]
  ? never
  : Owner extends keyof Input & string
    ? [string] extends [Input[Owner]]
      ? never
      : `${At} ${Owner}`
    : `${At} ${Owner & string}`;

type PageMistakes<Pages, Input, Output, At extends string> = Pages extends {
  readonly request: infer Token extends string;
  readonly response: infer Next extends string;
}
  ?
      | (Token extends keyof Input ? never : `${At}.request ${Token}`)
      | ([AtPath<Output, Next>] extends [never] ? `${At}.response ${Next}` : AtPath<Output, Next> extends string ? never : `${At}.response ${Next}`)
      | (Pages extends { readonly limit: { readonly field: infer Size extends string } } ? (Size extends keyof Input ? never : `${At}.limit ${Size}`) : never)
  : never;

type MaskMistakes<M, T, At extends string> = [M] extends [never]
  ? never
  : {
      [F in keyof M & string]: F extends keyof Opened<T>
        ? M[F] extends object
          ? MaskMistakes<M[F], Opened<T>[F], `${At}.${F}`>
          : LeafMistakes<M[F], NonNullable<Opened<T>[F]>, `${At}.${F}`>
        : `${At}.${F}`;
    }[keyof M & string];
/** Lists are transparent to masks. */
type Opened<T> = NonNullable<T> extends readonly (infer Item)[] ? NonNullable<Item> : NonNullable<T>;
type LeafMistakes<How, T, At extends string> = How extends "json" | "urlJson"
  ? T extends string
    ? never
    : `${At} is no text`
  : How extends "tags"
    ? T extends readonly { Key?: string | undefined; Value?: string | undefined }[]
      ? never
      : `${At} is no list of tags`
    : never;

type ArnMistakes<Arn, Item, Fields, At extends string> =
  Exclude<Placeholders<Arn>, "region" | "account" | keyof Fields> extends infer Name extends string
    ? Name extends Name
      ? [AtPath<Item, Name>] extends [never]
        ? `${At} ${Name}`
        : never
      : never
    : never;
type Placeholders<Text> = Text extends `${string}\${${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
