/** What a step leaves, by column: the promise is what will be verified, whatever the input calls it. Pure. */
import type { JudgedStep } from "../step.ts";

/** Values promised for columns of this name, of whichever read. */
export function promisedOf({ promised }: Pick<JudgedStep, "promised">, column: string): unknown[] {
  return Object.values(promised).flatMap((columns) => (columns !== null && Object.hasOwn(columns, column) ? [columns[column]] : []));
}

/** A list where AWS gives one ("[AES256]"), else the value itself. */
export function only(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}
