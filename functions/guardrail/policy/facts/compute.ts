/** How large instances are, and how many. */
import type { PolicyContext } from "../../../../config/policies/context.ts";
import { environmentOf } from "../entities.ts";
import type { JudgedStep, JudgeGround } from "../step.ts";

/** P17 flags m5.4xlarge: this size and above. Sizes without a number (medium, xlarge) are below. */
const LARGE = 4;

export function computeFacts(step: JudgedStep, { settings, counts }: JudgeGround): PolicyContext["compute"] {
  const makesInstance = step.creates && step.write.entity === "instance";
  const most = settings.environments[environmentOf(step, settings)].maxInstances;
  return {
    large: makesInstance && isLarge(step.input.InstanceType),
    tooMany: makesInstance && most !== null && (counts.instances ?? 1) > most,
  };
}

/** What can't be read is large (law 9), and so is bare metal. */
function isLarge(type: unknown): boolean {
  const [, size = "metal"] = typeof type === "string" ? type.split(".") : [];
  if (/^(nano|micro|small|medium|large|xlarge)$/.test(size)) return false;
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  return times === undefined || Number(times) >= LARGE;
}
