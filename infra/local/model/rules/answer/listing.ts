/** The answer when no concept fits: what was read, counted and listed. */
import { type Fields, textAt } from "../cells.ts";
import type { Evidence, Table, Target } from "../evidence.ts";
import { rowsOf } from "../items.ts";
import { offline } from "../offline.ts";
import type { Understood } from "../question/understand.ts";
import { type Answer, assemble } from "./answer.ts";
import type { Finding } from "./findings.ts";
import { accountName, namesIn } from "./words.ts";

const MOST_RESOURCES = 500;

export function listEvidence(understood: Understood, evidence: Evidence, targets: readonly Target[]): Answer {
  const accounts = new Set(understood.scope.targets.map(({ account }) => account));
  const tables = evidence.tables.filter(({ account }) => accounts.has(account));
  if (tables.length === 0) return assemble("Nothing could be read that answers this.", [], understood, evidence, targets, []);
  const byOperation = [...new Set(tables.map(({ operation }) => operation))].map(
    (operation) => `${sum(tables.filter((table) => table.operation === operation))} rows of ${operation}`,
  );
  const lines = tables.map(
    (table) =>
      `- ${table.operation} in ${accountName(table.account, targets)}, ${table.region}: ${table.total ?? table.rows.length}${table.rows.length > 0 ? `: ${namesIn(rowsOf(table).map((row) => rowName(row, table)))}` : ""}`,
  );
  return assemble(
    `These rules have no exact answer to this; what was read for it: ${byOperation.join(", ")}.`,
    lines,
    understood,
    evidence,
    targets,
    tables.filter(({ rows }) => rows.length > 0).map((table) => findingOf(table, targets)),
  );
}

function findingOf(table: Table, targets: readonly Target[]): Finding {
  return {
    title: `${table.total ?? table.rows.length} rows of ${table.operation} in ${accountName(table.account, targets)}, ${table.region}`,
    severity: "info",
    detail: offline(`Listed, not judged: ${table.entity}.`),
    resources: [...new Set(rowsOf(table).flatMap((row) => textAt(row, "Arn") ?? []))].slice(0, MOST_RESOURCES),
    evidence: [table.evidenceId],
  };
}

/** The first text of the row that is no ARN, else its ARN. */
function rowName(row: Fields, { columns }: Table): string {
  const texts = columns.flatMap((column) => textAt(row, column) ?? []);
  return texts.find((text) => !text.startsWith("arn:")) ?? texts[0] ?? "(no name)";
}

function sum(tables: readonly Table[]): number {
  return tables.reduce((total, table) => total + (table.total ?? table.rows.length), 0);
}
