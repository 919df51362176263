/** Who asks. API Gateway verified the signature (AWS_IAM) and gives the caller's ARN. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { ApiError } from "./errors.ts";

const SESSION = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/;
const PRINCIPAL = /^arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|federated-user)\/[\w+=,.@/-]+)$/;
/** Identity Center's roles: one for many people, whose session name is the person. */
const IDENTITY_CENTER = "AWSReservedSSO_";

/**
 * Two sessions of one role are one principal, unless it is an Identity Center role. The role's path is not
 * in the session's ARN and so not in the result.
 * @throws ApiError caller_unknown for a call without a verified ARN, or of a form not listed here.
 */
export function requesterOf(event: Pick<APIGatewayProxyEvent, "requestContext">): string {
  const arn: unknown = event.requestContext?.identity?.userArn;
  if (typeof arn === "string") {
    const [, partition, account, role] = SESSION.exec(arn) ?? [];
    if (partition && account && role) return role.startsWith(IDENTITY_CENTER) ? arn : `arn:${partition}:iam::${account}:role/${role}`;
    if (PRINCIPAL.test(arn)) return arn;
  }
  throw new ApiError("caller_unknown", "The call carries no AWS identity this API knows. Sign it with IAM credentials (SigV4, service execute-api).");
}
