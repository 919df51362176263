/** A worker with an account, a ledger, a KMS key and a model in memory; its clock moves when it waits. */
import { createHash } from "node:crypto";
import { filled, isAbsent, stateOf } from "../../../config/catalog/state.ts";
import type { State, StepInput, WriteDefinition } from "../../../config/catalog/write.ts";
import type { Settings } from "../../../config/settings.ts";
import type { ConnectOptions } from "../../../functions/discovery/service.ts";
import type { Effect } from "../../../functions/mutation/boundaries.ts";
import type { NarrowRequest } from "../../../functions/mutation/identity.ts";
import type { Ledger } from "../../../functions/mutation/ledger.ts";
import { makeHandler } from "../../../functions/mutation/worker.ts";
import { macMessage } from "../../../functions/shared/approval-mac.ts";
import { type Approval, type MutationCall, type MutationInput, mutationResult, type Plan, type PlanStep } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";
import type { StopItem } from "../../../functions/shared/halt.ts";
import { type LedgerItem, ledgerItem } from "../../../functions/shared/ledger.ts";
import { message, scripted, use } from "../shared/fake-model.ts";
import { REQUEST_ID, SANDBOX, SETTINGS } from "../shared/samples.ts";
import { type FakeAws, fakeAws } from "./fake-aws.ts";
import { toy } from "./toy.ts";

export const REQUESTER = "arn:aws:iam::000000000000:user/ann";
export const APPROVER = "arn:aws:iam::000000000000:user/bob";
export const REGION = "us-east-1";
export const ROLE = "aws-coworker/aws-coworker-mutation-s3";
export const PRINCIPAL = `arn:aws:sts::${SANDBOX}:assumed-role/aws-coworker-mutation-s3/${REQUEST_ID}`;
export const TAGS = { CoworkerRequest: REQUEST_ID };
const START = Date.parse("2026-11-22T10:00:00.000Z");
export const EXPIRES = "2026-11-22T14:00:00.000Z";
export const settings: Settings = { ...SETTINGS, approvers: [{ principal: APPROVER, accounts: [SANDBOX] }] };
const WRITES: Readonly<Record<string, WriteDefinition>> = toy.writes ?? {};

export interface StepSpec {
  readonly id: string;
  readonly operation: string;
  readonly input: StepInput;
  readonly phase?: number;
  readonly changes?: Partial<PlanStep>;
}

export function stateNow(aws: FakeAws, write: WriteDefinition, input: StepInput): State {
  const tables = write.before.flatMap(({ operation, columns, by }) => {
    const [field = ""] = Object.keys(by);
    if (typeof input[field] !== "string") return [];
    const rows = Object.values(aws.read(operation, { [field]: input[field] }) as Record<string, Record<string, unknown>[]>).flat();
    return [{ operation, columns: [...columns], rows: rows.map((row) => columns.map((column) => row[column] ?? null)) }];
  });
  return stateOf(write.before, tables, input);
}

export function stepOf(aws: FakeAws, { id, operation, input, changes = {} }: StepSpec): PlanStep {
  const write = WRITES[operation];
  if (!write) throw new Error(`toy has no ${operation}`);
  const image = JSON.parse(JSON.stringify(stateNow(aws, write, input)));
  const inverse = write.inverse(input, image, (name) => ({ $ref: `${id}.${name}` }));
  const place = { account: SANDBOX, region: REGION };
  return {
    ...{ id, service: "s3", operation, ...place, environment: "sandbox", class: write.class, resource: filled(write.arn, input, place) },
    ...{ creates: write.creates !== undefined, input: { ...input }, dependsOn: [], changes: [] },
    before: { absent: isAbsent(image, write.before), digest: digest(image), image },
    promised: JSON.parse(JSON.stringify(write.promises(input, image))),
    inverse: inverse === null ? null : { operation: inverse.operation, input: { ...inverse.input } },
    ...{ reversible: write.reversible, notRestorable: [...(write.notRestorable ?? [])], expected: "", validation: "", reason: "because" },
    ...changes,
  };
}

