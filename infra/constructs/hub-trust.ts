/** Who may assume a worker's role in an account it works in: the hub's role of the same name, and nobody else. */
import { AccountPrincipal, type IPrincipal, type PolicyDocument, PolicyStatement, PrincipalWithConditions } from "aws-cdk-lib/aws-iam";
import type { Deployment } from "../../config/deployment.ts";
import { roleArn } from "../../config/names.ts";

/**
 * The hub's role of the same name, with the account's external id (I08). An account root as principal
 * never stands without the exact role: AWS rejects a trust that names a role before it exists.
 * @param role path and name, as config/names.ts gives it.
 */
export function trustOfHubRole(deployment: Deployment, role: string, externalId: string): IPrincipal {
  return new PrincipalWithConditions(new AccountPrincipal(deployment.hub.account), trustConditions(deployment, role, externalId));
}

/** The same for a role that changes something: its session carries tags, and nobody gets one without saying on whose word. */
export function trustOfHubMutationRole(deployment: Deployment, role: string, externalId: string): IPrincipal {
  return new NarrowedSessions(new AccountPrincipal(deployment.hub.account), trustConditions(deployment, role, externalId));
}

/** What a worker that narrows itself needs on its own role (IAM User Guide, "Passing session tags", "Setting source identity"). */
export const NARROWING_ACTIONS = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"] as const;

class NarrowedSessions extends PrincipalWithConditions {
  override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(new PolicyStatement({ actions: [...NARROWING_ACTIONS], principals: [this] }));
  }
}

function trustConditions(deployment: Deployment, role: string, externalId: string) {
  return {
    ArnLike: { "aws:PrincipalArn": principalArns(deployment, role) },
    StringEquals: { "sts:ExternalId": externalId },
  };
}

/** A role of the hub as aws:PrincipalArn. The second form is how the emulator names a session; on AWS it is always the role's ARN. */
export function principalArns({ hub }: Deployment, role: string): string[] {
  return [roleArn(hub.account, role), `arn:aws:sts::${hub.account}:assumed-role/${role.split("/").at(-1)}/*`];
}
