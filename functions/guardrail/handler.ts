import { loadSettings } from "../shared/settings.ts";
import { dispatcher } from "./dispatch.ts";
import { judge, POLICY_VERSION } from "./policy/judge.ts";

const decide = dispatcher({ settings: loadSettings(), judge, policyVersion: POLICY_VERSION, wellArchitected: () => [] });

export async function handler(event: unknown): Promise<unknown> {
  return decide(event);
}
