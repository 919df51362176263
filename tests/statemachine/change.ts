/** The machine over the real guardrail, Record and Report; the planner, people, workers and AWS are stand-ins. */

import { dispatcher } from "../../functions/guardrail/dispatch.ts";
import { dynamoJournal } from "../../functions/record/journal.ts";
import { makeHandler as makeRecord } from "../../functions/record/record.ts";
import { type ReportDocument, reportDocument } from "../../functions/report/document.ts";
import { makeHandler as makeReport } from "../../functions/report/report.ts";
import { approvalRequest } from "../../functions/shared/approvals.ts";
import {
  type Approval,
  type Decision,
  examineResult,
  type MutationCall,
  type MutationInput,
  type MutationResult,
  mutationInput,
  orchestratorInput,
  type ProposedStep,
  type RequestDocument,
  reportInput,
  STATE_BYTES,
  type StepOutcome,
  type StepOutcomeKind,
  type WorkerCall,
} from "../../functions/shared/contracts.ts";
import { jsonBytes } from "../../functions/shared/cut.ts";
import { digest } from "../../functions/shared/digest.ts";
import { requestEvent } from "../../functions/shared/events.ts";
import { answer, BEN, bucketWorld, JUDGING, proposed } from "../functions/guardrail/plan/set-up.ts";
import { fakeTable } from "../functions/record/fake-table.ts";
import { document, usage } from "../functions/shared/samples.ts";
import { execute, type Functions, rendered } from "./machine.ts";

type Payload = Record<string, unknown>;
export type Work = (input: MutationInput, attempt: number) => unknown;

export const outcomeOf = (stepId: string, outcome: StepOutcomeKind, more: Partial<StepOutcome> = {}): StepOutcome => ({
  stepId,
  outcome,
  code: outcome,
  message: `${stepId} is ${outcome}.`,
  resource: "",
  principal: "arn:aws:sts::666666666666:assumed-role/aws-coworker-mutation-s3/req-0f",
  differences: [],
  output: {},
  failure: null,
  at: "2026-11-25T12:00:00.000Z",
  ...more,
});

export const resultOf = (
  call: MutationCall,
  status: MutationResult["status"],
  outcomes: StepOutcome[],
  more: Partial<MutationResult> = {},
): MutationResult => ({
  callId: call.callId,
  worker: call.worker,
  phase: call.phase,
  mode: call.mode,
  status,
  outcomes,
  resolutions: [],
  usage: [],
  redactions: 0,
  durationMs: 1,
  ...more,
});

/** The ledger and the account's buckets in one: what was done is read back so. */
export function buckets(...all: { name: string; region?: string; account?: string; tags?: Record<string, string> }[]) {
  const closed = new Set<string>();
  const world = () => bucketWorld(...all.map((one) => ({ ...one, flags: closed.has(one.name) ? [true, true, true, true] : [false, false, false, false] })));
  const work: Work = ({ call, plan }) => {
    const steps = plan.phases.flatMap((one) => one.steps);
    const outcomes = call.stepIds.map((id) => {
      const name = String(steps.find((step) => step.id === id)?.input.Bucket);
      if (call.mode === "undo") return outcomeOf(id, closed.delete(name) ? "undone" : "nothing_to_undo");
      closed.add(name);
      return outcomeOf(id, "done");
    });
    return resultOf(call, "done", outcomes, call.mode === "apply" ? { usage: [usage({ by: call.worker, model: "sonnet", usd: 0.01 })] } : {});
  };
  return { closed, world, work };
}

export const approves =
  (decision: Approval["decision"] = "approve", changes: Partial<Approval> = {}) =>
  (payload: Payload): Approval => {
    const { plan, planHash, phase } = approvalRequest.parse(payload);
    return {
      requestId: plan.requestId,
      phase,
      tokenDigest: "0".repeat(64),
      planHash,
      decision,
      approver: BEN,
      expiresAt: plan.expiresAt,
      decidedAt: plan.createdAt,
      note: "",
      mac: decision === "approve" ? "AA==" : null,
      ...changes,
    };
  };

interface Change {
  readonly decisions?: readonly Decision[];
  readonly world: () => ReturnType<typeof bucketWorld>;
  readonly work: Work;
  readonly functions?: Partial<Functions>;
  readonly request?: Partial<RequestDocument>;
  /** The journal takes nothing any more once this is true. */
  readonly journalIsDown?: () => boolean;
}

