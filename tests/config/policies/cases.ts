/** The policy cases: files in the form of `cedar run-tests`, judged here by the engine that is deployed. */
import { readdirSync, readFileSync } from "node:fs";
import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import * as z from "zod";
import type { PolicyContext } from "../../../config/policies/context.ts";
import type { PolicyEngine } from "../../../functions/guardrail/policy/engine.ts";

export const FOLDERS = ["ALLOW", "DENY", "APPROVE"] as const;

const uid = z.string().regex(/^\w+::".*"$/);
const policyCase = z.strictObject({
  name: z.string(),
  request: z.strictObject({
    principal: uid,
    action: uid,
    resource: uid,
    context: z.looseObject({ origin: z.strictObject({ type: z.literal("Origin"), id: z.string() }) }),
  }),
  entities: z.array(z.custom<EntityJson>()),
  decision: z.enum(["allow", "deny"]),
  reason: z.array(z.string()),
  num_errors: z.literal(0),
});
export type PolicyCase = z.infer<typeof policyCase>;

export interface CaseFile {
  readonly folder: (typeof FOLDERS)[number];
  readonly name: string;
  readonly cases: readonly PolicyCase[];
}

export function readCases(): CaseFile[] {
  return FOLDERS.flatMap((folder) => {
    const at = new URL(`./cases/${folder}/`, import.meta.url);
    return readdirSync(at).map((name) => ({
      folder,
      name,
      cases: z
        .array(policyCase)
        .min(1)
        .parse(JSON.parse(readFileSync(new URL(name, at), "utf8"))),
    }));
  });
}

export interface Judged {
  readonly decision: "allow" | "deny";
  readonly reason: readonly string[];
}

export function judged(engine: PolicyEngine, { request, entities }: PolicyCase): Judged {
  const id = (text: string) => JSON.parse(text.slice(text.indexOf("::") + 2)) as string;
  const { origin, ...facts } = request.context;
  const { decision, determining } = engine({
    principal: id(request.principal),
    action: id(request.action),
    resource: id(request.resource),
    context: { ...facts, origin: origin.id } as PolicyContext,
    entities,
  });
  return { decision, reason: determining.map((policy) => policy.id).sort() };
}
