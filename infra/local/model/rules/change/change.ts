/** The planner's part of a change: reads first, then one proposal of exact steps; what is unclear is asked, not guessed. */
import { nameOf, namesIn, predicate } from "../answer/words.ts";
import type { Read } from "../catalog.ts";
import type { Item } from "../concepts/concept.ts";
import { type Evidence, type Target, wasAsked } from "../evidence.ts";
import { itemsOf } from "../items.ts";
import { offline } from "../offline.ts";
import { type Scope, scopeOf } from "../question/scope.ts";
import type { Need } from "../reads.ts";
import type { Change, Drafts, Making } from "./order.ts";
import { ordersIn } from "./orders.ts";
import { placeOf } from "./place.ts";
import { type Chosen, choose, type Selection, select } from "./selection.ts";
import { numbered, type Step, type Work } from "./steps.ts";
import { missingTags, type Verdict } from "./verdict.ts";
import { without } from "./words.ts";

export type ChangeDecision =
  | { readonly tool: "discover"; readonly needs: readonly Need[]; readonly scope: Scope }
  | { readonly tool: "propose"; readonly input: { readonly summary: string; readonly steps: readonly Step[] } }
  | { readonly tool: "answer"; readonly input: { readonly answer: string; readonly findings: readonly [] } }
  | { readonly tool: "ask"; readonly input: { readonly missing: readonly string[] } }
  | { readonly tool: "decline"; readonly input: { readonly reason: string } };

export interface Situation {
  /** Normalized. */
  readonly text: string;
  readonly targets: readonly Target[];
  readonly evidence: Evidence;
  readonly offered: readonly Read[];
  /** "s3.PutPublicAccessBlock": what may be proposed. */
  readonly writes: ReadonlySet<string>;
  readonly mayRead: boolean;
  readonly verdict: Verdict | undefined;
  readonly now: Date;
}

type Pending = { readonly change: Change; readonly selection: Selection } | { readonly making: Making; readonly scope: Scope };

export function planChange(situation: Situation): ChangeDecision {
  const { text, targets, now } = situation;
  const pending: Pending[] = [];
  let before: { change: Change; clause: string } | undefined;
  for (const { clause, order } of ordersIn(text)) {
    if (!order) return ask(`what is to be done by "${clause.slice(0, 200)}": these rules know no step of the catalog for it`);
    if (order.kind === "unclear") return ask(order.ask);
    if (order.kind === "making") {
      const scope = scopeOf(without(text, order.words), targets);
      if (scope.missing !== undefined) return noAccount(scope.missing);
      pending.push({ making: order, scope });
      continue;
    }
    // "and terminate them": the same ones as before.
    const isThem: boolean = /^\s*(?:it|them|these|those)?\s*$/i.test(without(clause, order.words));
    const of: string = isThem && before?.change.concept === order.concept ? without(before.clause, before.change.words) : clause;
    const selection = select(order, of, text, targets, now);
    if (selection.scope.missing !== undefined) return noAccount(selection.scope.missing);
    pending.push({ change: order, selection });
    before = { change: order, clause: of };
  }
  if (pending.length === 0) return ask("what is to be changed");
  const reading = readsFor(pending, situation);
  if (reading) return reading;
  return propose(pending, situation);
}

function readsFor(pending: readonly Pending[], { evidence, offered, mayRead }: Situation): ChangeDecision | undefined {
  if (!mayRead) return undefined;
  const needs = pending.flatMap((one): Need[] => {
    const concept = "change" in one ? one.change.concept : one.making.beside;
    if (!concept) return [];
    const joined = "change" in one ? [...one.change.reads, ...one.selection.question.conditions.flatMap(({ reads }) => reads)] : [];
    const pointless = wasAsked(evidence, concept.service, concept.base) && itemsOf(concept, evidence).length === 0;
    return [concept.base, ...(pointless ? [] : joined)].map((operation) => ({ service: concept.service, operation, input: {} }));
  });
  const once = [...new Map(needs.map((need) => [`${need.service} ${need.operation}`, need])).values()];
  const missing = once.filter(
    (need) =>
      offered.some(({ service, operation }) => service === need.service && operation === need.operation) && !wasAsked(evidence, need.service, need.operation),
  );
  const [first] = pending;
  if (missing.length === 0 || !first) return undefined;
  const scopes = pending.map((one) => ("change" in one ? one.selection.scope : one.scope));
  const scope: Scope = {
    targets: [...new Set(scopes.flatMap(({ targets }) => targets))],
    regions: scopes.every(({ regions }) => regions.length > 0) ? [...new Set(scopes.flatMap(({ regions }) => regions))] : [],
    missing: undefined,
    words: [],
  };
  return { tool: "discover", needs: missing, scope };
}

