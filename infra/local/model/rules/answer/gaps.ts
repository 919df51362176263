/** What could not be read, said in the answer. */
import type { Evidence, Target } from "../evidence.ts";
import { accountName } from "./words.ts";

/** Lines written out; the report lists every failure anyway. */
const MOST_LINES = 12;

export function gapsIn(evidence: Evidence, targets: readonly Target[]): string[] {
  const place = ({ account, region }: { account: string; region: string }) => `${accountName(account, targets)}, ${region}`;
  const failed = evidence.failures.map(
    (one) => `- not read: ${one.operation} in ${place(one)}: ${one.errorCode}${one.message ? ` (${shorten(one.message)})` : ""}`,
  );
  const refused = evidence.refused.map(({ service, reason }) => `- refused: ${service || "a task"}: ${shorten(reason)}`);
  const cut = evidence.tables.flatMap((table) => {
    const { operation, rows, total, truncated } = table;
    const shown =
      rows.length < (total ?? rows.length) ? [`- cut: of ${total} rows of ${operation} in ${place(table)} only ${rows.length} came with the evidence`] : [];
    return truncated ? [...shown, `- truncated: ${operation} in ${place(table)} has more than was read`] : shown;
  });
  const lines = [...new Set([...failed, ...refused, ...cut])];
  if (lines.length === 0) return [];
  return [
    "Not everything could be read, so this answer may be incomplete:",
    ...lines.slice(0, MOST_LINES),
    ...(lines.length > MOST_LINES ? ["- and more, listed in the report"] : []),
  ];
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
