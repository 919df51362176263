/** The permissions boundary of every role: exactly the actions that any role there may hold, none of them a wildcard, and H11's denies. */
import { Stack } from "aws-cdk-lib";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { discoveryStatements } from "../../config/catalog/permissions.ts";
import { SERVICES } from "../../config/catalog/services.ts";
import { resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { explainWildcards } from "./scoped-role.ts";
import { type Statement, toPolicyStatement } from "./statement.ts";

/** What the hub's roles need besides the catalog's reads. */
const HUB_ACTIONS = [
  "bedrock:InvokeModel",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "lambda:InvokeFunction",
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
  "states:DescribeExecution",
  "states:StartExecution",
  "sts:AssumeRole",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
] as const;

export interface BoundaryProps {
  readonly settings: Settings;
  readonly place: "hub" | "member";
}

export class Boundary extends Construct {
  constructor(scope: Construct, id: string, { settings, place }: BoundaryProps) {
    super(scope, id);
    const { deployment, accounts } = settings;
    const reads = SERVICES.flatMap((service) => discoveryStatements(service, { account: Stack.of(this).account })).flatMap(({ Action }) => Action);
    const hubIsRead = accounts.some(({ id: account }) => account === deployment.hub.account);
    const actions = [...new Set([...(place === "hub" ? HUB_ACTIONS : []), ...(place === "member" || hubIsRead ? reads : [])])].sort();
    const statements: Statement[] = [
      {
        sid: "NothingMore",
        actions,
        resources: ["*"],
        why: "A boundary grants nothing: it limits what the roles' own policies, which name resources, can grant.",
      },
      { sid: "NeverThroughAnyRole", effect: "Deny", actions: ["iam:CreateAccessKey", "iam:CreateUser", "organizations:LeaveOrganization"], resources: ["*"] },
    ];
    const policy = new ManagedPolicy(this, "Policy", {
      managedPolicyName: resources(deployment).boundary,
      path: deployment.path,
      description: "The most any role of AWS Coworker may ever do in this account.",
      statements: statements.map(toPolicyStatement),
    });
    explainWildcards(policy, statements);
  }
}
