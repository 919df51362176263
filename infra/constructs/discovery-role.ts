/** What a discovery role may do in an account it reads: hub and members alike. */
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { discoveryStatements } from "../../config/catalog/permissions.ts";
import type { ServiceName } from "../../config/catalog/services.ts";
import type { Statement } from "./statement.ts";

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
