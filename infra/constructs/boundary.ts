/** The permissions boundary of every role: exactly the actions that any role there may hold, none of them a wildcard, and H11's denies. */
import { Aws, type CfnCondition, Fn } from "aws-cdk-lib";
import { type CfnManagedPolicy, ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Deployment } from "../../config/deployment.ts";
import { resources } from "../../config/names.ts";
import { explainWildcards } from "./scoped-role.ts";
import { type Statement, toPolicyStatement } from "./statement.ts";

/** What the hub's roles need besides the catalog's reads and writes. */
export const HUB_ACTIONS = [
  "bedrock:InvokeModel",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "kms:GenerateMac",
  "kms:VerifyMac",
  "lambda:DeleteFunctionConcurrency",
  "lambda:InvokeFunction",
  "lambda:PutFunctionConcurrency",
  "logs:CreateLogDelivery",
  "logs:CreateLogStream",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutLogEvents",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "s3:GetObject",
  "s3:PutObject",
  "ssm:GetParameter",
  "ssm:PutParameter",
  "states:DescribeExecution",
  "states:SendTaskSuccess",
  "states:StartExecution",
  "sts:AssumeRole",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
] as const;

/** Actions that some role holds only if a condition of the template holds. */
export interface OptionalActions {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly condition: CfnCondition;
}

export interface BoundaryProps {
  readonly deployment: Deployment;
  /** Of every role there. */
  readonly actions: readonly string[];
  readonly optional?: readonly OptionalActions[];
}

const WHY = "A boundary grants nothing: it limits what the roles' own policies, which name resources, can grant.";

export class Boundary extends Construct {
  constructor(scope: Construct, id: string, { deployment, actions, optional = [] }: BoundaryProps) {
    super(scope, id);
    const statements = [
      atMost("NothingMore", actions),
      { sid: "NeverThroughAnyRole", effect: "Deny", actions: ["iam:CreateAccessKey", "iam:CreateUser", "organizations:LeaveOrganization"], resources: ["*"] },
    ] as const satisfies Statement[];
    const policy = new ManagedPolicy(this, "Policy", {
      managedPolicyName: resources(deployment).boundary,
      path: deployment.path,
      description: "The most any role of AWS Coworker may ever do in this account.",
      statements: statements.map(toPolicyStatement),
    });
    const cfn = policy.node.defaultChild as CfnManagedPolicy;
    optional.forEach(({ sid, actions: own, condition }, index) => {
      const more = own.filter((action) => !actions.includes(action));
      const statement = toPolicyStatement(atMost(sid, more)).toStatementJson();
      cfn.addPropertyOverride(`PolicyDocument.Statement.${statements.length + index}`, Fn.conditionIf(condition.logicalId, statement, Aws.NO_VALUE));
    });
    explainWildcards(policy, statements);
  }
}

function atMost(sid: string, actions: readonly string[]): Statement {
  return { sid, actions: [...new Set(actions)].sort(), resources: ["*"], why: WHY };
}

/** What the statements let a role do. */
export function allowedActions(statements: readonly Statement[]): string[] {
  return statements.filter(({ effect }) => effect !== "Deny").flatMap(({ actions }) => actions);
}
