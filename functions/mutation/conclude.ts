/** The end of a step whose calls are done: read back, and the ledger says what is there now. */
import { filled } from "../../config/catalog/state.ts";
import { digest } from "../shared/digest.ts";
import type { LedgerItem } from "../shared/ledger.ts";
import type { Known } from "./accept.ts";
import type { Told } from "./outcome.ts";
import { type Expected, readBack } from "./read-back.ts";
import { alreadyTold, settle } from "./records.ts";
import { fillReferences } from "./references.ts";
import type { Run } from "./run.ts";
import type { Session } from "./sessions.ts";

export async function conclude(
  { step, write }: Known,
  expected: Expected,
  item: LedgerItem,
  calls: readonly string[],
  session: Session,
  run: Run,
): Promise<Told | "reread"> {
  const { principal } = session;
  const found = await readBack(expected, session, { wait: run.boundaries.wait, remaining: run.remaining });
  const { output } = found;
  const resource = resourceMade(write.arn, expected, output);
  const inverse = fillReferences(step.inverse, new Map([...run.made, [step.id, output]]));
  const facts: Partial<LedgerItem> = {
    ...{ principal, resource, calls: [...calls], output: { ...output } },
    after: found.state === null ? null : { digest: digest(found.state), image: mutable(found.state) },
    inverse: inverse.missing.length > 0 ? null : inverse.value,
  };
  const closed = await settle(item, { ...facts, status: found.holds ? "done" : "indeterminate" }, run);
  if (closed.attempt !== run.attempt) return alreadyTold(closed) ?? "reread";
  const told = { resource, principal, output };
  if (found.holds) return { ...told, outcome: "done", code: item.attempt === run.attempt ? "done" : "adopted", message: "Done and read back as promised." };
  return {
    ...told,
    outcome: "unverified",
    code: found.failure ? "read_back_failed" : "not_as_promised",
    message: found.failure
      ? `The calls were made, but ${resource} could not be read back.`
      : `The calls were made, but ${resource} is not as promised when read back.`,
    differences: found.differences,
    ...(found.failure ? { failure: found.failure } : {}),
  };
}

/** A pattern's `*` is the one id that was made. */
export function resourceMade(arn: string, { given, place }: Pick<Expected, "given" | "place">, output: Readonly<Record<string, string>>): string {
  const [id, ...more] = Object.values(output);
  const pattern = filled(arn, given, place);
  return pattern.endsWith("*") && id !== undefined && more.length === 0 ? `${pattern.slice(0, -1)}${id}` : pattern;
}

const mutable = (state: NonNullable<Awaited<ReturnType<typeof readBack>>["state"]>): LedgerItem["before"]["image"] =>
  Object.fromEntries(Object.entries(state).map(([operation, rows]) => [operation, rows.map((row) => ({ ...row }))]));
