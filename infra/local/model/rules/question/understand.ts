/** A person's whole text, understood or not. */
import type { Concept } from "../concepts/concept.ts";
import type { Target } from "../evidence.ts";
import { type Intent, intentOf } from "./intent.ts";
import { clausesOf, normalize } from "./normalize.ts";
import { type Question, questionsIn } from "./question.ts";
import { type Scope, scopeOf } from "./scope.ts";

export interface Understood {
  readonly intent: Intent;
  readonly questions: readonly Question[];
  readonly scope: Scope;
  /** "investigate …": a worker's own model is to choose the reads. */
  readonly investigate: boolean;
  /** Words that nothing was made of. */
  readonly ignored: readonly string[];
  readonly text: string;
}

const INVESTIGATE = /^(?:please |can you |could you )*(?:investigate|look into|dig into|explore|analy[sz]e)\b/i;

export function understand(original: string, targets: readonly Target[], now: Date): Understood {
  const text = normalize(original);
  const questions: Question[] = [];
  let before: Concept | undefined;
  for (const clause of clausesOf(text)) {
    const found = questionsIn(clause, before, now);
    questions.push(...found);
    before = found[0]?.concept ?? before;
  }
  const rest = without(
    text,
    questions.flatMap(({ words }) => words),
  );
  // A tag's value may be called "production": what conditions used names no place. Nouns do no harm either way.
  const scope = scopeOf(
    without(
      text,
      questions.flatMap(({ conditions }) => conditions.flatMap(({ words }) => words.filter((word) => /tag/i.test(word)))),
    ),
    targets,
  );
  return {
    intent: intentOf(text),
    questions,
    scope,
    investigate: INVESTIGATE.test(text),
    ignored: questions.length > 0 ? ignoredIn(without(rest, scope.words)) : [],
    text,
  };
}

function without(text: string, words: readonly string[]): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => (word === "" ? rest : rest.replace(new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"), " ")), text);
}

/** Words that carry no condition. */
const PLAIN = new Set(
  `a about account accounts across all also am an and any are as at aws be been both by can check count currently do does each either ever every everything exist existing exists find for from get give has have how i if in into is it its just kind list many me my name names need new now number of on or our out over own please region regions report resources right see show some still tell than that the their them there these they this those to too total up us want was we were what when where whether which who whose will with within without would you your environment environments env investigate look analyze analyse explore dig open let allow allows allowing configured set enabled using used use having recently recent latest last made did done been not non only something anything run runs minute minutes hour hours day days week weeks month months today yesterday both either neither one ones two three four five`.split(
    " ",
  ),
);

function ignoredIn(rest: string): string[] {
  const words = rest.match(/[A-Za-z][\w.:/-]*\w/g) ?? [];
  return [...new Set(words.filter((word) => word.length > 2 && !PLAIN.has(word.toLowerCase())))];
}
