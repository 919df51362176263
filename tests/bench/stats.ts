/** @param part 0 the least, 0.5 the median, 1 the greatest: nearest rank. @throws RangeError for no values. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no values to take a quantile of");
  return value;
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
export const dollars = (value: number): string => `$${value.toFixed(5)}`;
export const whole = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
