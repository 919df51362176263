/** IAM's wildcards: `*` any characters, `?` one. */

const compiled = new Map<string, RegExp>();

/** Case counts, unless both sides are lowered first. */
export function like(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value;
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    expression = new RegExp(`^${source}$`, "s");
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}

/** Actions are compared without regard to case (IAM User Guide, "Action"). */
export function likeAction(pattern: string, action: string): boolean {
  return like(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Wildcards of the first five parts of an ARN stay inside their part; in the sixth, the resource, they
 * match colons and slashes too (IAM User Guide, "Resource"). `*` alone matches everything, and an action
 * without resource-level permissions is asked for on `*`, which no ARN matches.
 * @throws when the pattern is neither `*` nor an ARN of six parts.
 */
export function likeArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = parts(pattern);
  if (wanted === undefined) throw new Error(`${pattern} is no ARN of six parts`);
  const given = parts(arn);
  return given?.every((part, index) => like(wanted[index] ?? "", part)) ?? false;
}

/** partition, service, region, account, resource behind "arn". */
function parts(arn: string): string[] | undefined {
  const [head, ...rest] = arn.split(":");
  if (head !== "arn" || rest.length < 5) return undefined;
  return [...rest.slice(0, 4), rest.slice(4).join(":")];
}
