/** Settings that list what an input may say, and don't list this. */
import { allowedValues } from "../../../../config/catalog/limited.ts";
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { Settings } from "../../../../config/settings.ts";
import type { JudgedStep } from "../step.ts";

export function limitedFacts({ write, input, account }: JudgedStep, { changes }: Settings): PolicyContext["limited"] {
  const outside = Object.entries(write.limited ?? {}).flatMap(([field, setting]) => {
    const value = input[field];
    if (value === undefined) return [];
    return typeof value === "string" && allowedValues(setting, changes, account).includes(value) ? [] : [setting];
  });
  return { outside: [...new Set(outside)] };
}
