import { loadSettings } from "../shared/settings.ts";
import { dispatcher } from "./dispatch.ts";
import type { Judging } from "./plan/decide.ts";

const settings = loadSettings();
let judging: Promise<Judging> | undefined;

export const handler = dispatcher(settings, () => {
  judging ??= load();
  return judging;
});

/** Cedar and its policies are some hundred milliseconds of a cold start, and a question's tasks need none of them. What does not load is thrown: nothing is judged then (law 9). */
async function load(): Promise<Judging> {
  const [{ judge, POLICY_VERSION }, { wellArchitectedTable }] = await Promise.all([import("./policy/judge.ts"), import("./plan/well-architected.ts")]);
  return { settings, judge, policyVersion: POLICY_VERSION, wellArchitected: wellArchitectedTable(settings) };
}