export function planOf(aws: FakeAws, specs: readonly StepSpec[], changes: Partial<Plan> = {}): Plan {
  const numbers = [...new Set(specs.map(({ phase = 1 }) => phase))].sort();
  const phases = numbers.map((number) => {
    const steps = specs.filter(({ phase = 1 }) => phase === number).map((spec) => stepOf(aws, spec));
    const destructive = steps.some((step) => step.class === "destructive");
    return { number, title: `Phase ${number}`, destructive, coveredBy: destructive ? number : 1, steps, rollback: [] };
  });
  const steps = phases.flatMap((phase) => phase.steps);
  return {
    ...{ version: 1, requestId: REQUEST_ID, requester: REQUESTER, text: "Set flags.", origin: "planner", undoOf: null, ticket: null, summary: "Sets flags." },
    ...{ policyVersion: "0".repeat(64), createdAt: "2026-11-22T09:59:00.000Z", expiresAt: EXPIRES },
    targets: [{ account: SANDBOX, name: "acme-sandbox", environment: "sandbox", regions: [REGION], roles: [ROLE] }],
    ...{ phases, wellArchitected: [], governance: [], risk: "low", rollbackComplexity: "simple", estimatedSeconds: 1 },
    blastRadius: { count: steps.length, resources: steps.map(({ resource }) => resource), level: "low" },
    cost: { monthlyUsdBefore: 0, monthlyUsdAfter: 0, difference: 0, items: [] },
    approval: { requesterMayApprove: true, acknowledge: [] },
    ...changes,
  };
}

/** What the fake KMS key signs with. */
export const macOf = (approval: Omit<Approval, "mac">): string =>
  createHash("sha256")
    .update("the key")
    .update(macMessage({ ...approval }))
    .digest("base64");

export function approvalOf(plan: Plan, changes: Partial<Approval> = {}): Approval {
  const fields = {
    ...{ requestId: plan.requestId, phase: 1, tokenDigest: "1".repeat(64), planHash: digest(plan), decision: "approve" as const, approver: APPROVER },
    ...{ expiresAt: plan.expiresAt, decidedAt: "2026-11-22T09:59:30.000Z", note: "" },
    ...changes,
  };
  return { ...fields, mac: changes.mac === undefined ? macOf(fields) : changes.mac };
}

export function inputOf(plan: Plan, call: Partial<MutationCall> = {}, changes: Partial<MutationInput> = {}): MutationInput {
  const phase = call.phase ?? 1;
  const stepIds = plan.phases.find(({ number }) => number === phase)?.steps.map(({ id }) => id) ?? [];
  const undo = call.mode === "undo";
  return {
    call: {
      ...{
        requestId: plan.requestId,
        callId: undo ? "u1" : `p${phase}m1`,
        worker: "mutation-s3",
        service: "s3",
        account: SANDBOX,
        region: REGION,
        phase,
        mode: "apply",
      },
      stepIds: undo ? [...stepIds].reverse() : stepIds,
      ...call,
    },
    ...{
      plan,
      planHash: digest(plan),
      approval: approvalOf(plan, { phase: plan.phases.find(({ number }) => number === phase)?.coveredBy ?? 1 }),
      budgetUsd: 1,
    },
    ...changes,
  };
}

/** Conditional writes as DynamoDB's, over items as JSON. */
export function memoryLedger(): Ledger & { readonly items: Map<string, LedgerItem>; of(stepId: string): LedgerItem | undefined } {
  const items = new Map<string, LedgerItem>();
  return {
    items,
    of: (stepId) => [...items.values()].find((item) => item.stepId === stepId),
    get: async (pk, phase, stepId) =>
      structuredClone([...items.values()].find((item) => item.pk === pk && item.phase === phase && item.stepId === stepId) ?? null),
    put: async (item, expected) => {
      const key = `${item.pk} ${item.sk}`;
      if ((items.get(key)?.version ?? null) !== expected) return false;
      items.set(key, ledgerItem.parse(JSON.parse(JSON.stringify(item))));
      return true;
    },
  };
}

