/** What SSM Automation does with a document's steps: nextStep, isEnd, onFailure, and failed if a step was (isCritical's default). */
import type { AutomationStep } from "../../../functions/artifact/assertions.ts";

export interface Walked {
  /** Names, in the order in which they ran. */
  readonly ran: string[];
  readonly status: "Success" | "Failed";
}

/** @param succeeds what becomes of a step when it is reached. */
export function walk(steps: readonly AutomationStep[], succeeds: (step: AutomationStep) => boolean): Walked {
  const ran: string[] = [];
  let status: Walked["status"] = "Success";
  let name: string | undefined = steps[0]?.name;
  while (name !== undefined) {
    const step = steps.find((one) => one.name === name);
    if (!step) throw new Error(`no step is named ${name}`);
    if (ran.includes(name)) throw new Error(`${name} runs twice: ${ran.join(" ")}`);
    ran.push(name);
    const next = step.isEnd ? undefined : step.nextStep;
    const isDone = succeeds(step);
    if (!isDone) status = "Failed";
    if (isDone || step.onFailure === "Continue") name = next;
    else if (step.onFailure === "Abort") name = undefined;
    else name = /^step:(.+)$/.exec(step.onFailure)?.[1] ?? unknownWay(step);
  }
  return { ran, status };
}

function unknownWay({ name, onFailure }: AutomationStep): never {
  throw new Error(`${name}: Automation knows no onFailure ${onFailure}`);
}
