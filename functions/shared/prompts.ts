/** Prompts advise; nothing depends on them (law 1). prompts.json lies beside the bundle and may hold empty texts. */
import { readFileSync } from "node:fs";
import * as z from "zod";

const prompts = z.strictObject({ orchestrator: z.string(), discovery: z.string(), mutation: z.string() });
export type Prompts = z.infer<typeof prompts>;

export function loadPrompts(): Prompts {
  return prompts.parse(JSON.parse(readFileSync(new URL("./prompts.json", import.meta.url), "utf8")), { jitless: true });
}
