/** What the plan's hash says of who judged it. */
import { catalogWrites } from "../../../config/policies/schema.ts";
import { digest } from "../../shared/digest.ts";
import type { PolicyTexts } from "./texts.ts";

/** The catalog's part is what JSON can say of each write: class, permissions, ARN, reads, reversibility. */
export function policyVersion({ schema, policies }: PolicyTexts): string {
  const writes = catalogWrites().map(({ service, operation, write: { input: _, ...data } }) => ({ service, operation, ...data }));
  return digest({ schema, policies, writes: JSON.parse(JSON.stringify(writes)) });
}
