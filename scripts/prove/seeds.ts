/** Five mistakes put into the policies on purpose: what proves must find each. */
import type { PolicyTexts } from "../../functions/guardrail/policy/texts.ts";
import { NEVER_ERRORS } from "./proofs.ts";

type Texts = PolicyTexts["policies"];

export interface Seed {
  readonly mistake: string;
  /** The claim that it breaks. */
  readonly breaks: string;
  readonly plant: (texts: Texts) => Texts;
}

export const SEEDS: readonly Seed[] = [
  {
    mistake: "the policy that forbids production is deleted",
    breaks: "production",
    plant: (texts) => ({ ...texts, forbid: swap(texts.forbid, /@id\("production"\)[\s\S]*?;\n/, "") }),
  },
  {
    mistake: "the scope is checked the wrong way round",
    breaks: "scope",
    plant: (texts) => ({
      ...texts,
      permit: swap(texts.permit, /resource\.account\.scope\.contains/g, "!resource.account.scope.contains"),
      forbid: swap(texts.forbid, /!resource\.account\.scope\.contains/g, "resource.account.scope.contains"),
    }),
  },
  {
    mistake: "a requester who may approve may approve what is destructive too",
    breaks: "self-approved-destructive",
    plant: (texts) => ({
      ...texts,
      approve: swap(texts.approve, /(@id\("self-approval-destructive"\)[^;]*);/, "$1 unless { resource.account.requesterMayApprove };"),
    }),
  },
  {
    mistake: "a permit of everything is added",
    breaks: "direct-mutation",
    plant: (texts) => ({
      ...texts,
      permit: `${texts.permit}\n@id("everything") @rule_id("none") @why("none")\npermit (principal, action in [Action::"write", Action::"restore"], resource);\n`,
    }),
  },
  {
    mistake: "a policy adds numbers and may overflow, which counts as if it were not there",
    breaks: NEVER_ERRORS,
    plant: (texts) => ({ ...texts, forbid: swap(texts.forbid, "context.plan.steps >", "context.plan.steps + 1 >") }),
  },
];

function swap(text: string, from: RegExp | string, to: string): string {
  const swapped = text.replace(from, to);
  if (swapped === text) throw new Error(`The seeded mistake has nothing to replace: ${String(from)}. Correct scripts/prove/seeds.ts.`);
  return swapped;
}
