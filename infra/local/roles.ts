/** What each role did, as the recorder saw it: not what the roles say of themselves. */
import { isDenied, principalName, type RecordedCall } from "./calls.ts";
import { table } from "./table.ts";

type Tally = { role: string; service: string; operation: string; accounts: Set<string>; calls: number; denied: number; failed: number };

/** Per role, service and operation; root's and anonymous calls are nobody's work and left out. */
export function rolesTable(calls: readonly RecordedCall[]): string {
  const tallies = new Map<string, Tally>();
  for (const call of calls) {
    if (call.kind !== "call" || !call.principal.includes(":assumed-role/")) continue;
    const role = principalName(call.principal);
    const key = `${role} ${call.service} ${call.operation}`;
    const tally = tallies.get(key) ?? { role, service: call.service, operation: call.operation, accounts: new Set(), calls: 0, denied: 0, failed: 0 };
    tally.calls += 1;
    tally.accounts.add(call.account);
    if (isDenied(call)) tally.denied += 1;
    else if (call.result !== "ok") tally.failed += 1;
    tallies.set(key, tally);
  }
  const rows = [...tallies.values()].toSorted(
    (a, b) => a.role.localeCompare(b.role) || a.service.localeCompare(b.service) || a.operation.localeCompare(b.operation),
  );
  return table(
    ["role", "service", "operation", "accounts", "calls", "denied", "other errors"],
    rows.map((row) => [row.role, row.service, row.operation, [...row.accounts].toSorted().join(" "), String(row.calls), count(row.denied), count(row.failed)]),
  );
}

const count = (number: number) => (number === 0 ? "-" : String(number));
