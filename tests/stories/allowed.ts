/** What each principal of the system may ever have called, written out: the stories compare it with the recorded calls. */
import { CATALOG } from "../../config/catalog/index.ts";
import { SERVICES, type ServiceName } from "../../config/catalog/services.ts";
import type { RecordedCall } from "../../infra/local/calls.ts";
import { HUB } from "./accounts.ts";
import { type Deployment, sessionOf } from "./local.ts";

type Allowed = readonly (readonly [actions: string, resource: string])[];

/** Functions of the hub. Bedrock is another endpoint: model calls are in the model server's own record. */
function hubTable({ names, settings }: Deployment): Readonly<Record<string, Allowed>> {
  const { prefix, path } = settings.deployment;
  const table = (name: string) => `arn:aws:dynamodb:.*:table/${name}(/index/.*)?`;
  const objects = (bucket: string, below: string) => `arn:aws:s3:::${bucket}/${below}.*`;
  return {
    admit: [],
    guardrail: [],
    orchestrator: [],
    record: [
      ["dynamodb:(GetItem|PutItem)", table(names.journalTable)],
      // Its tables stand in the body; IAM judges each item as a PutItem, and the recorder sees no table.
      ["dynamodb:TransactWriteItems", "\\*"],
    ],
    report: [
      ["s3:GetObject", objects(names.evidenceBucket, "")],
      ["s3:PutObject", objects(names.reportBucket, "reports/")],
    ],
    "api-requests": [
      ["dynamodb:(GetItem|PutItem)", table(names.requestsTable)],
      ["states:StartExecution", ".*"],
    ],
    "api-events": [
      ["dynamodb:(GetItem|Query)", table(`(${names.requestsTable}|${names.journalTable})`)],
      ["states:DescribeExecution", ".*"],
      ["s3:GetObject", objects(names.reportBucket, "reports/")],
    ],
    ...Object.fromEntries(
      SERVICES.map((service): [string, Allowed] => [
        `discovery-${service}`,
        [
          ["sts:AssumeRole", `arn:aws:iam::(${settings.accounts.map(({ id }) => id).join("|")}):role${path}${prefix}-discovery-${service}`],
          ["s3:PutObject", objects(names.evidenceBucket, `${service}/`)],
        ],
      ]),
    ),
  };
}

/** A worker's role in a member account: the actions of its service's reads, and asking who it is. */
function memberActions(service: ServiceName): readonly string[] {
  return ["sts:GetCallerIdentity", ...Object.values(CATALOG[service].reads).flatMap((read) => read.permissions.map(({ action }) => action))];
}

/** Calls outside the table, as texts; a call that the emulator refused was still tried, so it counts. */
export function outsideTable(calls: readonly RecordedCall[], deployment: Deployment): string[] {
  const table = hubTable(deployment);
  return calls.filter((call) => !isAllowed(call, table, deployment)).map(describeCall);
}

function isAllowed(call: RecordedCall, table: ReturnType<typeof hubTable>, deployment: Deployment): boolean {
  const { account, role } = sessionOf(call, deployment);
  if (account === HUB) return (table[role] ?? []).some(([actions, resource]) => whole(actions, call.iamAction) && whole(resource, call.resource));
  const service = SERVICES.find((name) => role === `discovery-${name}`);
  const registered = deployment.settings.accounts.some(({ id }) => id === account);
  return registered && service !== undefined && call.account === account && memberActions(service).includes(call.iamAction);
}

function whole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

export function describeCall({ principal, iamAction, resource, account, result }: RecordedCall): string {
  return `${principal} called ${iamAction} on ${resource} in ${account}: ${result}`;
}
