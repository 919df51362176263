/** The worker's way into an account: its own role there, narrowed to what a batch's steps need (law 7); no other is ever tried (law 6). */
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { REQUEST_TAG } from "../../config/catalog/write.ts";
import { roleArn } from "../../config/names.ts";
import { errorCode, failureOf, roleSaidBy } from "../discovery/failure.ts";
import type { FailureReport, RoleResolution } from "../shared/contracts.ts";
import { sha256Hex } from "../shared/digest.ts";

export interface NarrowRequest {
  readonly role: string;
  readonly externalId: string;
  readonly session: string;
  readonly sourceIdentity: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Session policy, compact JSON. */
  readonly policy: string;
}

export interface NarrowSts {
  assume(request: NarrowRequest): Promise<AwsCredentialIdentity>;
  /** The ARN GetCallerIdentity gives for these credentials. */
  whoAmI(credentials: AwsCredentialIdentity): Promise<string>;
}

/** The least STS gives, and more than a worker's ten minutes. */
const SESSION_SECONDS = 900;

export function narrowStsOf(region: string): NarrowSts {
  const hub = new STSClient({ region, maxAttempts: 4 });
  return {
    async assume({ role, externalId, session, sourceIdentity, tags, policy }) {
      const { Credentials } = await hub.send(
        new AssumeRoleCommand({
          RoleArn: role,
          RoleSessionName: session,
          ExternalId: externalId,
          SourceIdentity: sourceIdentity,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          Policy: policy,
          DurationSeconds: SESSION_SECONDS,
        }),
      );
      if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) throw new Error("AssumeRole answered without credentials");
      return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
    },
    async whoAmI(credentials) {
      const { Arn } = await new STSClient({ region, credentials, maxAttempts: 4 }).send(new GetCallerIdentityCommand({}));
      return Arn ?? "";
    },
  };
}

export interface Narrowing {
  readonly account: string;
  readonly region: string;
  readonly worker: string;
  /** Path and name behind `role/`. */
  readonly role: string;
  readonly externalId: string;
  readonly requestId: string;
  readonly planHash: string;
  readonly approver: string;
  readonly policy: string;
}

export type Narrowed =
  | { readonly outcome: "in"; readonly credentials: AwsCredentialIdentity; readonly principal: string; readonly resolution: RoleResolution }
  | { readonly outcome: "too_large" }
  | { readonly outcome: "out"; readonly error: unknown; readonly failure: FailureReport; readonly resolution: RoleResolution };

/** A source identity holds 64 characters of [\w+=,.@-]; the approver in full is in the ledger. */
export const sourceIdentityOf = (approver: string): string => `approver-${sha256Hex(approver).slice(0, 32)}`;

export async function assumeNarrowed(given: Narrowing, sts: NarrowSts): Promise<Narrowed> {
  const { account, region, worker, role, requestId } = given;
  const attempt = { account, region, role, permissions: [{ action: "sts:AssumeRole", resource: roleArn(account, role) as `arn:${string}` }] };
  const out = (error: unknown, failure: FailureReport, exists: "no" | "refused" | "unverified"): Narrowed => ({
    outcome: "out",
    error,
    failure,
    resolution: { account, worker, scopedRole: role, exists, using: "nothing" },
  });
  let credentials: AwsCredentialIdentity;
  try {
    credentials = await sts.assume({
      role: roleArn(account, role),
      externalId: given.externalId,
      session: requestId,
      sourceIdentity: sourceIdentityOf(given.approver),
      tags: { [REQUEST_TAG]: requestId, PlanHash: given.planHash },
      policy: given.policy,
    });
  } catch (error) {
    if (errorCode(error).startsWith("PackedPolicyTooLarge")) return { outcome: "too_large" };
    const access = `Role ${role} is missing in account ${account} or refused this worker (AWS answers both alike). It must exist and let the worker assume it with the registered external id, a source identity and session tags: deploy the member stack there. No other role was tried.`;
    const report = failureOf(error, { ...attempt, operation: "AssumeRole" });
    const exists = roleSaidBy(error);
    return out(error, exists === "unverified" ? report : { ...report, access }, exists);
  }
  try {
    const principal = await sts.whoAmI(credentials);
    if (principal === `arn:aws:sts::${account}:assumed-role/${role.split("/").at(-1)}/${requestId}`)
      return { outcome: "in", credentials, principal, resolution: { account, worker, scopedRole: role, exists: "yes", using: principal } };
    throw Object.assign(new Error(`GetCallerIdentity answered another identity than ${role} in ${account} for ${requestId}`), { name: "IdentityMismatch" });
  } catch (error) {
    const access = "Nothing was done. Check the endpoint and the account's role.";
    return out(error, { ...failureOf(error, { ...attempt, operation: "GetCallerIdentity" }), access }, "refused");
  }
}