function propose(pending: readonly Pending[], situation: Situation): ChangeDecision {
  const { evidence, targets, verdict, writes } = situation;
  const works: Work[] = [];
  const said: string[] = [];
  for (const one of pending) {
    if ("making" in one) {
      const made = draftsOf(one.making, one.scope, evidence);
      if ("ask" in made) return ask(made.ask);
      works.push({ account: made.account, drafts: made.drafts });
      said.push(`${capital(one.making.label)}.`);
      continue;
    }
    const { change, selection } = one;
    const chosen = choose(change, selection, evidence, targets);
    if (chosen.ignored.length > 0)
      return ask(`what these words of the request mean, since nothing was found by them and nothing is changed on a guess: ${namesIn(chosen.ignored)}`);
    if (change.wary && !chosen.narrowed) return ask(`which ${change.concept.plural} to ${change.label}: all of them is more than these rules do`);
    for (const item of chosen.items) {
      const target = targets.find(({ account }) => account === item.account);
      if (target) works.push({ account: item.account, drafts: change.drafts(item, target) });
    }
    said.push(...sentences(change, chosen, targets));
  }
  const steps = numbered(works);
  if (steps.length === 0) return { tool: "answer", input: { answer: offline(`Nothing to change. ${said.join(" ")}`), findings: [] } };
  const unknown = steps.find(({ service, operation }) => !writes.has(`${service}.${operation}`));
  if (unknown) return { tool: "decline", input: { reason: offline(`${unknown.service}.${unknown.operation} is no step that may be proposed.`) } };
  return verdict ? revised(steps, said, verdict) : proposal(steps, said);
}

function draftsOf(making: Making, scope: Scope, evidence: Evidence): { account: string; drafts: Drafts } | { ask: string } {
  const place = placeOf(scope);
  if ("ask" in place) return { ask: `${place.ask}, to ${making.label}` };
  const drafts = making.drafts(place, making.beside ? itemsOf(making.beside, evidence) : []);
  return "ask" in drafts ? drafts : { account: place.target.account, drafts };
}

/** What the guardrail sent back: what only a person knows is asked for; steps it denied are left out and named; nothing is tried in another way. */
function revised(steps: readonly Step[], said: readonly string[], verdict: Verdict): ChangeDecision {
  const tags = missingTags(verdict);
  if (tags.length > 0) return { tool: "ask", input: { missing: tags.map((key) => offline(`the value of the tag ${key}`)) } };
  const denied = verdict.steps.filter(({ decision }) => decision === "deny");
  const allowed = steps.filter(({ id, input }) => !denied.some(({ stepId }) => stepId === id || JSON.stringify(input).includes(`"${stepId}.`)));
  if (denied.length > 0 && allowed.length > 0) {
    const left = denied.map(({ stepId, reason }) => `${stepId}: ${reason}`).join("; ");
    return proposal(allowed, [...said, `Left out, since the guardrail denied them: ${left}`]);
  }
  return { tool: "decline", input: { reason: offline(`The guardrail refused this change (${verdict.code}): ${verdict.reason}`).slice(0, MOST_REASON) } };
}

/** Bounds of the tools' schemas. */
const MOST_SUMMARY = 3_900;
const MOST_REASON = 1_900;

function proposal(steps: readonly Step[], said: readonly string[]): ChangeDecision {
  return { tool: "propose", input: { summary: offline(said.join(" ")).slice(0, MOST_SUMMARY), steps } };
}

function sentences({ concept, label, settled: are }: Change, { items, settled, unknown }: Chosen, targets: readonly Target[]): string[] {
  const named = (list: readonly Item[]) => namesIn(list.map((item) => nameOf(concept, item, targets)));
  const count = (list: readonly Item[]) => `${list.length} ${list.length === 1 ? concept.noun : concept.plural}`;
  return [
    ...(items.length > 0 ? [`${capital(label)} ${count(items)}: ${named(items)}.`] : []),
    ...(settled.length > 0 ? [`${count(settled)} in scope ${predicate(are, settled.length)} already.`] : []),
    ...(unknown.length > 0 ? [`Not touched, since what is needed to judge them was not read: ${named(unknown)}.`] : []),
    ...(items.length + settled.length + unknown.length === 0 ? [`No ${concept.noun} fits.`] : []),
  ];
}

const ask = (missing: string): ChangeDecision => ({ tool: "ask", input: { missing: [offline(missing).slice(0, 480)] } });
const noAccount = (environment: string) => ask(`which account: none of this request's accounts is in ${environment}`);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
