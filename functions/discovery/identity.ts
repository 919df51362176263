/** A worker's way into an account: its own role there, once; no other is ever tried (law 6). */
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { roleArn } from "../../config/names.ts";
import type { FailureReport, RoleResolution } from "../shared/contracts.ts";
import { failureOf, roleSaidBy } from "./failure.ts";

export interface Identity {
  readonly resolution: RoleResolution;
  readonly outcome: { readonly credentials: AwsCredentialIdentity } | { readonly failure: FailureReport };
}

export interface IdentityRequest {
  readonly account: string;
  readonly worker: string;
  /** Path and name behind `role/`. */
  readonly role: string;
  readonly externalId: string;
  /** In the session name, so that CloudTrail shows which request it was. */
  readonly requestId: string;
  readonly region: string;
}

/** STS calls as the worker needs them; replaced in tests. */
export interface Sts {
  assume(role: string, externalId: string, session: string): Promise<AwsCredentialIdentity>;
  /** The ARN GetCallerIdentity gives for these credentials. */
  whoAmI(credentials: AwsCredentialIdentity): Promise<string>;
}

/** One hour at most: role chaining (AWS STS); half of it covers a worker's ten minutes. */
const SESSION_SECONDS = 1800;

export function stsOf(region: string): Sts {
  const hub = new STSClient({ region });
  return {
    async assume(role, externalId, session) {
      const { Credentials } = await hub.send(
        new AssumeRoleCommand({ RoleArn: role, RoleSessionName: session, ExternalId: externalId, DurationSeconds: SESSION_SECONDS }),
      );
      if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) throw new Error("AssumeRole answered without credentials");
      return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
    },
    async whoAmI(credentials) {
      const { Arn } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}));
      return Arn ?? "";
    },
  };
}

export async function assumeOwnRole(request: IdentityRequest, sts: Sts): Promise<Identity> {
  const { account, worker, role, region } = request;
  const base = { account, worker, scopedRole: role };
  const attempt = { account, region, role, permissions: [{ action: "sts:AssumeRole", resource: roleArn(account, role) as `arn:${string}` }] };
  const failed = (failure: FailureReport, exists: "no" | "refused" | "unverified"): Identity => ({
    resolution: { ...base, exists, using: "nothing" },
    outcome: { failure },
  });
  let credentials: AwsCredentialIdentity;
  try {
    credentials = await sts.assume(roleArn(account, role), request.externalId, request.requestId);
  } catch (error) {
    const report = failureOf(error, { ...attempt, operation: "AssumeRole" });
    const access = `Role ${role} is missing in account ${account} or refused this worker (AWS answers both alike). It must exist and trust the worker with the registered external id: deploy the member stack there. No other role was tried.`;
    const exists = roleSaidBy(error);
    return failed(exists === "unverified" ? report : { ...report, access }, exists);
  }
  try {
    const arn = await sts.whoAmI(credentials);
    if (!arn.startsWith(`arn:aws:sts::${account}:assumed-role/${role.split("/").at(-1)}/`)) {
      const report = failureOf(new Error(`GetCallerIdentity answered another identity than ${role} in ${account}`), {
        ...attempt,
        operation: "GetCallerIdentity",
      });
      return failed({ ...report, errorCode: "IdentityMismatch", access: "Nothing was read. Check the endpoint and the account's role." }, "refused");
    }
    return { resolution: { ...base, exists: "yes", using: arn }, outcome: { credentials } };
  } catch (error) {
    return failed(failureOf(error, { ...attempt, operation: "GetCallerIdentity" }), "refused");
  }
}
