/** Marks what the answer and findings claim and no evidence contains. Pure. */
import type { Admission, FailureReport, Finding, ResultTable, RoleResolution } from "../shared/contracts.ts";
import { type Content, contentOf, occursIn } from "./cells.ts";
import { type Claim, findClaims, isoDate } from "./claims.ts";
import { countsOf } from "./counts.ts";

export interface Unsupported {
  readonly text: string;
  readonly kind: "arn" | "number" | "resource";
  /** "answer", "findings[0].detail", "findings[0].resources[2]". */
  readonly where: string;
  /** Index of the text in that place. */
  readonly at: number;
}

export interface Grounds {
  readonly tables: readonly ResultTable[];
  readonly admission: Admission | null;
  /** The request's own text: what it says may be repeated, its ARNs aside. */
  readonly question: string;
  readonly failures: readonly FailureReport[];
  readonly resolutions: readonly RoleResolution[];
  /** Counts the report itself makes: failures, refused tasks. */
  readonly counts: readonly number[];
}

export interface Supported {
  /** Each finding's resources, in order: whether a table has the resource. */
  readonly resources: readonly (readonly boolean[])[];
  readonly unsupported: readonly Unsupported[];
}

/**
 * A resource must be a string of a table. An ARN in a text may also be the role or resource of a failure or
 * the identity a worker had. A number may be a cell, be said in the request, or be counted from tables,
 * failures and supported resources (counts.ts). A small number is often supported by chance: the mark finds
 * inventions, it does not prove an answer.
 */
export function checkSupport(answer: string, findings: readonly Finding[], grounds: Grounds): Supported {
  const { tables, admission } = grounds;
  const read = contentOf(tables);
  const resources = findings.map((finding) => finding.resources.map((resource) => read.strings.has(resource)));
  const places = (admission?.targets ?? []).flatMap(({ account, name, regions }) => [account, name, ...regions]);
  const said = contentOf(tables, [grounds.question, ...places]);
  const arns = new Set([
    ...embeddedArns(read.strings),
    ...grounds.failures.flatMap(({ role, resource }) => [role, resource ?? ""]),
    ...grounds.resolutions.flatMap(({ using, scopedRole }) => [using, scopedRole]),
  ]);
  const counts = countsOf(tables);
  const numbers = new Set([
    ...said.numbers,
    ...counts.numbers,
    ...grounds.counts,
    ...placeCounts(admission),
    ...findingCounts(findings, resources),
    ...questionNumbers(grounds.question),
    ...(tables.length > 0 ? [0] : []),
  ]);

  const holds = (claim: Claim): boolean => {
    if (claim.kind === "arn") return arns.has(claim.text);
    if (claim.percent) return claim.values.every((value) => counts.percents.has(Math.round(value)) || said.numbers.has(value));
    if (claim.values.length > 0 && claim.values.every((value) => numbers.has(value))) return true;
    return compositeHolds(claim, said);
  };
  const check = (text: string, where: string): Unsupported[] =>
    findClaims(text, arns)
      .filter((claim) => !holds(claim))
      .map(({ kind, text: claimed, at }) => ({ text: claimed, kind, where, at }));

  return {
    resources,
    unsupported: [
      ...check(answer, "answer"),
      ...findings.flatMap((finding, index) => [
        ...check(finding.title, `findings[${index}].title`),
        ...check(finding.detail, `findings[${index}].detail`),
        ...finding.resources.flatMap((text, position) =>
          resources[index]?.[position] ? [] : [{ text, kind: "resource" as const, where: `findings[${index}].resources[${position}]`, at: 0 }],
        ),
      ]),
    ],
  };
}

function compositeHolds(claim: Claim, said: Content): boolean {
  const date = isoDate(claim.text);
  if (date) return occursIn(date, said.strings);
  return /[.:/-]/.test(claim.text) && occursIn(claim.text, said.strings);
}

/** Cells that are an ARN, and ARNs inside longer texts (a policy's, say). */
function* embeddedArns(strings: ReadonlySet<string>): Generator<string> {
  const none: ReadonlySet<string> = new Set();
  for (const string of strings) {
    if (string.startsWith("arn:aws")) yield string;
    else if (string.includes("arn:aws")) for (const { kind, text } of findClaims(string, none)) if (kind === "arn") yield text;
  }
}

function questionNumbers(question: string): number[] {
  return findClaims(question, new Set()).flatMap(({ values }) => values);
}

function placeCounts(admission: Admission | null): number[] {
  if (!admission) return [];
  const { targets, exclusions } = admission;
  return [targets.length, new Set(targets.flatMap(({ regions }) => regions)).size, exclusions.length];
}

/** Findings in all and by severity, and the different resources they name that are supported. */
function findingCounts(findings: readonly Finding[], supported: readonly (readonly boolean[])[]): number[] {
  const named = findings.map(({ resources }, index) => resources.filter((_, position) => supported[index]?.[position]));
  const severities = [...new Set(findings.map(({ severity }) => severity))];
  const bySeverity = severities.flatMap((severity) => {
    const of = findings.map((finding, index) => (finding.severity === severity ? (named[index] ?? []) : []));
    return [findings.filter((finding) => finding.severity === severity).length, new Set(of.flat()).size];
  });
  return [findings.length, new Set(named.flat()).size, ...named.map((resources) => new Set(resources).size), ...bySeverity];
}
