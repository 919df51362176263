/** What a write needs of IAM, and needs as statements: shared by roles and session policies. Pure. */
import type { ReadDefinition } from "./define.ts";
import type { WriteDefinition, WritePermission } from "./write.ts";

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly condition: Condition;
  readonly why?: string;
}

export interface Grouped {
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Condition;
  readonly why?: string;
}

/** Permissions of the reads that show a write's resource before and after it. @throws for a read that the service does not have. */
export function readPermissions({ before, after }: WriteDefinition, reads: Readonly<Record<string, ReadDefinition>>): WritePermission[] {
  const operations = new Set([...before, ...(after ?? [])].map(({ operation }) => operation));
  return [...operations].flatMap((operation) => {
    const read = Object.hasOwn(reads, operation) ? reads[operation] : undefined;
    if (!read) throw new Error(`${operation}, which shows a write's resource, is not among the service's reads`);
    return read.permissions;
  });
}

/** One statement for each set of resources and conditions that actions share: what keeps policies below IAM's sizes. */
export function grouped(needs: readonly Need[]): Grouped[] {
  const byAction = Map.groupBy(needs, ({ action, condition }) => JSON.stringify([action, condition]));
  const whole = [...byAction.values()].map((alike) => ({ needs: alike, resources: narrowest(alike.map(({ resource }) => resource)) }));
  const byResources = Map.groupBy(whole, ({ needs: [first], resources }) => JSON.stringify([resources, first?.condition]));
  return [...byResources.values()].map((members) => {
    const all = members.flatMap((member) => member.needs);
    const condition = all[0]?.condition ?? {};
    const why = [...new Set(all.flatMap((need) => need.why ?? []))].join("; ");
    return {
      Action: [...new Set(all.map(({ action }) => action))].sort(),
      Resource: members[0]?.resources ?? [],
      ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
      ...(why ? { why } : {}),
    };
  });
}

/** Beside `*` no ARN says anything. */
function narrowest(resources: readonly string[]): string[] {
  const distinct = [...new Set(resources)].sort();
  return distinct.includes("*") ? ["*"] : distinct;
}

/** A condition's values, one operator and key at a time. */
export function mapCondition(condition: Condition, values: (texts: readonly string[]) => readonly string[]): Condition {
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, given]) => {
          const [only, ...more] = values(typeof given === "string" ? [given] : given);
          return [key, only !== undefined && more.length === 0 ? only : [...(only === undefined ? [] : [only]), ...more]];
        }),
      ),
    ]),
  );
}
