/** The API functions on fake AWS clients: tables that enforce their conditions, a machine that remembers names. */
import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { Approver } from "../../../config/approvers.ts";
import { LIMITS } from "../../../config/limits.ts";
import { machineExecutions } from "../../../functions/api/executions.ts";
import { type Catalog, makeHandler as makeRequests } from "../../../functions/api/requests/api.ts";
import type { ApiHandler } from "../../../functions/api/routes.ts";
import { dynamoStore } from "../../../functions/api/store.ts";
import { dynamoApprovals } from "../../../functions/shared/approvals-table.ts";
import { type FakeTable, fakeTable } from "../record/fake-table.ts";

export const MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:acw-request";
export const ALICE = "arn:aws:sts::111122223333:assumed-role/Analyst/alice";
export const BOB = "arn:aws:iam::111122223333:user/bob";
export const settings = {
  limits: LIMITS,
  deployment: {
    prefix: "acw",
    path: "/acw/",
    hub: { account: "000000000000", region: "us-east-1" },
    permissionsBoundary: null,
    retention: { logDays: 90, evidenceDays: 90, journalDays: 90 },
  },
} as const;

export interface FakeMachine {
  readonly client: Pick<SFNClient, "send">;
  readonly started: { name: string; input: unknown }[];
  readonly status: Map<string, string>;
  /** Thrown by the next StartExecution. */
  failNext?: Error;
}

export function fakeMachine(): FakeMachine {
  const machine: FakeMachine = { client: { send } as unknown as Pick<SFNClient, "send">, started: [], status: new Map() };
  async function send(command: unknown) {
    if (command instanceof StartExecutionCommand) {
      const { failNext } = machine;
      delete machine.failNext;
      if (failNext) throw failNext;
      const { name = "", input = "" } = command.input;
      if (machine.started.some((one) => one.name === name)) throw new ExecutionAlreadyExists({ message: "exists", $metadata: {} });
      machine.started.push({ name, input: JSON.parse(input) });
      return {};
    }
    if (command instanceof DescribeExecutionCommand) {
      const arn = command.input.executionArn ?? "";
      const prefix = `${MACHINE.replace("stateMachine", "execution")}:`;
      const status = arn.startsWith(prefix) ? machine.status.get(arn.slice(prefix.length)) : undefined;
      if (!status) throw new ExecutionDoesNotExist({ message: "not there", $metadata: {} });
      return { status };
    }
    throw new Error("not known");
  }
  return machine;
}

export function requestsApi(catalog: Catalog = { services: [], changes: [] }, approvers: readonly Approver[] = []) {
  const table = fakeTable("requester", "requestId");
  const approvals = fakeTable("pk", "sk");
  const machine = fakeMachine();
  const logged: unknown[] = [];
  const start = Date.parse("2026-11-22T10:00:00Z");
  let seconds = 0;
  let keys = 0;
  const handler = makeRequests({
    store: dynamoStore(table.client, "requests"),
    executions: machineExecutions(machine.client, MACHINE),
    approvals: dynamoApprovals(approvals.client, "approvals"),
    approvers,
    settings,
    catalog: () => catalog,
    version: "1.2.3",
    now: () => new Date(start + 1000 * ++seconds),
    newKey: () => `generated-${++keys}`,
    log: (record) => logged.push(record),
  });
  return { table, approvals, machine, logged, handler };
}

/** A request of Alice's that has ended, in the stores of requestsApi. */
export async function ended(
  { client }: Pick<FakeTable, "client">,
  machine: FakeMachine,
  document: object = {},
  requestId = `req-${"0123456789abcdef".repeat(2)}`,
) {
  const requester = "arn:aws:iam::111122223333:role/Analyst";
  const receivedAt = "2026-11-22T09:00:00.000Z";
  const input = JSON.stringify({ requestId, text: "close the buckets", requester, receivedAt, ...document });
  await dynamoStore(client, "requests").put({ requester, requestId, receivedAt, bodyHash: "h", text: "close the buckets", redactions: 0, input, expiresAt: 1 });
  machine.status.set(requestId, "SUCCEEDED");
  return requestId;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly caller?: string | null;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export function proxyEvent({
  method = "POST",
  path = "/requests",
  caller = ALICE,
  headers = { "content-type": "application/json" },
  query,
  body,
}: Call): APIGatewayProxyEvent {
  const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
  const event = {
    httpMethod: method,
    path,
    headers,
    queryStringParameters: query ?? null,
    pathParameters: null,
    body: text,
    isBase64Encoded: false,
    requestContext: { requestId: "api-1", identity: { userArn: caller } },
  };
  return event as unknown as APIGatewayProxyEvent;
}

export async function call(
  handler: ApiHandler,
  request: Call,
): Promise<{ status: number; body: ReturnType<typeof JSON.parse>; headers: NonNullable<APIGatewayProxyResult["headers"]>; text: string }> {
  const result: APIGatewayProxyResult = await handler(proxyEvent(request), {} as Context);
  const type = String(result.headers?.["Content-Type"]);
  return {
    status: result.statusCode,
    body: type.startsWith("application/json") ? JSON.parse(result.body) : undefined,
    headers: result.headers ?? {},
    text: result.body,
  };
}
