/** Marks what the answer and findings claim and no evidence contains. Pure. */
import type { Admission, FailureReport, Finding, ResultTable, RoleResolution } from "../shared/contracts.ts";
import { canonicalArn, findArns, type KnownArns, knownArns } from "./arns.ts";
import { contentOf, fieldNames, occurring } from "./cells.ts";
import { type Claim, findClaims, isoDate } from "./claims.ts";
import { countsOf } from "./counts.ts";
import { plainText } from "./plain.ts";

/** Different claims that are checked, and places that are told: more than any honest answer has, and little to compute. */
export const MOST_CLAIMS = 500;

const NONE = knownArns([]);

type Placed = Claim & { readonly written: Unsupported };

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
 * A resource must be a string of a table. An ARN in a text may also be the role of a failure or the identity a
 * worker had. A number may be a cell, be said in the request, or be counted from tables, failures and supported
 * resources (counts.ts). Another word with a digit must be a whole name of a cell, the request or the reads. A
 * small number is often supported by chance: the mark finds inventions, it does not prove an answer.
 */
export function checkSupport(answer: string, findings: readonly Finding[], grounds: Grounds): Supported {
  const { tables, admission } = grounds;
  const read = contentOf(tables);
  const resources = findings.map((finding) => finding.resources.map((resource) => read.strings.has(resource)));
  const places = (admission?.targets ?? []).flatMap(({ account, name, regions }) => [account, name, ...regions]);
  const said = contentOf(tables, [grounds.question, ...places]);
  const arns = knownArns([
    ...embeddedArns(read.strings),
    ...grounds.failures.map(({ role }) => role),
    ...grounds.resolutions.flatMap(({ using, scopedRole }) => [using, scopedRole]),
  ]);
  const counts = countsOf(tables);
  const numbers = new Set([
    ...said.numbers,
    ...counts.numbers,
    ...grounds.counts,
    ...placeCounts(admission),
    ...findingCounts(findings, resources),
    ...questionNumbers(grounds.question, arns),
    ...(tables.length > 0 ? [0] : []),
  ]);

  const texts = [
    { where: "answer", text: answer },
    ...findings.flatMap(({ title, detail }, index) => [
      { where: `findings[${index}].title`, text: title },
      { where: `findings[${index}].detail`, text: detail },
    ]),
  ];
  const { claims, unchecked } = capped(texts.flatMap(({ text, where }) => claimsOf(text, where, arns)));
  const known = occurring(new Set(claims.flatMap(writings)), [...said.strings, ...names(grounds)]);
  const holds = (claim: Claim): boolean => {
    if (claim.kind === "arn") return arns.arns.has(canonicalArn(claim.text));
    const { values, percent } = claim;
    const supported = percent ? (value: number) => counts.percents.has(Math.round(value)) || said.numbers.has(value) : (value: number) => numbers.has(value);
    return (values.length > 0 && values.every(supported)) || writings(claim).some((writing) => known.has(writing));
  };
  return {
    resources,
    unsupported: [
      ...listed(
        claims.filter((claim) => !holds(claim)),
        unchecked,
      ),
      ...findings.flatMap((finding, index) =>
        finding.resources.flatMap((text, position) =>
          resources[index]?.[position] ? [] : [{ text, kind: "resource" as const, where: `findings[${index}].resources[${position}]`, at: 0 }],
        ),
      ),
    ],
  };
}

/** As a reader takes the text (plain.ts), each with the place and the writing it has there. */
function claimsOf(text: string, where: string, arns: KnownArns): Placed[] {
  const plain = plainText(text);
  return findClaims(plain.text, arns).map((claim) => {
    const { at, end } = plain.origin(claim.at, claim.at + claim.text.length);
    return { ...claim, written: { text: text.slice(at, end), kind: claim.kind, where, at } };
  });
}

/** All places of the first MOST_CLAIMS different claims, and how many different claims are left. */
function capped(all: readonly Placed[]): { claims: readonly Placed[]; unchecked: number } {
  const different = [...new Set(all.map(({ kind, text }) => `${kind} ${text}`))];
  const checked = new Set(different.slice(0, MOST_CLAIMS));
  return { claims: all.filter(({ kind, text }) => checked.has(`${kind} ${text}`)), unchecked: different.length - checked.size };
}

function listed(unsupported: readonly Placed[], unchecked: number): Unsupported[] {
  const shown = unsupported.slice(0, MOST_CLAIMS).map(({ written }) => written);
  const hidden = unsupported.length - shown.length;
  if (hidden + unchecked === 0) return shown;
  const text = `${unchecked} more claims were not checked, and ${hidden} more places are unsupported: at most ${MOST_CLAIMS} of each are told`;
  return [...shown, { text, kind: "number", where: "answer", at: 0 }];
}

/** How evidence may write a claim that no number carries; a whole number is never a part of something else. */
function writings({ kind, text }: Claim): string[] {
  const date = isoDate(text);
  if (date) return [date];
  return kind === "number" && /[^\d]/.test(text) ? [text, text.replace(/^[$€£v]/i, "")].filter((one) => /\D/.test(one)) : [];
}

/** Names that stand beside the cells: of columns, tags, reads, places and roles. What a model gave (a failure's resource) is none. */
function names({ tables, failures, resolutions }: Grounds): Set<string> {
  return new Set([
    ...tables.flatMap(({ evidenceId, operation, account, region, columns }) => [
      evidenceId,
      ...evidenceId.split(".", 1),
      operation,
      account,
      region,
      ...columns,
    ]),
    ...fieldNames(tables.map(({ rows }) => rows)),
    ...failures.flatMap(({ operation, account, region, role, errorCode }) => [operation, account, region, role, errorCode]),
    ...resolutions.flatMap(({ account, worker, using, scopedRole }) => [account, worker, using, scopedRole]),
  ]);
}

/** Cells that are an ARN, and ARNs inside longer texts (a policy's, say). */
function* embeddedArns(strings: ReadonlySet<string>): Generator<string> {
  for (const string of strings) {
    if (string.startsWith("arn:aws")) yield string;
    else if (string.includes("arn:aws")) for (const { text } of findArns(string, NONE)) yield text;
  }
}

function questionNumbers(question: string, arns: KnownArns): number[] {
  return findClaims(plainText(question).text, arns).flatMap(({ values }) => values);
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
