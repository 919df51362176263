/** Drafts become the proposal's steps: numbered through, references with them. */
import type { Drafts } from "./order.ts";

export interface Step {
  readonly id: string;
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** Drafts in one account that may refer to each other. */
export interface Work {
  readonly account: string;
  readonly drafts: Drafts;
}

export function numbered(works: readonly Work[]): Step[] {
  let next = 1;
  return works.flatMap(({ account, drafts }) => {
    const base = next - 1;
    next += drafts.length;
    return drafts.map(({ service, region, operation, input, reason }, index) => ({
      id: `s${base + index + 1}`,
      service,
      account,
      region,
      operation,
      input: Object.fromEntries(Object.entries(input).map(([field, value]) => [field, shifted(value, base)])),
      reason,
    }));
  });
}

/** `{ $ref: "1.GroupId" }` of the second work of two steps is `{ $ref: "s3.GroupId" }`. */
function shifted(value: unknown, base: number): unknown {
  const reference = typeof value === "object" && value !== null && "$ref" in value ? String(value.$ref) : undefined;
  if (reference === undefined) return value;
  const [number = "1", output = ""] = reference.split(".");
  return { $ref: `s${base + Number(number)}.${output}` };
}
