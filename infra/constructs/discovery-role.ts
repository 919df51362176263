/** Who may assume a worker's role in an account it reads, and what the role may do there: hub and members alike. */
import { Stack } from "aws-cdk-lib";
import { AccountPrincipal, type IPrincipal, PrincipalWithConditions } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { discoveryStatements } from "../../config/catalog/permissions.ts";
import type { ServiceName } from "../../config/catalog/services.ts";
import type { Deployment } from "../../config/deployment.ts";
import { discoveryRole, roleArn } from "../../config/names.ts";
import type { Statement } from "./statement.ts";

/**
 * The hub's role of the same name, with the account's external id (I08). An account root as principal
 * never stands without the exact role: AWS rejects a trust that names a role before it exists. The second
 * form is how the emulator names a session; on AWS aws:PrincipalArn is always the role's ARN.
 */
export function trustOfHubRole(deployment: Deployment, service: ServiceName, externalId: string): IPrincipal {
  const { account } = deployment.hub;
  const role = discoveryRole(deployment, service);
  return new PrincipalWithConditions(new AccountPrincipal(account), {
    ArnLike: { "aws:PrincipalArn": [roleArn(account, role), `arn:aws:sts::${account}:assumed-role/${role.split("/").at(-1)}/*`] },
    StringEquals: { "sts:ExternalId": externalId },
  });
}

/**
 * Exactly the actions of the catalog's reads (law 4). An S3 ARN has no account: a condition keeps its
 * reads to the role's own, so that another account's open bucket is not read as if it were this one's.
 * Not where the resource is `*`: a request without a resource need not have aws:ResourceAccount.
 */
export function readStatements(scope: Construct, service: ServiceName): Statement[] {
  const { account } = Stack.of(scope);
  return discoveryStatements(service, { account }).map(({ Sid, Action, Resource, why }) => {
    const reads = typeof Resource === "string" ? [Resource] : Resource;
    return {
      sid: Sid,
      actions: Action,
      resources: reads,
      ...(reads.every(isOfNoAccount) ? { conditions: { StringEquals: { "aws:ResourceAccount": account } } } : {}),
      why: why ?? "Every resource of this kind in the account: discovery reads all of them, and the actions only describe.",
    };
  });
}

function isOfNoAccount(resource: string): boolean {
  return resource.startsWith("arn:aws:s3:::");
}
