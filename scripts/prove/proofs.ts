/** What is proved of a set of policies, for every action of the schema. */
import pLimit from "p-limit";
import { actionId, catalogWrites } from "../../config/policies/schema.ts";
import { parsePolicies } from "../../functions/guardrail/policy/policies.ts";
import type { PolicyTexts } from "../../functions/guardrail/policy/texts.ts";
import { type Proof, prove } from "./cedar.ts";
import { invariants, SCHEMA, writePolicies, written } from "./files.ts";

export interface Row {
  /** An invariant's file, "never errors" or "not all denied". */
  readonly claim: string;
  readonly action: string;
  readonly proof: Proof;
}

export const NEVER_ERRORS = "never errors";
/** A set that denies everything keeps every invariant and is of no use. */
export const REACHABLE = "not all denied";

export const ACTIONS = catalogWrites().map(({ service, operation }) => actionId(service, operation));
export const CLAIMS = [...invariants().map(({ name }) => name), NEVER_ERRORS, REACHABLE];

const PARALLEL = 2;

/** @param folder for the files cedar reads. @param actions some of the schema's. */
export async function proveAll(folder: string, policies: PolicyTexts["policies"], actions: readonly string[] = ACTIONS): Promise<Row[]> {
  const all = writePolicies(folder, policies);
  const single = parsePolicies(policies).map(({ id, text }) => ({ id, path: written(`${folder}/single`, `${id}.cedar`, text) }));
  const limit = pLimit(PARALLEL);
  const ask = (action: string, ...words: string[]) => limit(() => prove({ schema: SCHEMA, action, ask: words }));
  const rows = actions.flatMap((action) => [
    ...invariants().map(async ({ name, path }) => ({ claim: name, action, proof: await ask(action, "disjoint", "--policies1", all, "--policies2", path) })),
    Promise.all(single.map(async ({ id, path }) => ({ id, proof: await ask(action, "never-errors", "--policies", path) }))).then((proofs) => ({
      claim: NEVER_ERRORS,
      action,
      proof: firstBroken(proofs),
    })),
    ask(action, "always-denies", "--policies", all).then((proof) => ({ claim: REACHABLE, action, proof: reachable(proof) })),
  ]);
  return Promise.all(rows);
}

function firstBroken(proofs: readonly { id: string; proof: Proof }[]): Proof {
  const broken = proofs.find(({ proof }) => !proof.holds);
  if (!broken || broken.proof.holds) return { holds: true };
  return { holds: false, counterexample: `policy ${broken.id}\n${broken.proof.counterexample}` };
}

/** Here the counterexample of "always denies" is what is wanted. */
function reachable(alwaysDenies: Proof): Proof {
  return alwaysDenies.holds ? { holds: false, counterexample: "no request whatever is allowed: the invariants hold of nothing" } : { holds: true };
}
