/** What roles and keys would be able to do. */
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { JudgedStep } from "../step.ts";
import { promisedOf } from "./promised.ts";

/** B08: what AWS's own policies of whole services and of everything are called. */
const BROAD = /(FullAccess|AdministratorAccess|PowerUserAccess)/;

export function identityFacts(step: JudgedStep): PolicyContext["identity"] {
  return {
    broadPolicy: promisedOf(step, "PolicyArn").some((arn) => typeof arn !== "string" || BROAD.test(arn)),
    opensTrust: promisedOf(step, "AssumeRolePolicyDocument").some((document) => !trustsServicesOnly(document)),
    activatesKey: step.promised.ListAccessKeys?.Status === "Active",
  };
}

/** I05: every statement names services, and nobody else. What can't be read trusts too many (law 9). */
function trustsServicesOnly(document: unknown): boolean {
  const statements = (document as { Statement?: unknown } | null)?.Statement;
  return Array.isArray(statements) && statements.length > 0 && statements.every(namesServices);
}

function namesServices(statement: unknown): boolean {
  const principal = (statement as { Principal?: unknown } | null)?.Principal;
  if (typeof principal !== "object" || principal === null || Object.keys(principal).join() !== "Service") return false;
  const services = [(principal as { Service: unknown }).Service].flat();
  return services.length > 0 && services.every((one) => typeof one === "string" && /^[a-z0-9.-]+\.amazonaws\.com$/.test(one));
}
