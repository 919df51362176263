/** The approval API with the waits that functions/approval wrote, a key that really MACs, and a machine that takes a token once. */
import { createHmac } from "node:crypto";
import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import { SendTaskSuccessCommand, type SFNClient, TaskTimedOut } from "@aws-sdk/client-sfn";
import type { Approver } from "../../../../config/approvers.ts";
import { makeHandler } from "../../../../functions/api/approval/api.ts";
import { kmsMac, taskAnswers } from "../../../../functions/api/approval/aws.ts";
import { dynamoStore } from "../../../../functions/api/store.ts";
import { makeHandler as makeAwait } from "../../../../functions/approval/approval.ts";
import { dynamoApprovals } from "../../../../functions/shared/approvals-table.ts";
import type { Plan } from "../../../../functions/shared/contracts.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { dynamoStops } from "../../../../functions/shared/stops-table.ts";
import { fakeTable } from "../../record/fake-table.ts";
import { ACCOUNT, REQUEST, REQUESTER, samplePlan, waitFor } from "../../shared/plan-sample.ts";
import { ALICE, type Call, call } from "../fakes.ts";

/** Requester, by role session. */
export { ALICE };
/** Another session of the requester's role. */
export const ALICE_AGAIN = "arn:aws:sts::111122223333:assumed-role/Analyst/somebody-else";
export const CAROL = "arn:aws:iam::111122223333:user/carol";
export const DAN = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Approvers_0a1b2c3d4e5f6071/dan@example.com";
/** The same permission set, another person. */
export const ERIN = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Approvers_0a1b2c3d4e5f6071/erin@example.com";
/** Registered, but for another account. */
export const FRANK = "arn:aws:iam::111122223333:user/frank";
export const STRANGER = "arn:aws:iam::999999999999:user/stranger";

const APPROVERS: Approver[] = [
  { principal: CAROL, accounts: [ACCOUNT] },
  { principal: DAN, accounts: [ACCOUNT, "333333333333"] },
  { principal: FRANK, accounts: ["333333333333"] },
];
export const KEY = "alias/acw-approvals";
export const macOf = (message: Uint8Array) => createHmac("sha256", KEY).update(message).digest("base64");

export interface Options {
  readonly plan?: Plan;
  /** Runs before each command on the approvals and the stops table. */
  readonly before?: (command: unknown) => Promise<void>;
}

export function approvalApi({ plan = samplePlan(), before }: Options = {}) {
  const table = fakeTable("pk", "sk", before);
  const approvals = dynamoApprovals(table.client, "approvals");
  const stops = dynamoStops(fakeTable("requestId", "requestId", before).client, "stops");
  const store = dynamoStore(fakeTable("requester", "requestId").client, "requests");
  const machine = {
    /** What the machine took, by token. */
    taken: new Map<string, unknown>(),
    calls: 0,
    /** Thrown by the next SendTaskSuccess: before the machine took it, or after. */
    fail: undefined as { error: Error; after: boolean } | undefined,
    /** Tokens whose time ran out. */
    over: new Set<string>(),
  };
  const client = {
    async send(command: unknown) {
      if (command instanceof GenerateMacCommand) {
        const { KeyId, MacAlgorithm, Message } = command.input;
        if (KeyId !== KEY || MacAlgorithm !== "HMAC_SHA_256") throw new Error("another key");
        return { Mac: Buffer.from(macOf(Message!), "base64") };
      }
      if (!(command instanceof SendTaskSuccessCommand)) throw new Error("not known");
      machine.calls++;
      const { taskToken = "", output = "" } = command.input;
      const { fail } = machine;
      machine.fail = undefined;
      if (fail && !fail.after) throw fail.error;
      if (machine.taken.has(taskToken) || machine.over.has(taskToken)) throw new TaskTimedOut({ message: "over", $metadata: {} });
      machine.taken.set(taskToken, JSON.parse(output));
      if (fail) throw fail.error;
      return {};
    },
  };
  const clock = { now: new Date("2026-11-22T11:00:00.000Z") };
  const logged: unknown[] = [];
  const handler = makeHandler({
    approvals,
    stops,
    store,
    approvers: APPROVERS,
    retentionDays: 90,
    mac: kmsMac(client as unknown as KMSClient, KEY),
    succeed: taskAnswers(client as unknown as SFNClient),
    now: () => clock.now,
    log: (line) => logged.push(line),
  });
  const awaitApproval = makeAwait({ approvals, stops, retentionDays: 90, now: () => clock.now });
  /** The machine reaches a phase. */
  const wait = (phase = 1, token = `token-${phase}`) => awaitApproval(waitFor(phase, token, plan));
  const own = () =>
    store.put({
      requester: REQUESTER,
      requestId: REQUEST,
      receivedAt: "2026-11-22T09:59:59.000Z",
      bodyHash: "h",
      text: "t",
      redactions: 0,
      input: "{}",
      expiresAt: 1,
    });
  const post = (caller: string, body: object = {}, more: Partial<Call> = {}) =>
    call(handler, { path: `/requests/${REQUEST}/approval`, caller, body: { decision: "approve", planHash: digest(plan), ...body }, ...more });
  const get = (caller: string, accept = "application/json", id = REQUEST) =>
    call(handler, { method: "GET", path: `/requests/${id}/approval`, caller, headers: { Accept: accept } });
  const stop = (caller: string, body?: object, id = REQUEST) => call(handler, { path: `/requests/${id}/stop`, caller, body });
  return { handler, table, approvals, stops, machine, clock, logged, wait, own, post, get, stop, planHash: digest(plan), awaitApproval };
}
