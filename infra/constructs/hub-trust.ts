/** Who may assume a worker's role in an account it works in: the hub's role of the same name, and nobody else. */
import { AccountPrincipal, type IPrincipal, type PolicyDocument, PolicyStatement, PrincipalWithConditions } from "aws-cdk-lib/aws-iam";
import { REQUEST_TAG } from "../../config/catalog/write.ts";
import type { Deployment } from "../../config/deployment.ts";
import { roleArn } from "../../config/names.ts";

/**
 * The hub's role of the same name, with the account's external id (I08). An account root as principal
 * never stands without the exact role: AWS rejects a trust that names a role before it exists.
 * @param role path and name, as config/names.ts gives it.
 */
export function trustOfHubRole(deployment: Deployment, role: string, externalId: string): PrincipalWithConditions {
  return new PrincipalWithConditions(hubRole(deployment, role), { StringEquals: { "sts:ExternalId": externalId } });
}

/** The same for a role that changes something: nobody gets a session that does not say on whose word, for which request and for which plan (law 7). */
export function trustOfHubMutationRole(deployment: Deployment, role: string, externalId: string): IPrincipal {
  const said = { "sts:SourceIdentity": "false", ...Object.fromEntries(SESSION_TAGS.map((tag) => [`aws:RequestTag/${tag}`, "false"])) };
  return new NarrowedSessions(trustOfHubRole(deployment, role, externalId).withConditions({ Null: said }), hubRole(deployment, role));
}

/** What a worker that narrows itself needs on its own role (IAM User Guide, "Passing session tags", "Setting source identity"). */
export const NARROWING_ACTIONS = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"] as const;
/** As functions/mutation/identity.ts sets them; a test compares. */
const SESSION_TAGS = [REQUEST_TAG, "PlanHash"];

class NarrowedSessions extends PrincipalWithConditions {
  private readonly role: IPrincipal;

  /** @param assuming with all conditions. @param role without: sts:ExternalId is a key of AssumeRole only (Service Authorization Reference), and nothing is done without that one. */
  constructor(assuming: IPrincipal, role: IPrincipal) {
    super(assuming, {});
    this.role = role;
  }

  override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(
      new PolicyStatement({ actions: ["sts:AssumeRole"], principals: [this] }),
      new PolicyStatement({ actions: ["sts:SetSourceIdentity", "sts:TagSession"], principals: [this.role] }),
    );
  }
}

function hubRole(deployment: Deployment, role: string): PrincipalWithConditions {
  return new PrincipalWithConditions(new AccountPrincipal(deployment.hub.account), { ArnLike: { "aws:PrincipalArn": principalArns(deployment, role) } });
}

/** A role of the hub as aws:PrincipalArn. The second form is how the emulator names a session; on AWS it is always the role's ARN. */
export function principalArns({ hub }: Deployment, role: string): string[] {
  return [roleArn(hub.account, role), `arn:aws:sts::${hub.account}:assumed-role/${role.split("/").at(-1)}/*`];
}
