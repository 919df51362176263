/** What the rules know about a kind of resource: its words, where it is read, and what can be asked of it. */
import type { Fields } from "../cells.ts";

/** One row of the concept's base read with the rows of other reads that belong to it. */
export interface Item {
  readonly account: string;
  /** Where it lives; "global" when it has no region. */
  readonly region: string;
  readonly arn: string | null;
  readonly fields: Fields;
  /** The row of a read that has one for each resource; undefined when it could not be read. */
  one(operation: string): Fields | undefined;
  /** The rows of a read that lists what belongs to the resource; undefined when they may be incomplete. */
  many(operation: string): readonly Fields[] | undefined;
}

export type Severity = "critical" | "high" | "medium" | "low" | "info";

/** What a question asks of each item. `undefined` from `test`: the evidence doesn't tell. */
export interface Condition {
  /** A predicate that follows the plural noun: "are public", "have no tags". */
  readonly label: string;
  readonly severity: Severity;
  /** The same of what doesn't meet it, where that has a name. */
  readonly opposite?: string;
  readonly oppositeSeverity?: Severity;
  /** Reads it needs besides the concept's base. */
  readonly reads: readonly string[];
  /** The words of the question that it was read from. */
  readonly words: readonly string[];
  readonly test: (item: Item) => boolean | undefined;
}

/** Finds one condition in a clause, or none. */
export type Reader = (clause: string, now: Date) => Condition | undefined;

export interface Concept {
  readonly service: string;
  readonly noun: string;
  readonly plural: string;
  readonly words: RegExp;
  /** A clause without the noun that can mean nothing else. */
  readonly implied?: RegExp;
  /** With several nouns in a clause the highest rank is asked about, then the first; 0 unless said. */
  readonly rank?: number;
  /** The read that lists all items, and its input for a clause. */
  readonly base: string;
  readonly input?: (clause: string, now: Date) => Readonly<Record<string, unknown>>;
  /** The base's field that identifies an item. Absent: there is one item an account. */
  readonly key?: string;
  readonly name?: (fields: Fields) => string;
  /** The base's field that says where an item lives, when the table's region doesn't. */
  readonly region?: string;
  /** Other reads: which of their fields equals which of the base's. */
  readonly joins: Readonly<Record<string, { readonly theirs: string; readonly ours: string }>>;
  readonly readers: readonly Reader[];
  /** What is meant when a clause names no condition. */
  readonly otherwise?: Reader;
  /** Where its tags are; an operation of `joins`, or the base. */
  readonly tags?: { readonly operation: string; readonly column: string };
  /** The base's field with the time it was made. */
  readonly created?: string;
  /** "by runtime": words of a breakdown and the base's field. */
  readonly groups?: Readonly<Record<string, string>>;
}
