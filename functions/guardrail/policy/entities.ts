/** The step's account and resource as Cedar's entities. */
import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Environment } from "../../../config/accounts.ts";
import { isStricter } from "../../../config/environments.ts";
import type { Settings } from "../../../config/settings.ts";
import { environmentOfTag } from "../../../config/tags.ts";
import type { JudgedStep, JudgeGround } from "./step.ts";

const uid = (type: string, id: string) => ({ type, id });
const strictest = (one: Environment, other: Environment) => (isStricter(other, one) ? other : one);

/** Law 5: the registry's environment, which the step can only make stricter. */
export function environmentOf({ account, environment }: Pick<JudgedStep, "account" | "environment">, { accounts }: Settings): Environment {
  return strictest(accounts.find(({ id }) => id === account)?.environment ?? "unknown", environment);
}

export function entitiesOf(step: JudgedStep, { settings }: JudgeGround): EntityJson[] {
  const environment = environmentOf(step, settings);
  const tagged = environmentOfTag(step.tags.Environment ?? "");
  const rule = settings.environments[environment];
  const scope = settings.scopes.filter(({ account }) => account === step.account).flatMap(({ services }) => services);
  return [
    {
      uid: uid("Account", step.account),
      attrs: {
        environment: uid("Environment", environment),
        directMutation: rule.directMutation,
        requesterMayApprove: rule.requesterMayApprove,
        scope: [...new Set(scope)].map((service) => uid("Service", service)),
        regions: settings.accounts.find(({ id }) => id === step.account)?.regions ?? [],
      },
      parents: [],
    },
    {
      uid: uid("Resource", step.resource),
      attrs: {
        account: uid("Account", step.account),
        region: step.region,
        environment: uid("Environment", tagged ? strictest(environment, tagged) : environment),
      },
      parents: [uid("Account", step.account)],
    },
  ];
}