export const proposing = (...steps: ProposedStep[]): Decision => ({ kind: "propose", summary: "Closes the buckets.", steps });

/** Every payload is held to its contract, and to the state's size. */
export async function runChange({ decisions = [], world, work, functions = {}, request = {}, journalIsDown = () => false }: Change) {
  const table = fakeTable("pk", "sk");
  const files = new Map<string, string>();
  const record = makeRecord({
    journal: dynamoJournal(table.client, "journal"),
    settings: JUDGING.settings,
    now: () => new Date(),
    wait: async () => undefined,
    random: () => 0,
  });
  const report = makeReport({
    getObject: async () => {
      throw new Error("no evidence here");
    },
    putObject: async (key, body) => void files.set(key, body),
    now: () => new Date(),
  });
  let asked = 0;
  let worked = 0;
  const all = {
    admit: () => proposed([]).admission,
    record: (payload: Payload) => {
      if (journalIsDown()) throw Object.assign(new Error("no capacity"), { name: "ProvisionedThroughputExceededException" });
      return record(payload);
    },
    orchestrator: (payload: Payload) => {
      const { history, latest, usage: spent } = orchestratorInput.parse(payload);
      const decision = decisions[asked++];
      if (!decision) throw new Error(`decision ${asked} was not expected`);
      const folded = latest
        ? [{ round: history.length + 1, results: latest.results.filter((one) => !("crashed" in one)), refused: latest.refused, cut: {} }]
        : [];
      return { decision, history: [...history, ...folded], usage: spent.length > 0 ? spent : [usage({ usd: 0.1 })], redactions: 0, durationMs: 1 };
    },
    guardrail,
    "discovery-s3": (payload: Payload) => answer(payload as unknown as WorkerCall, world()),
    approval: approves(),
    halt: () => ({ outcome: "go", by: "", reason: "" }),
    "mutation-s3": (payload: Payload) => work(mutationInput.parse(payload), ++worked),
    report,
    ...functions,
  } as Functions;
  const sized = Object.fromEntries(
    Object.entries(all).map(([name, run]) => [
      name,
      (payload: Payload) => {
        if (jsonBytes(payload) > STATE_BYTES) throw new Error(`${name} is given ${jsonBytes(payload)} bytes`);
        return run(payload);
      },
    ]),
  );
  const ended = await execute(rendered(), document({ ...request }), sized);
  const payloads = (name: string) => ended.calls.filter((call) => call.function === name).map(({ payload }) => payload);
  const told = files.get([...files.keys()].find((key) => key.endsWith("report.json")) ?? "");
  return {
    ...ended,
    payloads,
    reported: reportInput.parse(payloads("report")[0]),
    report: (told ? reportDocument.parse(JSON.parse(told)) : null) as ReportDocument,
    markdown: files.get([...files.keys()].find((key) => key.endsWith("report.md")) ?? "") ?? "",
    calls: payloads("mutation-s3").map((payload) => mutationInput.parse(payload)),
    events: [...table.items.values()]
      .filter((item) => String(item.sk).startsWith("EVENT#"))
      .sort((a, b) => String(a.sk).localeCompare(String(b.sk)))
      .map((item) => requestEvent.parse(JSON.parse(String(item.event)))),
  };
}

const guardrail = dispatcher(JUDGING.settings, async () => JUDGING);

/** The guardrail, but one of its duties throws. */
export const guardrailWithout = (kind: string): Partial<Functions> => ({
  guardrail: (payload) => {
    if (payload.kind === kind) throw Object.assign(new Error("broken on purpose"), { name: "TypeError" });
    return guardrail(payload);
  },
});

/** The guardrail, whose plan has its last step in a phase of its own that is destructive. */
export const twoPhases = (coveredBy = 2): Partial<Functions> => ({
  guardrail: async (payload) => {
    const result = await guardrail(payload);
    if (payload.kind !== "examine") return result;
    const { plan, ...rest } = examineResult.parse(result);
    const [first] = plan?.phases ?? [];
    if (!plan || !first) return result;
    const last = first.steps.slice(-1);
    const phases = [
      { ...first, steps: first.steps.slice(0, -1) },
      { ...first, number: 2, title: "Remove", destructive: true, coveredBy, steps: last },
    ];
    const changed = { ...plan, phases };
    return { ...rest, plan: changed, planHash: digest(changed) };
  },
});
