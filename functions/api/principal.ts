/** Who asks. API Gateway verified the signature (AWS_IAM) and gives the caller's ARN. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { ApiError } from "./errors.ts";

const SESSION = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/;
const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(root|user\/[\w+=,.@/-]+)$/;
const FEDERATED = /^arn:aws[a-z-]*:sts::\d{12}:federated-user\//;
/**
 * Identity Center's roles: one for many people, whose session name is the person. The full form only, permission set and
 * 16 hexadecimal digits (IAM Identity Center User Guide, "Referencing permission sets in resource policies").
 */
const IDENTITY_CENTER = /^AWSReservedSSO_[\w+=,.@-]{1,32}_[0-9a-f]{16}$/;

/**
 * Two sessions of one role are one principal, unless it is an Identity Center role. The role's path is not
 * in the session's ARN and so not in the result.
 * @throws ApiError caller_unknown for a call without a verified ARN, of a form not listed here, or of a federated user,
 * whose name is chosen by whoever calls GetFederationToken.
 */
export function requesterOf(event: Pick<APIGatewayProxyEvent, "requestContext">): string {
  const arn: unknown = event.requestContext?.identity?.userArn;
  if (typeof arn === "string") {
    const [, partition, account, role] = SESSION.exec(arn) ?? [];
    if (partition && account && role) return IDENTITY_CENTER.test(role) ? arn : `arn:${partition}:iam::${account}:role/${role}`;
    if (PRINCIPAL.test(arn)) return arn;
    if (FEDERATED.test(arn))
      throw new ApiError("caller_unknown", "Federated users (GetFederationToken) choose their own name. Sign the call as an IAM role or IAM user instead.");
  }
  throw new ApiError("caller_unknown", "The call carries no AWS identity this API knows. Sign it with IAM credentials (SigV4, service execute-api).");
}
