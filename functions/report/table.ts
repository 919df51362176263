import { inline } from "../shared/escape.ts";

/** A Markdown table of escaped cells, with the empty line that ends it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows.map((row) => `| ${row.map(inline).join(" | ")} |`), ""];
}
