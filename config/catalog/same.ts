/** Equality of what AWS shows: what is not there is null. Pure. */

type Fields = Readonly<Record<string, unknown>>;

/** Whatever the order of lists; a key that is not there is null. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return (one ?? null) === (other ?? null);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && holds(one, other) && holds(other, one);
  const [left, right] = [one as Fields, other as Fields];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}

function holds(list: readonly unknown[], members: readonly unknown[]): boolean {
  return members.every((member) => list.some((one) => isSame(one, member)));
}

/** Of a list's field that no member has, discovery shows a null for each. */
export function isNothing(found: unknown): boolean {
  return found === null || found === undefined || (Array.isArray(found) && found.length > 0 && found.every(isNothing));
}
