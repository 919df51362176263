/** Cedar, with the policies parsed once at cold start. Whatever is not a clean answer is an error of the caller's to turn into a deny. */
import { type EntityJson, preparsePolicySet, preparseSchema, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { PolicyContext } from "../../../config/policies/context.ts";
import { type Policy, parsePolicies } from "./policies.ts";
import type { PolicyTexts } from "./texts.ts";

export interface PolicyRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: PolicyContext;
  readonly entities: readonly EntityJson[];
}

export interface PolicyAnswer {
  readonly decision: "allow" | "deny";
  /** The policies that decided; none where nothing permits. */
  readonly determining: readonly Policy[];
}

/** @throws for an evaluation error and for a request that does not fit the schema. */
export type PolicyEngine = (request: PolicyRequest) => PolicyAnswer;

let engines = 0;

/** @throws Error for policies or a schema that don't parse. */
export function policyEngine(texts: PolicyTexts): PolicyEngine {
  return engineOf(parsePolicies(texts.policies), texts.schema);
}

export function engineOf(policies: readonly Policy[], schema: string): PolicyEngine {
  engines += 1;
  const name = `engine-${engines}`;
  succeed("The policies", preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])) }));
  succeed("The schema", preparseSchema(name, schema));
  return ({ principal, action, resource, context, entities }) => {
    const answer = statefulIsAuthorized({
      principal: { type: "Principal", id: principal },
      action: { type: "Action", id: action },
      resource: { type: "Resource", id: resource },
      context: cedarContext(context),
      entities: [...entities],
      preparsedPolicySetId: name,
      preparsedSchemaName: name,
      validateRequest: true,
    });
    succeed("The request", answer);
    if (answer.type !== "success") throw new Error("Cedar gave no answer.");
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    if (error) throw new Error(`Policy ${error.policyId} failed: ${error.error.message}`);
    // Cedar names them in an order that a change of the schema changes; the files' order is the same for everybody.
    const decided = new Set(diagnostics.reason);
    return { decision, determining: policies.filter(({ id }) => decided.has(id)) };
  };
}

function cedarContext({ origin, ...facts }: PolicyContext) {
  return { ...facts, origin: { type: "Origin", id: origin } };
}

function succeed(what: string, answer: { type: "success" } | { type: "failure"; errors: { message: string }[] }): void {
  if (answer.type === "failure") throw new Error(`${what} can't be used: ${answer.errors.map(({ message }) => message).join("; ")}`);
}
