/** One function: its bundle, its role of the same name, and a log group only if it may write to one. */
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IPrincipal, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type FunctionName, prefixed, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { ScopedRole } from "./scoped-role.ts";
import type { Statement } from "./statement.ts";

export interface CoworkerFunctionProps {
  readonly settings: Settings;
  readonly name: FunctionName;
  readonly description: string;
  /** The bundle's folder. */
  readonly code: string;
  readonly statements: readonly Statement[];
  /** False for what must hold nothing at all (law 2): it can't write logs either. */
  readonly logs: boolean;
  readonly environment?: Record<string, string>;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Who else may assume the role, besides the Lambda service. */
  readonly trust?: IPrincipal;
}

export class CoworkerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, props: CoworkerFunctionProps) {
    super(scope, props.name);
    const { settings, name, logs } = props;
    const { deployment } = settings;
    const names = resources(deployment);
    const role = new ScopedRole(this, "Role", {
      deployment,
      name,
      assumedBy: props.trust ?? new ServicePrincipal("lambda.amazonaws.com"),
      description: props.description,
      statements: logs ? [...props.statements, ownLogs(names.logGroupArn(name))] : props.statements,
    });
    this.function = new LambdaFunction(this, "Function", {
      functionName: prefixed(deployment, name),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(props.code),
      role: role.role,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      ...(props.environment ? { environment: props.environment } : {}),
      ...(logs
        ? {
            logGroup: new LogGroup(this, "Logs", {
              logGroupName: names.logGroup(name),
              retention: deployment.retention.logDays,
              removalPolicy: RemovalPolicy.DESTROY,
            }),
          }
        : {}),
    });
  }
}

function ownLogs(group: string): Statement {
  return {
    sid: "OwnLogs",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [group],
    why: "The function's own log group; its streams' names are made by Lambda.",
  };
}
