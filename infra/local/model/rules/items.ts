/** A concept's items from the evidence: rows of its base read, each with the rows of other reads that belong to it. */
import { type Fields, textAt } from "./cells.ts";
import type { Concept, Item } from "./concepts/concept.ts";
import type { Evidence, Table } from "./evidence.ts";

const ACCOUNT_WIDE = "global";

/** Items in the order of the evidence; what was read twice counts once, as it was read last. */
export function itemsOf(concept: Concept, evidence: Evidence): Item[] {
  const tables = evidence.tables.filter(({ service }) => service === concept.service);
  const found = new Map<string, Item>();
  for (const table of tables.filter(({ operation }) => operation === concept.base)) {
    for (const fields of rowsOf(table)) {
      const arn = textAt(fields, "Arn") ?? null;
      const home = concept.region === undefined ? undefined : textAt(fields, concept.region);
      // Without an ARN and a name of its own a row is itself; one item an account when the concept has no key.
      const identity = concept.key === undefined ? "" : (arn ?? `${table.region} ${JSON.stringify(fields)}`);
      found.set(`${table.account} ${identity}`, {
        account: table.account,
        region: home ?? table.region,
        arn,
        fields,
        ...related(concept, fields, table, tables, evidence),
      });
    }
  }
  return [...found.values()];
}

export function rowsOf({ columns, rows }: Table): Fields[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

/** A table's rows were all shown. */
export function isWhole({ rows, total, truncated }: Table): boolean {
  return !truncated && (total ?? rows.length) <= rows.length;
}

function related(concept: Concept, fields: Fields, place: Table, tables: readonly Table[], evidence: Evidence): Pick<Item, "one" | "many"> {
  const inPlace = (operation: string) =>
    tables.filter(
      (table) => table.operation === operation && table.account === place.account && (table.region === place.region || table.region === ACCOUNT_WIDE),
    );
  const matching = (operation: string): Fields[] => {
    const join = concept.joins[operation];
    if (!join) throw new Error(`${concept.noun}: no join is written for ${operation}`);
    const ours = textAt(fields, join.ours);
    return ours === undefined
      ? []
      : inPlace(operation)
          .flatMap(rowsOf)
          .filter((row) => textAt(row, join.theirs) === ours);
  };
  return {
    one: (operation) => matching(operation).at(-1),
    many: (operation) => {
      const rows = matching(operation);
      const read = inPlace(operation);
      const failed = evidence.failures.some(
        (one) => one.service === concept.service && one.operation === operation && one.account === place.account && one.region === place.region,
      );
      // Rows that are there are certain; that there are no others is certain only after a whole read.
      return rows.length > 0 || (read.length > 0 && read.every(isWhole) && !failed) ? rows : undefined;
    },
  };
}
