/** From the policies' texts to single policies with their annotations. Anything unexpected about one is an error, and no policy is judged by (law 9). */
import { policySetTextToParts, policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { POLICY_FILES, type PolicyFile, type PolicyTexts } from "./texts.ts";

export interface Policy {
  readonly id: string;
  readonly file: PolicyFile;
  readonly text: string;
  readonly ruleIds: readonly string[];
  /** For the verdict's reason. */
  readonly why: string;
}

const EFFECT: Readonly<Record<PolicyFile, "permit" | "forbid">> = { permit: "permit", forbid: "forbid", approve: "forbid" };

/** @throws Error naming file and policy. */
export function parsePolicies(texts: PolicyTexts["policies"]): Policy[] {
  const policies = POLICY_FILES.flatMap((file) => {
    const parts = policySetTextToParts(texts[file]);
    if (parts.type === "failure") throw new Error(`${file}.cedar can't be read: ${parts.errors.map(({ message }) => message).join("; ")}`);
    if (parts.policy_templates.length > 0) throw new Error(`${file}.cedar has a template: policies are written out.`);
    return parts.policies.map((text) => parsePolicy(file, text));
  });
  const twice = policies.find(({ id }, index) => policies.findIndex((other) => other.id === id) !== index);
  if (twice) throw new Error(`Two policies have the id ${twice.id}.`);
  return policies;
}

function parsePolicy(file: PolicyFile, text: string): Policy {
  const answer = policyToJson(text);
  if (answer.type === "failure") throw new Error(`A policy of ${file}.cedar can't be read: ${answer.errors.map(({ message }) => message).join("; ")}`);
  const { effect, action, annotations = {} } = answer.json;
  const { id, rule_id, why } = annotations;
  if (!id || !rule_id || !why) throw new Error(`A policy of ${file}.cedar lacks @id, @rule_id or @why: ${text}`);
  if (effect !== EFFECT[file]) throw new Error(`${file}.cedar has a ${effect}: ${id}.`);
  if (effect === "permit" && action.op === "All") throw new Error(`${id} permits every action: a permit names its actions (law 9).`);
  return { id, file, text, ruleIds: rule_id.split(","), why };
}
