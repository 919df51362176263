/** A state machine from its ASL file: one table maps placeholders to functions and yields both substitution and grant. */
import { readFileSync } from "node:fs";
import { RemovalPolicy } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { type FunctionName, prefixed, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { type AslValues, renderAsl } from "./asl.ts";
import { ScopedRole } from "./scoped-role.ts";
import type { Statement } from "./statement.ts";

export interface MachineProps {
  readonly settings: Settings;
  /** Without the prefix: the name of the ASL file. */
  readonly name: string;
  readonly aslFile: string;
  /** Placeholder in the file → function. Exactly these may be invoked. */
  readonly functions: Readonly<Record<string, FunctionName>>;
  /** Placeholder for a table of workers by name → the workers. */
  readonly tables: Readonly<Record<string, readonly FunctionName[]>>;
}

export class Machine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { settings, name, aslFile, functions, tables }: MachineProps) {
    super(scope, id);
    const { deployment } = settings;
    const { functionArn } = resources(deployment);
    const invoked = [...new Set([...Object.values(functions), ...Object.values(tables).flat()])].map(functionArn);
    const role = new ScopedRole(this, "Role", {
      deployment,
      name: `${name}-machine`,
      assumedBy: new ServicePrincipal("states.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": deployment.hub.account } } }),
      description: `The ${name} machine: invokes exactly its own functions.`,
      statements: [{ sid: "InvokeOwnFunctions", actions: ["lambda:InvokeFunction"], resources: invoked }, ...observability()],
    });
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: prefixed(deployment, name),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(renderAsl(readFileSync(aslFile, "utf8"), aslValues({ settings, functions, tables }))),
      role: role.role,
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        // Payloads hold account data: they stay in the state, not in the log (law 8).
        includeExecutionData: false,
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${prefixed(deployment, name)}`,
          retention: deployment.retention.logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    this.machine.node.addDependency(role);
  }
}

/** What stands in the file's placeholders. */
export function aslValues({ settings, functions, tables }: Pick<MachineProps, "settings" | "functions" | "tables">): AslValues {
  const { functionArn } = resources(settings.deployment);
  const tableOf = (names: readonly FunctionName[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, functionArn(name)])));
  return {
    ...Object.fromEntries(Object.entries(functions).map(([placeholder, name]) => [placeholder, functionArn(name)])),
    ...Object.fromEntries(Object.entries(tables).map(([placeholder, names]) => [placeholder, tableOf(names)])),
    MaxParallelAgents: settings.limits.agents.maxParallel,
    MaxRevisions: settings.limits.plan.revisions,
  };
}

/** AWS Step Functions Developer Guide, "CloudWatch Logs" and "X-Ray": neither service has resource-level permissions for these. */
function observability(): Statement[] {
  return [
    {
      sid: "LogDelivery",
      actions: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      resources: ["*"],
      why: "Log delivery actions have no resource-level permissions (Step Functions Developer Guide, CloudWatch Logs).",
    },
    {
      sid: "Tracing",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
      resources: ["*"],
      why: "X-Ray's write actions have no resource-level permissions (Step Functions Developer Guide, X-Ray).",
    },
  ];
}
