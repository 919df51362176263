/** What happens to the protection of buckets and volumes. */
import { FLAGS, flagColumn, SSE_COLUMN } from "../../../../config/catalog/s3-parts.ts";
import { publicPrincipals } from "../../../../config/checks/policies.ts";
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { JudgedStep } from "../step.ts";
import { only, promisedOf } from "./promised.ts";

const ENCRYPTION: unknown[] = ["AES256", "aws:kms", "aws:kms:dsse"];

export function storageFacts(step: JudgedStep): PolicyContext["storage"] {
  const block = step.promised.GetPublicAccessBlock ?? {};
  const sse = promisedOf(step, SSE_COLUMN).map(only);
  const was = only(step.before.image.GetBucketEncryption?.[0]?.[SSE_COLUMN]);
  const makesBucket = step.creates && step.write.entity === "bucket";
  return {
    opensPublicAccess:
      Object.hasOwn(block, "Absent") ||
      promisedOf(step, "Policy").some((policy) => publicPrincipals(policy).length > 0) ||
      FLAGS.some((flag) => (makesBucket || Object.hasOwn(block, flagColumn(flag))) && block[flagColumn(flag)] !== true),
    unencrypted:
      (makesBucket && sse.length === 0) ||
      sse.some((algorithm) => !ENCRYPTION.includes(algorithm)) ||
      promisedOf(step, "Encrypted").some((one) => one !== true),
    weakensEncryption: typeof was === "string" && was.startsWith("aws:kms") && sse.includes("AES256"),
    suspendsVersioning: "GetBucketVersioning" in step.promised && step.promised.GetBucketVersioning?.Status !== "Enabled",
  };
}
