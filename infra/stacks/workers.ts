/** The workers: one function, one role, one bundle for each service and verb class (law 3). */
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CompositePrincipal, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { Account } from "../../config/accounts.ts";
import { MUTABLE_SERVICES, type MutableService, SERVICES, type ServiceName } from "../../config/catalog/services.ts";
import { modelResources } from "../../config/models.ts";
import { discoveryRole, type FunctionName, mutationRole, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { CoworkerFunction } from "../constructs/coworker-function.ts";
import { readStatements } from "../constructs/discovery-role.ts";
import { NARROWING_ACTIONS, trustOfHubMutationRole, trustOfHubRole } from "../constructs/hub-trust.ts";
import { accountsInScope, changeStatements } from "../constructs/mutation-role.ts";
import type { Statement } from "../constructs/statement.ts";

export interface WorkersProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Readonly<Record<FunctionName, string>>;
  /** Of the store stack: a key's ARN holds an id that nobody can name beforehand. */
  readonly approvalKey: IKey;
}

export class WorkersStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, approvalKey, ...props }: WorkersProps) {
    super(scope, id, props);
    const hub = settings.accounts.find(({ id: account }) => account === settings.deployment.hub.account);
    for (const service of SERVICES) this.reader(service, settings, bundles[`discovery-${service}`], hub);
    for (const service of MUTABLE_SERVICES) this.writer(service, settings, bundles[`mutation-${service}`], hub, approvalKey);
  }

  private reader(service: ServiceName, settings: Settings, code: string, hub: Account | undefined): void {
    const { deployment, limits } = settings;
    const lambda = new ServicePrincipal("lambda.amazonaws.com");
    new CoworkerFunction(this, {
      settings,
      name: `discovery-${service}`,
      description: `Reads ${service}, and nothing else, in registered accounts.`,
      code,
      statements: [...readerStatements(settings, service), ...(hub ? readStatements(this, service) : [])],
      logs: true,
      environment: { EVIDENCE_BUCKET: resources(deployment).evidenceBucket },
      timeout: Duration.seconds(limits.agents.timeoutSeconds),
      memoryMb: 1024,
      trust: hub ? new CompositePrincipal(lambda, trustOfHubRole(deployment, discoveryRole(deployment, service), hub.externalId)) : lambda,
    });
  }

  private writer(service: MutableService, settings: Settings, code: string, hub: Account | undefined, approvalKey: IKey): void {
    const { deployment } = settings;
    const names = resources(deployment);
    const lambda = new ServicePrincipal("lambda.amazonaws.com");
    const own = hub && accountsInScope(settings, service).includes(hub.id) ? hub : undefined;
    new CoworkerFunction(this, {
      settings,
      name: `mutation-${service}`,
      description: `Changes ${service}, and nothing else, as approved, in the accounts in scope.`,
      code,
      statements: [...writerStatements(settings, service, approvalKey), ...(own ? changeStatements(this, service, settings) : [])],
      logs: true,
      environment: {
        LEDGER_TABLE: names.ledgerTable,
        STOPS_TABLE: names.stopsTable,
        HALT_PARAMETER: names.haltParameter,
        APPROVAL_KEY: approvalKey.keyArn,
      },
      timeout: Duration.seconds(MUTATION_SECONDS),
      memoryMb: 1024,
      trust: own ? new CompositePrincipal(lambda, trustOfHubMutationRole(deployment, mutationRole(deployment, service), own.externalId)) : lambda,
    });
  }
}

/** A batch of 50 steps and what they wait for; the machine's task waits as long. */
const MUTATION_SECONDS = 600;

/** What only the hub's own role of a mutation worker holds: to see that a change is approved, not done yet and not halted. */
function writerStatements(settings: Settings, service: MutableService, approvalKey: IKey): Statement[] {
  const { deployment, models } = settings;
  const names = resources(deployment);
  const accounts = accountsInScope(settings, service);
  const assume: Statement = {
    sid: "AssumeItself",
    actions: NARROWING_ACTIONS,
    resources: [`arn:aws:iam::*:role/${mutationRole(deployment, service)}`],
    conditions: { StringEquals: { "aws:ResourceAccount": accounts } },
    why: "The same role in each account in scope; the condition lists the accounts, since one ARN each would outgrow a policy.",
  };
  return [
    ...(accounts.length > 0 ? [assume] : []),
    { sid: "OwnModelFamily", actions: ["bedrock:InvokeModel"], resources: modelResources(models, "sonnet", deployment.hub) },
    { sid: "CheckApproval", actions: ["kms:VerifyMac"], resources: [approvalKey.keyArn] },
    { sid: "Ledger", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [names.tableArn(names.ledgerTable)] },
    { sid: "Stopped", actions: ["dynamodb:GetItem"], resources: [names.tableArn(names.stopsTable)] },
    { sid: "Halted", actions: ["ssm:GetParameter"], resources: [names.haltParameterArn] },
  ];
}

/** What only the hub's own role of a discovery worker holds. */
function readerStatements(settings: Settings, service: ServiceName): Statement[] {
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
