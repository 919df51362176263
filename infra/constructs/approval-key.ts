/** The key that binds an approval to what was shown (law 7): one role makes MACs with it, the mutation workers check them, nobody else can do either. */
import { RemovalPolicy } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { MUTABLE_SERVICES } from "../../config/catalog/services.ts";
import type { Deployment } from "../../config/deployment.ts";
import { mutationRole, prefixed, resources } from "../../config/names.ts";
import { principalArns } from "./hub-trust.ts";

/**
 * KMS refuses a key whose policy lets nobody change it, so the account's administrators keep the key (AWS KMS
 * Developer Guide, "Default key policy"). They can't use it, and can't grant its use: no GenerateMac, no CreateGrant.
 */
const ADMINISTRATION = [
  "CancelKeyDeletion",
  "CreateAlias",
  "DeleteAlias",
  "DescribeKey",
  "DisableKey",
  "EnableKey",
  "GetKeyPolicy",
  "ListGrants",
  "ListKeyPolicies",
  "ListResourceTags",
  "PutKeyPolicy",
  "RevokeGrant",
  "ScheduleKeyDeletion",
  "TagResource",
  "UntagResource",
  "UpdateAlias",
  "UpdateKeyDescription",
].map((name) => `kms:${name}`);

export class ApprovalKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const rolePath = (name: string) => `${deployment.path.slice(1)}${prefixed(deployment, name)}`;
    const workers = MUTABLE_SERVICES.map((service) => mutationRole(deployment, service));
    this.key = new Key(this, "Key", {
      alias: resources(deployment).approvalKeyAlias,
      description: `Binds approvals of ${deployment.prefix} to the plan that was shown.`,
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({ sid: "Administration", principals: [new AccountRootPrincipal()], actions: ADMINISTRATION, resources: ["*"] }),
          usedBy("Approve", "kms:GenerateMac", deployment, [rolePath("api-approval")]),
          usedBy("CheckApproval", "kms:VerifyMac", deployment, workers),
        ],
      }),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/** Roles are named in a condition: KMS refuses a principal that does not exist yet. In a key policy `*` is the key itself. */
function usedBy(sid: string, action: string, deployment: Deployment, roles: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: [new AccountRootPrincipal()],
    actions: [action],
    resources: ["*"],
    conditions: { ArnLike: { "aws:PrincipalArn": roles.flatMap((role) => principalArns(deployment, role)) } },
  });
}
