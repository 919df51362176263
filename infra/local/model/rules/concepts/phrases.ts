/** How English says that something has, lacks or is something; builders of readers. */
import type { Condition, Item, Reader, Severity } from "./concept.ts";

const FILL = "(?: (?:a|an|any|the|its|their|some|own|server|default|active|all))*";
const STATE = "(?: (?:enabled|configured|set|required|enforced|on|turned on|attached|assigned|in place))?";
const VERBS = "(?:have|has|having|had|use|uses|using|with|require|requires|requiring|enforce|enforces|enforcing|enable|enables|enabled|enabling)";

/** "without X", "no X", "not using X", "X is off". */
export function lacking(noun: string): string {
  return `(?:without|with no|no|lack(?:s|ing)?|miss(?:es|ing)?|not ${VERBS})${FILL} (?:${noun})${STATE}\\b|(?:${noun}) (?:is |are )?(?:absent|missing|off|disabled|suspended|turned off|switched off|not (?:set|enabled|on|configured|required|enforced|turned on|in place|active|present))\\b`;
}

/** "with X", "X is on". */
export function having(noun: string): string {
  return `${VERBS}${FILL} (?:${noun})${STATE}\\b|(?:${noun}) (?:is |are )?(?:enabled|on|configured|required|enforced|set|active|in place|turned on|present)\\b`;
}

/** "not X", "unX", "non-X". */
export function not(adjective: string): string {
  return `\\b(?:not (?:(?:yet|fully|currently|being|been) )?|un-?|non-?)(?:${adjective})\\b`;
}

export interface Asked {
  /** Patterns that mean the condition, and that mean its opposite; opposites are looked for first. */
  readonly yes: readonly string[];
  readonly no: readonly string[];
  readonly label: string;
  readonly opposite: string;
  /** How bad it is to match the condition, and its opposite. */
  readonly severity?: Severity;
  readonly oppositeSeverity?: Severity;
  readonly reads?: readonly string[];
  readonly test: (item: Item) => boolean | undefined;
}

/** A condition that can be asked both ways. */
export function either({ yes, no, label, opposite, severity = "info", oppositeSeverity = "info", reads = [], test }: Asked): Reader {
  const patterns = [
    ...no.map((source) => ({
      source,
      condition: { label: opposite, severity: oppositeSeverity, opposite: label, oppositeSeverity: severity, reads, test: (item: Item) => negated(test(item)) },
    })),
    ...yes.map((source) => ({ source, condition: { label, severity, opposite, oppositeSeverity, reads, test } })),
  ].map(({ source, condition }) => ({ pattern: new RegExp(`(?<![\\w-])(?:${source})`, "i"), condition }));
  return (clause) => {
    for (const { pattern, condition } of patterns) {
      const words = pattern.exec(clause)?.[0];
      if (words !== undefined) return { ...condition, words: [words] };
    }
    return undefined;
  };
}

/** A condition with a parameter, from the first match of a pattern. */
export function parameter(pattern: RegExp, make: (match: RegExpExecArray) => Omit<Condition, "words"> | undefined): Reader {
  return (clause) => {
    const match = pattern.exec(clause);
    const condition = match ? make(match) : undefined;
    return match && condition ? { ...condition, words: [match[0]] } : undefined;
  };
}

export function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** True as soon as one is true; unknown before false. */
export function anyOf(...values: readonly (boolean | undefined)[]): boolean | undefined {
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}

/** False as soon as one is false; unknown before true. */
export function allOf(...values: readonly (boolean | undefined)[]): boolean | undefined {
  return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
}
