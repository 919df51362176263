/** An order: what an imperative wants done, to which kind of resource, and the steps for one of them. */
import type { Concept, Item } from "../concepts/concept.ts";
import type { Target } from "../evidence.ts";
import type { Place } from "./place.ts";

/** A step without its id and place's account. */
export interface Draft {
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** Steps in one account; a reference names an earlier one of the same draft by its number: `{ $ref: "1.GroupId" }`. */
export type Drafts = readonly Draft[];

/** Done to resources that are there. */
export interface Change {
  readonly kind: "change";
  /** "turn on Block Public Access for", followed by the resources. */
  readonly label: string;
  /** What is said of those that need nothing: "block all public access". */
  readonly settled: string;
  /** Words of the clause that it was read from. */
  readonly words: readonly string[];
  readonly concept: Concept;
  /** Reads besides the concept's base and those of its conditions. */
  readonly reads: readonly string[];
  /** Whether it has yet to be done; undefined: the evidence doesn't tell. */
  readonly open: (item: Item) => boolean | undefined;
  readonly drafts: (item: Item, target: Target) => Drafts;
  /** Too much to do to everything there is: something has to say to which. */
  readonly wary?: true;
}

/** Makes something new, in one account and region. */
export interface Making {
  readonly kind: "making";
  readonly label: string;
  readonly words: readonly string[];
  /** What it is made beside: read to find out. */
  readonly beside: Concept | null;
  /** The steps, or what has to be asked for them. */
  readonly drafts: (place: Place, beside: readonly Item[]) => Drafts | { readonly ask: string };
}

export interface Unclear {
  readonly kind: "unclear";
  readonly ask: string;
}

export type Order = Change | Making | Unclear;
/** Finds one order in a clause, or none. */
export type OrderReader = (clause: string) => Order | undefined;

/** For an imperative without parameters. */
export function ordered(verb: RegExp, make: (words: string) => Omit<Change, "kind" | "words"> | undefined): OrderReader {
  return (clause) => {
    const words = verb.exec(clause)?.[0];
    const change = words === undefined ? undefined : make(words);
    return words === undefined || change === undefined ? undefined : { kind: "change", words: [words], ...change };
  };
}

export function unclear(ask: string): Unclear {
  return { kind: "unclear", ask };
}
