/** A role of the system: exact name, path and boundary; only customer-managed policies (I03, Y-23), which nothing else can add to. */
import { ArnFormat, Stack, Validations } from "aws-cdk-lib";
import { type CfnRole, type IPrincipal, type IRole, ManagedPolicy, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Deployment } from "../../config/deployment.ts";
import { prefixed, resources } from "../../config/names.ts";
import { type Statement, toPolicyStatement } from "./statement.ts";

export interface ScopedRoleProps {
  readonly deployment: Deployment;
  /** Without the prefix: "orchestrator", "discovery-ec2". */
  readonly name: string;
  readonly assumedBy: IPrincipal;
  readonly description: string;
  /** None: the role may do nothing at all. */
  readonly statements: readonly Statement[];
}

/** AWS IAM quota: characters of a managed policy, white space not counted. */
const MOST_POLICY_CHARACTERS = 6144;

export class ScopedRole extends Construct {
  /** For constructs that would add inline policies: they can't. */
  readonly role: IRole;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ScopedRoleProps) {
    super(scope, id);
    const { deployment, name } = props;
    const role = new Role(this, "Role", {
      roleName: prefixed(deployment, name),
      path: deployment.path,
      description: props.description,
      assumedBy: props.assumedBy,
    });
    const boundary = deployment.permissionsBoundary ?? `${deployment.path.slice(1)}${resources(deployment).boundary}`;
    const cfn = role.node.defaultChild as CfnRole;
    cfn.permissionsBoundary = Stack.of(this).formatArn({
      service: "iam",
      region: "",
      resource: "policy",
      resourceName: boundary,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    if (props.statements.length > 0) addPolicy(this, role, props);
    this.role = role.withoutPolicyUpdates();
    this.roleArn = role.roleArn;
  }
}

function addPolicy(scope: Construct, role: Role, { deployment, name, statements, description }: ScopedRoleProps): void {
  const policy = new ManagedPolicy(scope, "Policy", {
    managedPolicyName: prefixed(deployment, name),
    path: deployment.path,
    description: `What ${prefixed(deployment, name)} may do: ${description}`,
    statements: statements.map(toPolicyStatement),
    roles: [role],
  });
  const size = JSON.stringify(Stack.of(scope).resolve(policy.document.toJSON())).length;
  if (size > MOST_POLICY_CHARACTERS)
    throw new Error(`policy ${name} has ${size} characters; AWS takes ${MOST_POLICY_CHARACTERS}. Split the service's catalog over two roles.`);
  explainWildcards(policy, statements);
}

/** One acknowledgement for each wildcard resource, with the reasons of the statements that have it, at the policy that has it. */
export function explainWildcards(policy: Construct, statements: readonly Statement[]): void {
  const reasons = new Map<string, Set<string>>();
  for (const { why, resources: arns, effect } of statements) {
    if (!why || effect === "Deny") continue;
    const wild = arns.map((arn) => flat(Stack.of(policy).resolve(arn))).filter((arn) => arn.includes("*"));
    for (const arn of wild) reasons.set(arn, (reasons.get(arn) ?? new Set()).add(why));
  }
  // Once an ARN: cdk-nag keeps only the first of several.
  Validations.of(policy).acknowledge(...[...reasons].map(([arn, whys]) => ({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: [...whys].join(" ") })));
}

/** An ARN as cdk-nag names it: references in angle brackets. */
function flat(arn: unknown): string {
  if (typeof arn === "string") return arn;
  const { Ref, "Fn::Join": join } = arn as { Ref?: string; "Fn::Join"?: [string, unknown[]] };
  return Ref ? `<${Ref}>` : (join?.[1] ?? []).map(flat).join(join?.[0] ?? "");
}
