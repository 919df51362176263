/** To which resources an order applies: by name, by condition, by place. Words that nothing was made of are no selection. */

import { judge } from "../answer/judge.ts";
import { tagsIn, textAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import type { Evidence, Target } from "../evidence.ts";
import { itemsOf } from "../items.ts";
import { type Question, questionAbout } from "../question/question.ts";
import { type Scope, scopeOf } from "../question/scope.ts";
import type { Change } from "./order.ts";
import { without } from "./words.ts";

export interface Selection {
  readonly question: Question;
  readonly scope: Scope;
  /** The clause without the order's own words, and without what is excepted. */
  readonly rest: string;
  readonly except: string | undefined;
}

/** "that lack it": what is still to be done is looked up anyway. */
const LACKING =
  /\b(?:(?:that|which|where|who) )?(?:(?:it )?(?:still )?(?:lacks?|lacking|miss(?:es|ing)?|need(?:s|ing)?)|(?:do|does) not (?:yet |already |currently )?have|(?:has|have|with) no(?:ne)?|without|not having|is missing|are missing)(?: (?:it|one|them|that|this|any))?(?: yet)?(?=\s*(?:$|[,.;]|\b(?:in|on|of|from|for|and)\b))/gi;
const EXCEPT = /,?\s*\b(?:except(?: for)?|but not|excluding|other than|apart from|leave out|save for)\b(.*)$/i;

export function select(order: Change, clause: string, text: string, targets: readonly Target[], now: Date): Selection {
  const bare = without(clause, order.words);
  const except = EXCEPT.exec(bare)?.[1]?.trim();
  const rest = bare.replace(EXCEPT, " ").replace(LACKING, " ");
  const here = scopeOf(withoutNames(rest, targets), targets);
  return {
    question: questionAbout(order.concept, rest, now),
    // A place that another sentence names holds for this one too.
    scope: here.words.length > 0 ? here : scopeOf(withoutNames(without(text, order.words), targets), targets),
    rest,
    except,
  };
}

/** Names such as "acme-website-sandbox-assets" say nothing of a place. */
function withoutNames(text: string, targets: readonly Target[]): string {
  return text.replace(/[\w.]+(?:-[\w.]+){2,}/g, (name) =>
    targets.some((target) => target.name === name.toLowerCase()) || /^[a-z]{2}(?:-gov)?-[a-z]+-\d$/i.test(name) ? name : " ",
  );
}

export interface Chosen {
  readonly items: readonly Item[];
  readonly settled: readonly Item[];
  /** What the evidence doesn't tell. */
  readonly unknown: readonly Item[];
  /** Words that no resource, condition or place was found by. */
  readonly ignored: readonly string[];
  /** Whether anything says to which. */
  readonly narrowed: boolean;
}

export function choose(order: Change, { question, scope, rest, except }: Selection, evidence: Evidence, targets: readonly Target[]): Chosen {
  const all = itemsOf(order.concept, evidence);
  const named = all.filter((item) => isMentioned(item, order, rest));
  const spared = except === undefined ? [] : all.filter((item) => isMentioned(item, order, except));
  const judged = judge(question, evidence, scope);
  const inNamed = (item: Item) => named.length === 0 || named.some((one) => same(one, item));
  const candidates = judged.matching.filter((item) => inNamed(item) && !spared.some((one) => same(one, item)));
  const names = [...named, ...spared].flatMap((item) => namesOf(item, order));
  const left = without(rest, [...names, ...question.words, ...question.conditions.flatMap(({ words }) => words), ...scope.words]);
  return {
    items: candidates.filter((item) => order.open(item) === true),
    settled: candidates.filter((item) => order.open(item) === false),
    unknown: [...judged.unknown.filter(inNamed), ...candidates.filter((item) => order.open(item) === undefined)],
    ignored: [...leftover(left), ...(except === undefined ? [] : leftover(without(except, names)))],
    narrowed: named.length > 0 || question.conditions.length > 0 || scope.targets.length < targets.length || scope.regions.length > 0,
  };
}

function namesOf({ fields }: Item, { concept }: Change): string[] {
  const key = concept.key === undefined ? undefined : textAt(fields, concept.key);
  const tag = concept.tags?.operation === concept.base ? tagsIn(fields[concept.tags.column]).Name : undefined;
  return [key, tag, textAt(fields, "GroupName"), textAt(fields, "UserName")].filter((name) => name !== undefined);
}

/** A name that could be a plain word counts only in quotes. */
function isMentioned(item: Item, order: Change, text: string): boolean {
  return namesOf(item, order).some((name) => {
    const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return /[-_.\d]/.test(name) ? new RegExp(`(?<![\\w.-])${pattern}(?![\\w-])`, "i").test(text) : new RegExp(`["']${pattern}["']`, "i").test(text);
  });
}

const same = (a: Item, b: Item) => a.account === b.account && (a.arn ?? JSON.stringify(a.fields)) === (b.arn ?? JSON.stringify(b.fields));

/** Words that choose nothing. "not", "no" and "without" are not among them. */
const PLAIN = new Set(
  `a an all any and are as at be both by can could currently each either every everything exist existing for from i iam in inside is it its just kindly list my now of on or our please s3 so ec2 that the their them there these they this those to too us we which who whose will with within would you your tag tags account accounts aws amazon env environment environments lambda region regions resource resources still also first then again yet immediately named called id ids name names`.split(
    " ",
  ),
);

function leftover(rest: string): string[] {
  const words = rest.match(/[A-Za-z0-9][\w.:/@-]*/g) ?? [];
  return [...new Set(words.filter((word) => !PLAIN.has(word.toLowerCase())))];
}
