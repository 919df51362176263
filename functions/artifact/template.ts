/** One CloudFormation template for one account and region, from the plan alone (R05). */
import type { Plan, PlanStep } from "../shared/contracts.ts";
import { automationSteps, fittingSteps, isAutomatable } from "./automation.ts";
import { automationStatements } from "./permissions.ts";
import { logicalId, type Place } from "./place.ts";
import { type Resource, resourcesOf } from "./resources.ts";

export interface Built {
  readonly template: Readonly<Record<string, unknown>>;
  /** R10: what the template can't do. */
  readonly manual: readonly PlanStep[];
  readonly created: readonly PlanStep[];
  readonly automated: readonly PlanStep[];
}

const TICKET = "ChangeTicket";

export function buildTemplate(plan: Plan, planHash: string, { account, steps }: Place): Built {
  const environment = steps[0]?.environment ?? "unknown";
  const made = new Map<PlanStep, Readonly<Record<string, Resource>>>();
  for (const step of steps) {
    const resources = resourcesOf(step, steps);
    if (Object.keys(resources).length > 0) made.set(step, resources);
  }
  const automated = fittingSteps(steps.filter((step) => !made.has(step) && isAutomatable(step)));
  const manual = steps.filter((step) => !made.has(step) && !automated.includes(step));
  const outputs = {
    ...Object.fromEntries(
      [...made].map(([step]) => [logicalId(step), { Description: `${step.operation} of step ${step.id}`, Value: { Ref: logicalId(step) } }]),
    ),
    ...(automated.length > 0
      ? {
          AutomationDocument: { Description: "Start this automation after the stack is deployed.", Value: { Ref: "ChangeAutomation" } },
          AutomationRole: { Description: "Pass it as AutomationAssumeRole.", Value: { "Fn::GetAtt": ["AutomationRole", "Arn"] } },
        }
      : {}),
  };
  return {
    created: [...made.keys()],
    automated,
    manual,
    template: {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: `AWS Coworker ${plan.requestId}: ${plan.phases.length} phase(s), ${steps.length} change(s) in account ${account}.`,
      Metadata: { AwsCoworker: { RequestId: plan.requestId, PlanHash: planHash } },
      Parameters: {
        Environment: {
          Type: "String",
          Default: environment,
          AllowedValues: ["staging", "production"],
          Description: "The environment of the account it is deployed to.",
        },
        [TICKET]: { Type: "String", MinLength: 3, ...(plan.ticket === null ? {} : { Default: plan.ticket }), Description: "The change ticket (G16)." },
      },
      Resources: {
        ...Object.fromEntries([...made.values()].flatMap((resources) => Object.entries(resources).map(([id, resource]) => [id, withTags(resource)]))),
        ...(automated.length > 0 ? automation(plan, account, automated) : {}),
      },
      Outputs: outputs,
    },
  };
}

const OWN_TAGS = [
  { Key: "Environment", Value: { Ref: "Environment" } },
  { Key: "ChangeTicket", Value: { Ref: TICKET } },
  { Key: "CreatedBy", Value: "aws-coworker" },
];

/** The pipeline's own tags stand for those of the same key. */
function withTags(resource: Resource): Resource {
  const { Tags } = resource.Properties as { Tags?: readonly { Key: string }[] };
  if (!Tags) return resource;
  const own = new Set(OWN_TAGS.map(({ Key }) => Key));
  return { ...resource, Properties: { ...resource.Properties, Tags: [...Tags.filter(({ Key }) => !own.has(Key)), ...OWN_TAGS] } };
}

function automation(plan: Plan, account: string, steps: readonly PlanStep[]): Record<string, unknown> {
  return {
    AutomationPolicy: {
      Type: "AWS::IAM::ManagedPolicy",
      Properties: {
        Description: "Exactly what the change, its undo and its assertions call.",
        PolicyDocument: { Version: "2012-10-17", Statement: automationStatements(steps) },
      },
    },
    AutomationRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "ssm.amazonaws.com" },
              Action: "sts:AssumeRole",
              Condition: { StringEquals: { "aws:SourceAccount": account } },
            },
          ],
        },
        ManagedPolicyArns: [{ Ref: "AutomationPolicy" }],
        Tags: OWN_TAGS,
      },
    },
    ChangeAutomation: {
      Type: "AWS::SSM::Document",
      Properties: {
        DocumentType: "Automation",
        // CloudFormation sends Content as JSON, which is YAML too; a runbook in JSON may hold no script (SSM, "aws:executeScript").
        DocumentFormat: "YAML",
        UpdateMethod: "NewVersion",
        Content: {
          schemaVersion: "0.3",
          description: `AWS Coworker ${plan.requestId}`,
          assumeRole: "{{ AutomationAssumeRole }}",
          parameters: { AutomationAssumeRole: { type: "AWS::IAM::Role::Arn", description: "The stack's AutomationRole." } },
          mainSteps: automationSteps(steps),
        },
        Tags: OWN_TAGS,
      },
    },
  };
}
