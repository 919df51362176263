/** The discovery workers: one function, one role, one bundle for each service (law 3). */
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CompositePrincipal, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { SERVICES, type ServiceName } from "../../config/catalog/services.ts";
import { modelResources } from "../../config/models.ts";
import { discoveryRole, type FunctionName, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { CoworkerFunction } from "../constructs/coworker-function.ts";
import { readStatements, trustOfHubRole } from "../constructs/discovery-role.ts";
import type { Statement } from "../constructs/statement.ts";

export interface WorkersProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

export class WorkersStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: WorkersProps) {
    super(scope, id, props);
    const { deployment, limits } = settings;
    const hub = settings.accounts.find(({ id: account }) => account === deployment.hub.account);
    for (const service of SERVICES) {
      const lambda = new ServicePrincipal("lambda.amazonaws.com");
      new CoworkerFunction(this, {
        settings,
        name: `discovery-${service}`,
        description: `Reads ${service}, and nothing else, in registered accounts.`,
        code: bundles[`discovery-${service}`],
        statements: [...hubStatements(settings, service), ...(hub ? readStatements(this, service) : [])],
        logs: true,
        environment: { EVIDENCE_BUCKET: resources(deployment).evidenceBucket },
        timeout: Duration.seconds(limits.agents.timeoutSeconds),
        memoryMb: 1024,
        trust: hub ? new CompositePrincipal(lambda, trustOfHubRole(deployment, service, hub.externalId)) : lambda,
      });
    }
  }
}

/** What only the hub's own role of a worker holds. */
function hubStatements(settings: Settings, service: ServiceName): Statement[] {
  const { deployment, accounts, models } = settings;
  return [
    {
      sid: "AssumeItself",
      actions: ["sts:AssumeRole"],
      resources: [`arn:aws:iam::*:role/${discoveryRole(deployment, service)}`],
      conditions: { StringEquals: { "aws:ResourceAccount": accounts.map(({ id }) => id) } },
      why: "The same role in each registered account; the condition lists the accounts, since one ARN each would outgrow a policy.",
    },
    { sid: "OwnModelFamily", actions: ["bedrock:InvokeModel"], resources: modelResources(models, "haiku", deployment.hub) },
    {
      sid: "OwnEvidence",
      actions: ["s3:PutObject"],
      resources: [`arn:aws:s3:::${resources(deployment).evidenceBucket}/${service}/*`],
      why: "Keys below the worker's own prefix are made for each request.",
    },
  ];
}
