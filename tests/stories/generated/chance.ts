/** Chance that can be repeated: the same seed gives the same draws. */

export interface Chance {
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  flip(): boolean;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** A 32-bit xorshift (Marsaglia, "Xorshift RNGs", 2003). @param seed a whole number; 0 counts as 1. */
export function chance(seed: number): Chance {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const below = (bound: number) => next() % bound;
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[below(items.length)] as T;
  };
  // The first draws of a small seed are small themselves.
  for (let warm = 0; warm < 16; warm++) next();
  return {
    below,
    flip: () => below(2) === 1,
    pick,
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item),
  };
}
