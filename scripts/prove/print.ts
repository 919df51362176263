/** What was proved, as a table of actions and claims, and each counterexample. */
import type { Row } from "./proofs.ts";

export function table(claims: readonly string[], rows: readonly Row[]): string {
  const actions = [...new Set(rows.map(({ action }) => action))];
  const width = Math.max(...actions.map((action) => action.length));
  const head = `${"action".padEnd(width)}  ${claims.join("  ")}`;
  const cell = (action: string, claim: string) => {
    const row = rows.find((one) => one.action === action && one.claim === claim);
    return (row === undefined ? "-" : row.proof.holds ? "VERIFIED" : "BROKEN").padEnd(claim.length);
  };
  return [head, ...actions.map((action) => `${action.padEnd(width)}  ${claims.map((claim) => cell(action, claim)).join("  ")}`)].join("\n");
}

/** Of one request; entities without attributes (actions, names of services) say nothing. */
export function counterexample({ claim, action, proof }: Row): string {
  if (proof.holds) return "";
  const lines = proof.counterexample.split("\n").filter((line) => !/^ {2}\w+::"[^"]*"( in \[.*\])?,$/.test(line));
  return [`${claim} does not hold of ${action}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
