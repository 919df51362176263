import { describe, expect, it } from "vitest";
import { LIMITS } from "../../config/limits.ts";
import { decideTasks } from "../../functions/guardrail/tasks.ts";
import {
  type Decision,
  orchestratorInput,
  reportInput,
  STATUSES,
  SUCCEEDING,
  type WorkerCall,
  workerCall,
  workerCrash,
} from "../../functions/shared/contracts.ts";
import { admitted, document, result, SANDBOX, table, usage } from "../functions/shared/samples.ts";
import { execute, type Functions, rendered } from "./machine.ts";

const discover = (service = "s3", operation = "ListBuckets"): Extract<Decision, { kind: "discover" }> => ({
  kind: "discover",
  rationale: "",
  tasks: [{ service, accounts: [SANDBOX], regions: [], reads: [{ operation, input: {} }] }],
});
const answer: Decision = { kind: "answer", answer: "One.", findings: [] };
const thrown = (name: string) => () => {
  throw Object.assign(new Error("broken on purpose"), { name });
};

/** A machine whose planner makes these decisions in turn; every payload is held to its contract. */
async function run(decisions: readonly Decision[], changes: Partial<Functions> = {}, status = "answered") {
  const functions = {
    admit: () => admitted(),
    record: () => ({}),
    orchestrator: (payload: Record<string, unknown>) => {
      const { round, history, latest, usage: counted } = orchestratorInput.parse(payload);
      const decision = decisions[round - 1];
      if (!decision) throw new Error(`round ${round} was not expected`);
      const folded = latest ? [{ round: round - 1, results: latest.results.filter((one) => !("crashed" in one)), refused: latest.refused, cut: {} }] : [];
      return { decision, history: [...history, ...folded], usage: [...counted, usage({ usd: 0.1 })], redactions: 1, durationMs: 1 };
    },
    guardrail: ({ kind: _, ...payload }: Record<string, unknown>) => decideTasks(payload as unknown as Parameters<typeof decideTasks>[0], LIMITS),
    "discovery-s3": (payload: Record<string, unknown>) => {
      const { callId }: WorkerCall = workerCall.parse(payload);
      return result([table([["arn:aws:s3:::a", "a"]], { evidenceId: `${callId}.1` })], { callId });
    },
    report: (payload: Record<string, unknown>) => ({ status, code: "the_code", summary: "The summary.", outcome: reportInput.parse(payload).outcome }),
    ...changes,
  } as Functions;
  const ended = await execute(rendered(), document(), functions);
  const payloads = (name: string) => ended.calls.filter((call) => call.function === name).map(({ payload }) => payload);
  const reported = payloads("report").map((payload) => reportInput.parse(payload));
  return { ...ended, payloads, reported: reported[0] };
}

describe("an answered request", () => {
  it("goes round by round; what was read reaches the planner, its history the report", async () => {
    const { state, payloads, reported } = await run([discover(), discover("s3", "GetBucketPolicyStatus"), answer]);
    expect(state).toBe("Succeeded");
    const inputs = payloads("orchestrator").map((payload) => orchestratorInput.parse(payload));
    expect(inputs.map(({ round, history, latest }) => [round, history.length, latest?.results.map(({ callId }) => callId) ?? null])).toEqual([
      [1, 0, null],
      [2, 0, ["r1c1"]],
      [3, 1, ["r2c1"]],
    ]);
    expect(inputs[2]?.usage).toHaveLength(2);
    expect(reported).toMatchObject({ outcome: answer, latest: null, redactions: 3, startedAt: "2026-11-22T10:00:00.000Z", admission: { outcome: "admitted" } });
    expect(reported?.history.map(({ round }) => round)).toEqual([1, 2]);
    expect(reported?.usage).toHaveLength(3);
  });

  it("records each visit once, under its own name", async () => {
    const { payloads } = await run([discover(), answer]);
    expect(payloads("record").map(({ visit }) => visit)).toEqual(["Admit#1", "Orchestrate#1", "Guardrail#1", "Discover#1", "Orchestrate#2", "Report#1"]);
    expect(payloads("record").map(({ state }) => state)).toEqual(["Admit", "Orchestrate", "Guardrail", "Discover", "Orchestrate", "Report"]);
    expect(payloads("record")[4]?.result).toMatchObject({ decision: answer, history: [] });
  });

  it.each(STATUSES)("ends by the report's status: %s", async (status) => {
    const { state, error, cause } = await run([discover(), answer], {}, status);
    expect(state).toBe(SUCCEEDING.includes(status) ? "Succeeded" : "Failed");
    if (state === "Failed") expect([error, cause]).toEqual(["the_code", "The summary."]);
  });
});

