import { loadSettings } from "../shared/settings.ts";
import { dispatcher } from "./dispatch.ts";
import { wellArchitectedTable } from "./plan/well-architected.ts";
import { judge, POLICY_VERSION } from "./policy/judge.ts";

const settings = loadSettings();
const decide = dispatcher({ settings, judge, policyVersion: POLICY_VERSION, wellArchitected: wellArchitectedTable(settings) });

export async function handler(event: unknown): Promise<unknown> {
  return decide(event);
}
