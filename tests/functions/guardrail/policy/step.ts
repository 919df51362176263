/** A step as the guardrail makes it of a proposal, and the ground it is judged on. */

import { findWrite } from "../../../../config/catalog/index.ts";
import type { MutableService } from "../../../../config/catalog/services.ts";
import { filled } from "../../../../config/catalog/state.ts";
import type { State } from "../../../../config/catalog/write.ts";
import { parseSettings } from "../../../../config/settings.ts";
import type { JudgedStep, JudgeGround } from "../../../../functions/guardrail/policy/step.ts";
import { example } from "../../../config/fixtures/example.ts";

export const SANDBOX = "666666666666";
export const DEVELOPMENT = "333333333333";
export const PRODUCTION = "555555555555";
export const ANA = "arn:aws:iam::000000000000:role/ana";
export const BEN = "arn:aws:iam::000000000000:role/ben";

export const settings = parseSettings(
  { ...example(), approvers: [{ principal: BEN, accounts: [SANDBOX, DEVELOPMENT] }] },
  "config/example.yaml with an approver",
);

export function stepOf(
  service: MutableService,
  operation: string,
  input: Record<string, unknown>,
  more: Partial<JudgedStep> & { image?: State } = {},
): JudgedStep {
  const write = findWrite(service, operation);
  if (!write) throw new Error(`${service}:${operation} is not in the catalog`);
  const { image = {}, ...given } = more;
  const place = { account: given.account ?? SANDBOX, region: given.region ?? (service === "iam" ? "global" : "us-east-1") };
  return {
    id: "s1",
    service,
    operation,
    ...place,
    environment: settings.accounts.find(({ id }) => id === place.account)?.environment ?? "unknown",
    class: write.class,
    resource: filled(write.arn, input, place),
    creates: write.creates !== undefined,
    input,
    before: { absent: write.creates !== undefined, image },
    promised: write.promises(input, image),
    inverse: write.inverse(input, image, (name) => ({ $ref: `s1.${name}` })),
    reversible: write.reversible,
    tags: {},
    write,
    ...given,
  };
}

export const ground = (more: Partial<JudgeGround> = {}): JudgeGround => ({
  stage: "examine",
  approval: null,
  requester: ANA,
  origin: "planner",
  settings,
  counts: { steps: 1, resources: 1 },
  ...more,
});

export const approvedBy = (approver: string, more: Partial<JudgeGround> = {}): JudgeGround =>
  ground({ stage: "authorize", approval: { approver, destructiveConfirmed: false }, ...more });