describe("a refused request", () => {
  it("calls neither model nor worker, and is reported", async () => {
    const { state, calls, reported } = await run([], { admit: () => ({ ...admitted(), outcome: "refused", targets: [] }) }, "refused");
    expect(state).toBe("Failed");
    expect(calls.map((call) => call.function)).toEqual(["admit", "record", "report", "record"]);
    expect(reported?.outcome).toEqual({ kind: "refused" });
  });
});

describe("a planner that goes on", () => {
  it("is stopped at the round limit with a typed failure", async () => {
    const { payloads, reported } = await run(
      Array.from({ length: 9 }, () => discover()),
      {},
      "failed",
    );
    expect(payloads("orchestrator")).toHaveLength(5);
    expect(payloads("discovery-s3")).toHaveLength(4);
    expect(reported?.outcome).toMatchObject({ kind: "failed", code: "round_limit" });
  });

  it("whose tasks are all refused is told so, and nothing is called", async () => {
    const { state, payloads } = await run([discover("s3", "DeleteBucket"), answer]);
    expect(state).toBe("Succeeded");
    expect(payloads("discovery-s3")).toEqual([]);
    expect(payloads("orchestrator")[1]?.latest).toMatchObject({ results: [], refused: [{ code: "unknown_operation" }] });
  });
});

describe("a worker that crashes", () => {
  it("is named with what was reserved for it, beside the others (F14)", async () => {
    const both: Decision = {
      kind: "discover",
      rationale: "",
      tasks: [...discover().tasks, { service: "iam", accounts: [SANDBOX], regions: [], reads: [], objective: "look" }],
    };
    const { state, payloads } = await run([both, answer], { "discovery-iam": thrown("Sandbox.Timedout") }, "partial");
    expect(state).toBe("Succeeded");
    const [, next] = payloads("orchestrator");
    const [whole, crash] = orchestratorInput.parse(next).latest?.results ?? [];
    expect(whole).toMatchObject({ status: "complete" });
    expect(workerCrash.parse(crash)).toEqual({
      callId: "r1c2",
      worker: "discovery-iam",
      service: "iam",
      targets: [{ account: SANDBOX, region: "global" }],
      reservedUsd: expect.closeTo(0.95),
      crashed: { error: "Sandbox.Timedout", cause: "broken on purpose" },
    });
  });

  it("or does not exist in the table is a crash of that call too", async () => {
    const { state, payloads } = await run(
      [discover(), answer],
      {
        guardrail: () => ({
          calls: [{ callId: "r1c1", worker: "mutation-s3", service: "s3", targets: [{ account: SANDBOX, region: "global" }], shareUsd: 0 }],
          refused: [],
        }),
      },
      "partial",
    );
    expect(state).toBe("Succeeded");
    expect(payloads("orchestrator")[1]?.latest).toMatchObject({ results: [{ worker: "mutation-s3", crashed: { error: "States.QueryEvaluationError" } }] });
  });
});

describe("the unexpected", () => {
  it.each([
    ["Admit", "admit"],
    ["Orchestrate", "orchestrator"],
    ["Guardrail", "guardrail"],
  ])("in %s is reported as crashed there, and the execution fails", async (crashedIn, name) => {
    const { state, reported } = await run([discover(), answer], { [name]: thrown("TypeError") }, "failed");
    expect(state).toBe("Failed");
    expect(reported?.outcome).toEqual({ kind: "crashed", state: crashedIn, error: "TypeError", cause: "broken on purpose" });
  });

  it("after a round was read still shows that round to the report", async () => {
    let round = 0;
    const orchestrator = () =>
      ++round === 1 ? { decision: discover(), history: [], usage: [], redactions: 0, durationMs: 0 } : thrown("ThrottlingException")();
    const { reported } = await run([], { orchestrator }, "failed");
    expect(reported).toMatchObject({ outcome: { kind: "crashed", state: "Orchestrate" }, history: [], latest: { results: [{ callId: "r1c1" }], refused: [] } });
  });

  it("in Record does not lose the report", async () => {
    const { state, visited } = await run([answer], { record: thrown("ProvisionedThroughputExceededException") }, "failed");
    expect([state, visited.includes("Report")]).toEqual(["Failed", true]);
  });

  it("in Report fails the execution with the reason", async () => {
    const { state, error, cause } = await run([discover(), answer], { report: thrown("AccessDenied") });
    expect([state, error, cause]).toEqual(["Failed", "report_failed", "The report could not be written: AccessDenied"]);
  });
});
