/** A role of the system: exact name, path and boundary; only customer-managed policies (I03, Y-23), which nothing else can add to. */
import { ArnFormat, type CfnCondition, type CfnResource, Stack, Validations } from "aws-cdk-lib";
import { type CfnRole, type IPrincipal, type IRole, ManagedPolicy, PolicyDocument, Role } from "aws-cdk-lib/aws-iam";
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
  /** Role and policies exist only if it holds. */
  readonly condition?: CfnCondition;
}

/** AWS IAM quotas: characters of a managed policy, white space not counted; managed policies of a role. */
const MOST_POLICY_CHARACTERS = 6144;
const MOST_POLICIES = 10;

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
    const policies = packed(this, props).map((statements, index) => addPolicy(this, role, props, statements, index + 1));
    if (props.condition) for (const one of [role, ...policies]) (one.node.defaultChild as CfnResource).cfnOptions.condition = props.condition;
    this.role = role.withoutPolicyUpdates();
    this.roleArn = role.roleArn;
  }
}

/** The statements, in order, in as few policies as they fit. */
function packed(scope: Construct, { name, statements }: ScopedRoleProps): Statement[][] {
  const policies: Statement[][] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    if (last && sizeOf(scope, [...last, statement]) <= MOST_POLICY_CHARACTERS) last.push(statement);
    else policies.push([statement]);
  }
  const tooLong = policies.find((one) => sizeOf(scope, one) > MOST_POLICY_CHARACTERS);
  if (tooLong) throw new Error(`statement ${tooLong[0]?.sid} of ${name} alone has more than the ${MOST_POLICY_CHARACTERS} characters of a policy. Split it.`);
  if (policies.length > MOST_POLICIES) throw new Error(`${name} needs ${policies.length} policies; AWS attaches ${MOST_POLICIES} to a role.`);
  return policies;
}

function sizeOf(scope: Construct, statements: readonly Statement[]): number {
  const document = new PolicyDocument({ statements: statements.map(toPolicyStatement) });
  return JSON.stringify(Stack.of(scope).resolve(document.toJSON())).length;
}

function addPolicy(
  scope: Construct,
  role: Role,
  { deployment, name, description }: ScopedRoleProps,
  statements: readonly Statement[],
  number: number,
): ManagedPolicy {
  const suffix = number === 1 ? "" : `-${number}`;
  const policy = new ManagedPolicy(scope, `Policy${number === 1 ? "" : number}`, {
    managedPolicyName: `${prefixed(deployment, name)}${suffix}`,
    path: deployment.path,
    description: `What ${prefixed(deployment, name)} may do: ${description}`,
    statements: statements.map(toPolicyStatement),
    roles: [role],
  });
  explainWildcards(policy, statements);
  return policy;
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
