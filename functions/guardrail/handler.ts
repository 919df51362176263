import * as z from "zod";
import { admission, type GuardrailResult, guardrailResult, historyRound, task, usageEntry } from "../shared/contracts.ts";
import { loadSettings } from "../shared/settings.ts";
import { decideTasks } from "./tasks.ts";

const input = z.strictObject({
  kind: z.literal("tasks"),
  admission,
  round: z.number().int().positive(),
  tasks: z.array(task),
  history: z.array(historyRound),
  usage: z.array(usageEntry),
});

const settings = loadSettings();

export async function handler(event: unknown): Promise<GuardrailResult> {
  return guardrailResult.parse(decideTasks(input.parse(event), settings.limits));
}
