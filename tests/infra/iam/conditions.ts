/** Condition operators: one entry each. A value of a request's context is one string; an operator or a policy variable that is not known here is an error, never a match. */
import { like, likeArn } from "./patterns.ts";
import type { Condition } from "./policy.ts";

export type Context = Readonly<Record<string, string>>;

const OPERATORS: Readonly<Record<string, (wanted: string, given: string) => boolean>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

/** Every operator, and in it every key, must hold; of a key's values one (of a negated operator's: none) must match. */
export function conditionsHold(condition: Condition, context: Context): boolean {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, given.get(key.toLowerCase()))),
  );
}

function holds(operator: string, wanted: readonly string[], given: string | undefined): boolean {
  const variable = wanted.find((value) => value.includes("${"));
  if (variable !== undefined) throw new Error(`policy variables are not evaluated: ${variable}`);
  if (operator === "Null") return wanted.some((value) => (value === "true") === (given === undefined));
  const ifExists = operator.endsWith("IfExists");
  const negated = /^(String|Arn)Not/.test(operator);
  const matches = OPERATORS[operator.replace(/IfExists$/, "").replace(/^(String|Arn)Not/, "$1")];
  if (matches === undefined) throw new Error(`condition operator ${operator} is not evaluated here; add it to conditions.ts`);
  // A key that is not there: IfExists holds, a negated operator holds, any other does not.
  if (given === undefined) return ifExists || negated;
  return wanted.some((value) => matches(value, given)) !== negated;
}
