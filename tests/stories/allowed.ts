/** What each principal of the system may ever have called, written out: the stories compare it with the recorded calls. */
import { CATALOG } from "../../config/catalog/index.ts";
import { MUTABLE_SERVICES, type MutableService, SERVICES } from "../../config/catalog/services.ts";
import type { Settings } from "../../config/settings.ts";
import type { RecordedCall } from "../../infra/local/calls.ts";
import { HUB } from "./accounts.ts";
import { type Deployment, sessionOf } from "./local.ts";

type Allowed = readonly (readonly [actions: string, resource: string])[];

/** Functions of the hub. Bedrock is another endpoint: model calls are in the model server's own record. */
function hubTable({ names, settings }: Deployment): Readonly<Record<string, Allowed>> {
  const { prefix, path } = settings.deployment;
  const table = (name: string) => `arn:aws:dynamodb:.*:table/${name}(/index/.*)?`;
  const objects = (bucket: string, below: string) => `arn:aws:s3:::${bucket}/${below}.*`;
  const switches: Allowed = [
    ["ssm:GetParameter", names.haltParameterArn],
    ["dynamodb:GetItem", table(names.stopsTable)],
  ];
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
    approval: [
      ["dynamodb:(GetItem|PutItem)", table(names.approvalsTable)],
      ["dynamodb:GetItem", table(names.stopsTable)],
    ],
    halt: switches,
    undo: [["dynamodb:Query", table(names.ledgerTable)]],
    artifact: [["s3:PutObject", objects(names.artifactBucket, "artifacts/")]],
    "api-requests": [
      ["dynamodb:(GetItem|PutItem)", table(names.requestsTable)],
      ["dynamodb:Query", table(names.approvalsTable)],
      ["states:(StartExecution|DescribeExecution)", ".*"],
    ],
    "api-approval": [
      ["dynamodb:(GetItem|PutItem|Query)", table(names.approvalsTable)],
      ["dynamodb:GetItem", table(names.requestsTable)],
      ["dynamodb:(GetItem|PutItem)", table(names.stopsTable)],
      ["kms:GenerateMac", ".*"],
      ["states:SendTaskSuccess", "\\*"],
    ],
    "api-halt": [
      ["ssm:(GetParameter|PutParameter)", names.haltParameterArn],
      ["lambda:(Put|Delete)FunctionConcurrency", `arn:aws:lambda:.*:function:${prefix}-mutation-.*`],
    ],
    "api-events": [
      ["dynamodb:(GetItem|Query)", table(`(${names.requestsTable}|${names.journalTable})`)],
      ["states:DescribeExecution", ".*"],
      ["s3:GetObject", objects(names.reportBucket, "reports/")],
      ["s3:GetObject", objects(names.artifactBucket, "artifacts/")],
    ],
    ...Object.fromEntries(
      MUTABLE_SERVICES.map((service): [string, Allowed] => [
        `mutation-${service}`,
        [
          ["sts:AssumeRole", `arn:aws:iam::(${inScope(service, settings).join("|")}):role${path}${prefix}-mutation-${service}`],
          ["kms:VerifyMac", ".*"],
          ["dynamodb:(GetItem|PutItem)", table(names.ledgerTable)],
          ...switches,
        ],
      ]),
    ),
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

const inScope = (service: MutableService, { scopes }: Settings) => scopes.filter(({ services }) => services.includes(service)).map(({ account }) => account);
const actionsOf = (entries: readonly { readonly permissions: readonly { readonly action: string }[] }[]) =>
  entries.flatMap(({ permissions }) => permissions.map(({ action }) => action));

/** Roles in a member account: a discovery worker's has its service's reads, a mutation worker's the writes too where scopes.ts lets it. */
function memberActions(role: string, account: string, { settings }: Deployment): readonly string[] {
  const reader = SERVICES.find((name) => role === `discovery-${name}`);
  if (reader) return ["sts:GetCallerIdentity", ...actionsOf(Object.values(CATALOG[reader].reads))];
  const changer = MUTABLE_SERVICES.find((name) => role === `mutation-${name}` && inScope(name, settings).includes(account));
  if (!changer) return [];
  const { reads, writes = {} } = CATALOG[changer];
  const shown = Object.values(writes).flatMap(({ before, after = [] }) => [...before, ...after].flatMap(({ operation }) => reads[operation] ?? []));
  return ["sts:GetCallerIdentity", ...actionsOf(Object.values(writes)), ...actionsOf(shown)];
}

/** Calls outside the table, as texts; a call that the emulator refused was still tried, so it counts. */
export function outsideTable(calls: readonly RecordedCall[], deployment: Deployment): string[] {
  const table = hubTable(deployment);
  return calls.filter((call) => !isAllowed(call, table, deployment)).map(describeCall);
}

function isAllowed(call: RecordedCall, table: ReturnType<typeof hubTable>, deployment: Deployment): boolean {
  const { account, role } = sessionOf(call, deployment);
  if (account === HUB) return (table[role] ?? []).some(([actions, resource]) => whole(actions, call.iamAction) && whole(resource, call.resource));
  const registered = deployment.settings.accounts.some(({ id }) => id === account);
  return registered && call.account === account && memberActions(role, account, deployment).includes(call.iamAction);
}

function whole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

export function describeCall({ principal, iamAction, resource, account, result }: RecordedCall): string {
  return `${principal} called ${iamAction} on ${resource} in ${account}: ${result}`;
}
