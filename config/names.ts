/** Names of workers and roles: one definition for the functions that use them and the stacks that make them. */
import type { MutableService, ServiceName } from "./catalog/services.ts";
import type { Deployment } from "./deployment.ts";

/** A worker's name: its folder, its Map item and, behind the prefix, its function and role. */
export function discoveryWorker(service: ServiceName): string {
  return `discovery-${service}`;
}

export function mutationWorker(service: MutableService): string {
  return `mutation-${service}`;
}

export function prefixed(deployment: Deployment, name: string): string {
  return `${deployment.prefix}-${name}`;
}

/** Path and name, as it stands behind `role/` in an ARN. */
export function discoveryRole(deployment: Deployment, service: ServiceName): string {
  return `${deployment.path.slice(1)}${prefixed(deployment, discoveryWorker(service))}`;
}

/** As discoveryRole. */
export function mutationRole(deployment: Deployment, service: MutableService): string {
  return `${deployment.path.slice(1)}${prefixed(deployment, mutationWorker(service))}`;
}

/** @param role as discoveryRole and mutationRole give it. */
export function roleArn(account: string, role: string): string {
  return `arn:aws:iam::${account}:role/${role}`;
}

/** Functions that are not workers. A state, the folder of its function and the role carry the same name. */
export const FUNCTIONS = [
  "admit",
  "orchestrator",
  "guardrail",
  "approval",
  "halt",
  "undo",
  "artifact",
  "record",
  "report",
  "api-requests",
  "api-events",
  "api-approval",
  "api-halt",
] as const;
export type FunctionName = (typeof FUNCTIONS)[number] | `discovery-${ServiceName}` | `mutation-${MutableService}`;

/** Names and ARNs of what the stacks make: known from the settings alone, so no stack imports another's outputs, but for the approval key, whose id AWS makes up. */
export function resources(deployment: Deployment) {
  const { account, region } = deployment.hub;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  return {
    functionArn: (name: FunctionName) => arn("lambda", `function:${prefixed(deployment, name)}`),
    machine: prefixed(deployment, "request"),
    machineArn: arn("states", `stateMachine:${prefixed(deployment, "request")}`),
    executionArn: (id: string) => arn("states", `execution:${prefixed(deployment, "request")}:${id}`),
    requestsTable: prefixed(deployment, "requests"),
    journalTable: prefixed(deployment, "journal"),
    /** Pending and decided approvals, a task token each. */
    approvalsTable: prefixed(deployment, "approvals"),
    /** What each step did, and how it is undone. */
    ledgerTable: prefixed(deployment, "ledger"),
    /** One item for each request that was stopped. */
    stopsTable: prefixed(deployment, "stops"),
    /** SSM parameter, JSON: functions/shared/halt.ts. Not below the path: AWS keeps names that begin with "aws" for itself (SSM API reference, PutParameter). */
    haltParameter: `/coworker/${prefixed(deployment, "halt")}`,
    haltParameterArn: arn("ssm", `parameter/coworker/${prefixed(deployment, "halt")}`),
    /** Alias of the HMAC_256 key that binds approvals. */
    approvalKeyAlias: `alias/${prefixed(deployment, "approvals")}`,
    artifactBucket: `${prefixed(deployment, "artifacts")}-${account}-${region}`,
    tableArn: (name: string) => arn("dynamodb", `table/${name}`),
    evidenceBucket: `${prefixed(deployment, "evidence")}-${account}-${region}`,
    reportBucket: `${prefixed(deployment, "reports")}-${account}-${region}`,
    accessLogBucket: `${prefixed(deployment, "access-logs")}-${account}-${region}`,
    logGroup: (name: FunctionName) => `/aws/lambda/${prefixed(deployment, name)}`,
    logGroupArn: (name: FunctionName) => arn("logs", `log-group:/aws/lambda/${prefixed(deployment, name)}:*`),
    boundary: prefixed(deployment, "boundary"),
  };
}
