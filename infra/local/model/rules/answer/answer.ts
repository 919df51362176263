/** The answer tool's input: the answer first, then each account and region, then what could not be read. */
import { textAt } from "../cells.ts";
import type { Severity } from "../concepts/concept.ts";
import type { Evidence, Target } from "../evidence.ts";
import { isWhole } from "../items.ts";
import { offline } from "../offline.ts";
import type { Question } from "../question/question.ts";
import type { Understood } from "../question/understand.ts";
import { type Finding, findingsOf, placesOf } from "./findings.ts";
import { gapsIn } from "./gaps.ts";
import { type Judged, judge, worst } from "./judge.ts";
import { accountName, nameOf, namesIn, predicate } from "./words.ts";

export interface Answer {
  readonly answer: string;
  readonly findings: readonly Finding[];
}

/** The answer tool's schema allows 20,000 characters and 200 findings. */
const MOST_ANSWER = 18_000;
const MOST_FINDINGS = 200;

export function answerQuestions(understood: Understood, evidence: Evidence, targets: readonly Target[]): Answer {
  const parts = understood.questions.map((question) => answerOne(question, understood, evidence, targets));
  return assemble(
    parts.map(({ first }) => first).join(" "),
    parts.flatMap(({ lines }) => lines),
    understood,
    evidence,
    targets,
    parts.flatMap(({ findings }) => findings),
  );
}

/** @param first sentence(s). */
export function assemble(
  first: string,
  lines: readonly string[],
  { ignored }: Understood,
  evidence: Evidence,
  targets: readonly Target[],
  findings: readonly Finding[],
): Answer {
  const unused = ignored.length > 0 ? [`Words of the request that these rules made nothing of: ${ignored.join(", ")}.`] : [];
  const text = [
    offline(first),
    ...lines,
    ...gapsIn(evidence, targets),
    ...unused,
    "This was written by the offline rule-based model: matching words, no language model.",
  ].join("\n");
  return { answer: text.length > MOST_ANSWER ? `${text.slice(0, MOST_ANSWER)}… (shortened)` : text, findings: findings.slice(0, MOST_FINDINGS) };
}

function answerOne(
  question: Question,
  { scope, ignored }: Understood,
  evidence: Evidence,
  targets: readonly Target[],
): { first: string; lines: string[]; findings: Finding[] } {
  const { concept, conditions, match, form } = question;
  const judged = judge(question, evidence, scope);
  const label = conditions.map((condition) => condition.label).join(match === "any" ? " or " : " and ");
  const telling = form === "every" ? judged.failing : judged.matching;
  const told = form === "every" ? opposed(question) : label;
  const places = placesOf(telling).map(
    ({ account, region, items }) =>
      `- ${accountName(account, targets)}, ${region}: ${items.length}${form === "count" ? "" : `: ${namesIn(items.map((item) => nameOf(concept, item, targets)))}`}`,
  );
  const unknown =
    judged.unknown.length > 0
      ? [`Could not be judged, since what was needed was not read: ${namesIn(judged.unknown.map((item) => nameOf(concept, item, targets)))}.`]
      : [];
  return {
    first: sentence(question, ignored.length > 0, judged, label, evidence, targets),
    lines: [...places, ...groupsOf(question, judged), ...unknown],
    findings: findingsOf(question, telling, told, severityOf(question), evidence, targets),
  };
}

function sentence(
  { concept, conditions, form }: Question,
  partly: boolean,
  { items, matching, failing, unknown }: Judged,
  label: string,
  evidence: Evidence,
  targets: readonly Target[],
): string {
  const nouns = (count: number) => (count === 1 ? concept.noun : concept.plural);
  const bases = evidence.tables.filter((table) => table.service === concept.service && table.operation === concept.base);
  if (bases.length === 0) return `It can't be said which ${concept.plural} there are: ${concept.base} brought no evidence.`;
  const names = (list: typeof items) => (list.length === 0 ? "." : `: ${namesIn(list.map((item) => nameOf(concept, item, targets)))}.`);
  const whole = bases.every(isWhole) ? "" : "At least ";
  if (conditions.length === 0) {
    const start = partly
      ? "Only partly understood (the last lines say what was not), so not narrowed: "
      : form === "any"
        ? items.length > 0
          ? "Yes: "
          : "No: "
        : "";
    return `${start}${whole}${items.length} ${nouns(items.length)} found${names(items)}`;
  }
  if (form === "every") {
    const start = failing.length > 0 ? "No: " : unknown.length > 0 ? "Not certain: " : "Yes: ";
    return `${start}${matching.length} of ${items.length} ${nouns(items.length)} ${predicate(label, matching.length)}${failing.length > 0 ? `; not so${names(failing)}` : "."}`;
  }
  const start = form === "any" ? (matching.length > 0 ? "Yes: " : unknown.length > 0 ? "Not certain: " : "No: ") : "";
  return `${start}${whole}${matching.length} of ${items.length} ${nouns(items.length)} ${predicate(label, matching.length)}${names(matching)}`;
}

/** For "are all …?": what is said of the others. */
function opposed({ conditions }: Question): string {
  const [only] = conditions;
  return conditions.length === 1 && only?.opposite !== undefined ? only.opposite : "don't meet every condition asked";
}

function severityOf({ conditions, form }: Question): Severity {
  return worst(conditions.map(({ severity, oppositeSeverity }) => (form === "every" ? (oppositeSeverity ?? "info") : severity)));
}

function groupsOf({ group, concept }: Question, { matching }: Judged): string[] {
  if (group === undefined) return [];
  const counts = new Map<string, number>();
  for (const { fields } of matching) {
    const value = textAt(fields, group) ?? "(none)";
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [`By ${group} (${concept.plural}):`, ...[...counts].sort(([a], [b]) => a.localeCompare(b)).map(([value, count]) => `- ${value}: ${count}`)];
}
