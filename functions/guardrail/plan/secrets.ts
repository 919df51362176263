/** H04: a proposal with a secret in it ends here, before anything of it is sealed, recorded or shown. */
import type { Proposal } from "../../shared/contracts.ts";
import { secretsIn } from "../../shared/secrets.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { told } from "./told.ts";

const REMEDY = "Keep it in Secrets Manager or Parameter Store and name it there; whoever gave it away in a text changes it.";

/** @returns one problem for each place, with its name and never the value. */
export async function secretProblems({ summary, steps }: Proposal): Promise<Problem[]> {
  const found = await secretsIn({ summary, steps });
  return found.map(([part, index, ...field]): Problem => {
    const step = part === "steps" ? steps[Number(index)] : undefined;
    const place = step ? field.join(".") : part;
    return {
      ...problemsOf(step?.id ?? null).refuse("secret_in_proposal", `${told(place, 120)} holds a secret; no plan carries one.`, REMEDY, "H04"),
      severity: "critical",
    };
  });
}