export interface WorldOptions {
  readonly effect?: Effect;
  readonly replies?: readonly unknown[];
  readonly settings?: Settings;
  readonly sts?: { readonly assume?: (request: NarrowRequest) => void; readonly caller?: string };
}

export function world(options: WorldOptions = {}) {
  const aws = fakeAws();
  const ledger = memoryLedger();
  const clock = { now: START };
  const switches = { halt: JSON.stringify({ halted: false }) as string | undefined, stop: undefined as StopItem | undefined };
  const sessions: NarrowRequest[] = [];
  const connected: ConnectOptions[] = [];
  let attempts = 0;

  const worker = (more: WorldOptions = {}) => {
    const given = { ...options, ...more };
    const model = scripted(...(given.replies ?? Array.from({ length: 8 }, () => message([use("proceed", {})]))));
    const handler = makeHandler({
      mutation: {
        definition: toy,
        connect: (connection) => {
          connected.push(connection);
          const { accessKeyId: policy } = connection.credentials;
          return {
            send: async (command, input) => {
              allow(policy, actionsOf(command), String(input.Name ?? input.Id));
              return aws.write(command, input, policy);
            },
          };
        },
      },
      reads: {
        definition: toy,
        connect: ({ credentials }) => ({
          send: async (operation, input) => {
            allow(
              credentials.accessKeyId,
              toy.reads[operation as "ListThings"].permissions.map(({ action }) => action),
              "",
            );
            return aws.read(operation, input);
          },
        }),
      },
      settings: given.settings ?? settings,
      prompt: "",
      invoke: model.invoke,
      sts: {
        assume: async (request) => {
          sessions.push(request);
          given.sts?.assume?.(request);
          return { accessKeyId: request.policy, secretAccessKey: "x", sessionToken: "x" };
        },
        whoAmI: async () => given.sts?.caller ?? PRINCIPAL,
      },
      ledger,
      switches: { halt: async () => switches.halt, stop: async () => switches.stop },
      verifyMac: async (bytes, mac) => createHash("sha256").update("the key").update(bytes).digest("base64") === Buffer.from(mac).toString("base64"),
      now: () => clock.now,
      wait: async (milliseconds) => {
        clock.now += milliseconds;
        await new Promise((resolve) => setImmediate(resolve));
      },
      newAttempt: () => `attempt-${++attempts}`,
      ...(given.effect ? { effect: given.effect } : {}),
    });
    const run = async (input: unknown, remaining = 600_000) => {
      const from = clock.now;
      const context = { getRemainingTimeInMillis: () => remaining - (clock.now - from) };
      return mutationResult.parse(JSON.parse(JSON.stringify(await handler(input, context))));
    };
    return { run, asked: model.asked };
  };
  return { aws, ledger, clock, switches, sessions, connected, worker };
}

/** IAM: the session policy has the action on a resource that ends in the name. */
function allow(policy: string, actions: readonly string[], name: string): void {
  const statements = JSON.parse(policy).Statement as { Action: string | string[]; Resource: string | string[] }[];
  const isAllowed = statements.some(
    ({ Action, Resource }) =>
      [Action].flat().some((action) => actions.includes(action)) &&
      (name === "" || [Resource].flat().some((arn) => arn === "*" || arn.endsWith("/*") || arn.endsWith(name))),
  );
  if (!isAllowed)
    throw Object.assign(new Error(`not authorized to ${actions.join(" or ")} on ${name}`), {
      name: "AccessDenied",
      $fault: "client",
      $metadata: { httpStatusCode: 403 },
    });
}

/** Of every write that sends the command. */
function actionsOf(command: string): string[] {
  const senders = Object.values(WRITES).filter(({ calls, compensate = [] }) => [...calls, ...compensate].some((call) => call.command === command));
  return senders.flatMap(({ permissions }) => permissions.map(({ action }) => action));
}

export const kinds = ({ outcomes }: { outcomes: readonly { outcome: string }[] }): string[] => outcomes.map(({ outcome }) => outcome);
