/** Which accounts a request's text asks for and which it leaves out. Pure; one pass, linear in the text. */
import type { Account } from "../../config/accounts.ts";
import { type Token, tokens } from "./tokens.ts";
import { isArticle, isJoining, isScoping, isTowards, isUniversal, type Reach, reachOf, startsAccess, VALUE_BEFORE } from "./words.ts";

export interface Mentions {
  /** Ids the text asks for; one of 12 digits may be in no registry. */
  readonly included: ReadonlySet<string>;
  /** Ids of registered accounts the text leaves out. */
  readonly excepted: ReadonlySet<string>;
}

interface Reading {
  /** How the next account is meant. `unclear`: an exception lost its way ("ignore tags, list buckets in …"): names change nothing. */
  readonly mode: "value" | "include" | "except" | "unclear";
  readonly reach: Reach;
  /** An account of this list was read. */
  readonly listed: boolean;
  /** A comma or "and" was read since the last account or other word. */
  readonly joined: boolean;
  /** Other words stand between the excepting word and here. */
  readonly strayed: boolean;
  /** "all" or "everywhere" was read: a "but in" leaves out. */
  readonly universal: boolean;
  /** The last word that is no article. */
  readonly before: string;
}

const CLAUSE: Reading = { mode: "value", reach: "near", listed: false, joined: false, strayed: false, universal: false, before: "" };

/**
 * A registered name or an id of 12 digits is asked for behind a scoping word (in, of, for, from, on, across, within, only,
 * account), or in a list that began so. Behind an excepting word (except, exclude, but not, other than, apart from, not in,
 * outside, without, skip, ignore, leave … alone, everywhere but, never … into) it is left out, with the rest of its list.
 * Anywhere else it is a value, as in "roles that trust 123456789012". An excepting word whose clause turns to something else
 * before it names an account leaves the clause's names without effect.
 */
export function accountMentions(text: string, registry: readonly Account[]): Mentions {
  const ids = new Map(registry.flatMap(({ id, name }) => [[id, id] as const, [name, id] as const]));
  const included = new Set<string>();
  const excepted = new Set<string>();
  let reading = CLAUSE;
  for (const token of tokens(text)) {
    const id = isScoping(token.word) ? undefined : accountOf(token, ids);
    if (id && reading.mode === "include" && token.whole) included.add(id);
    if (id && reading.mode === "except" && ids.has(id)) excepted.add(id);
    reading = id ? { ...reading, listed: true, joined: false, before: token.word } : next(reading, token.word);
  }
  return { included, excepted };
}

function accountOf({ word }: Token, ids: ReadonlyMap<string, string>): string | undefined {
  const name = /^\d{4}-\d{4}-\d{4}$/.test(word) ? word.replaceAll("-", "") : word;
  return ids.get(name) ?? (/^\d{12}$/.test(name) ? name : undefined);
}

function next(reading: Reading, word: string): Reading {
  if (/^[.!?]$/.test(word)) return CLAUSE;
  const read = turn(reading, word);
  return { ...read, universal: reading.universal || isUniversal(word), before: isArticle(word) ? reading.before : word };
}

function turn(reading: Reading, word: string): Reading {
  const reach = reading.mode === "unclear" && word === "but" ? undefined : reachOf(word, reading.before);
  if (reach) return { ...reading, mode: "except", reach, listed: false, joined: false, strayed: false };
  if (isScoping(word)) return scoped(reading, word);
  if (isJoining(word)) return reading.listed || reading.strayed ? { ...reading, joined: true } : reading;
  const open = reading.mode === "except" && !reading.listed;
  if (isArticle(word) || (open && isTowards(word))) return reading;
  if (open && reading.reach === "near" && startsAccess(word)) return { ...reading, reach: "clause" };
  return other(reading, open);
}

function scoped(reading: Reading, word: string): Reading {
  const { mode, reach, listed, joined, strayed, before } = reading;
  const include: Reading = { ...reading, mode: "include", listed: false, joined: false, strayed: false };
  if (word === "only" || word === "just") {
    if (before === "not") return { ...include, mode: "unclear" };
    return mode === "except" && !listed && !strayed && reach !== "but" ? reading : include;
  }
  if (mode === "unclear") return reading;
  if (mode === "except" && listed) return joined ? reading : include;
  if (mode === "except") return openScope(reading, word, include);
  if (mode === "value" && word.startsWith("account") && VALUE_BEFORE.has(before)) return reading;
  return mode === "include" && listed && joined ? reading : include;
}

/** A scoping word behind an excepting one that has named no account yet. */
function openScope(reading: Reading, word: string, include: Reading): Reading {
  const { reach, strayed, joined, universal } = reading;
  const ofAccount = word === "of" || word.startsWith("account");
  if (reach === "clause") return strayed && joined ? { ...reading, mode: "unclear" } : reading;
  if (reach === "outside") return ofAccount ? reading : include;
  return reach === "near" || universal || ofAccount ? reading : include;
}

/** Any other word ends a list; an excepting word that reaches to the end of its clause goes on until "and" or a comma. */
function other(reading: Reading, open: boolean): Reading {
  if (reading.mode === "unclear") return reading;
  if (open && reading.reach === "clause") return reading.joined ? { ...reading, mode: "unclear" } : { ...reading, strayed: true };
  return { ...reading, mode: "value", listed: false, joined: false, strayed: false };
}
