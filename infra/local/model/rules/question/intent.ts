/** What kind of request a text is. */
import { CONCEPTS } from "../concepts/index.ts";
import { sentencesOf } from "./normalize.ts";

export type Intent = "question" | "change" | "vague";

const POLITE =
  /^(?:(?:hi|hello|hey)[,!]? )?(?:please |kindly |now |then |also |and |just |go ahead and )*(?:(?:can|could|would|will) you |(?:i|we) (?:want|need|would like|'d like) (?:you )?to |let's |let us )?(?:please |kindly |just )*/i;
const CHANGE_VERBS =
  /^(?:block|stop|start|terminate|delete|remove|create|make|tag|untag|enable|disable|encrypt|rotate|attach|detach|close|revoke|restrict|fix|add|set|update|change|modify|apply|put|open|lock|unlock|reboot|restart|resize|deactivate|activate|grant|allow|deny|migrate|release|deploy|launch|run|move|rename|turn (?:on|off)|switch (?:on|off)|shut down|clean up|patch|upgrade|assign|replace|require|enforce|reserve|suspend|take|shut|lower|raise|reduce|increase|power (?:on|off)|drop|destroy|purge|empty|harden|secure|remediate)\b/i;
const NOTHING_NAMED =
  /^(?:it|this|that|them|these|those|things?|everything|something|the (?:problem|issue|thing)s?|my (?:stuff|things?|problem)s?|stuff|please|now|for me|up|all)?[\s.!?]*$/i;
const VAGUE =
  /^(?:help(?: me)?(?: out)?|hi|hello|hey|hello there|test|ping|please|do (?:it|something)|go|check|what now|what can you do|yes|no|ok|okay|thanks?(?: you)?)[\s.!?]*$/i;

export function intentOf(text: string): Intent {
  if (VAGUE.test(text) || !/[a-z]{2}/i.test(text)) return "vague";
  const orders = sentencesOf(text).flatMap((sentence) => orderIn(sentence) ?? []);
  if (orders.length === 0) return "question";
  return orders.some((object) => !NOTHING_NAMED.test(object) || namesAnything(text)) ? "change" : "vague";
}

/** What an imperative is to be done to; undefined when the sentence is none. */
function orderIn(sentence: string): string | undefined {
  const rest = sentence.replace(POLITE, "");
  const verb = CHANGE_VERBS.exec(rest)?.[0];
  if (verb === undefined || /^(?:open|running?|stopped|set) (?:ports?|instances|security|to)\b/i.test(rest)) return undefined;
  return rest.slice(verb.length).trim();
}

function namesAnything(text: string): boolean {
  return CONCEPTS.some(({ words }) => words.test(text));
}
