import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventsOf } from "../../../functions/record/translate.ts";
import { requestEvent } from "../../../functions/shared/events.ts";
import * as samples from "./samples.ts";

const types = (state: string, result: unknown) => eventsOf(state, result).map(({ type }) => type);

const folder = new URL("../../../events/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(`record.${name}.json`, folder), "utf8")).result;

describe("a change's states as events", () => {
  it.each([
    ["PlanReads", sample("plan-reads-1"), ["message"]],
    ["PlanReads", sample("plan-reads-2"), ["sub_agent_spawn"]],
    ["Examine", sample("examine-2"), ["message", "todo_update"]],
    ["ApprovalRequest", sample("approval-request-1"), ["permission_request"]],
    ["AwaitApproval", sample("await-approval-1"), ["permission_grant"]],
    ["Authorize", sample("authorize-1"), ["todo_update", "sub_agent_spawn", "tool_use"]],
    ["Mutate", sample("mutate-1"), ["tool_result", "sub_agent_complete", "todo_update"]],
    ["Verify", sample("verify-1"), ["tool_result"]],
    ["Halt", { outcome: "go", by: "", reason: "" }, []],
    ["Halt", { outcome: "halted", by: "ann", reason: "x" }, ["error"]],
    ["Undo", { outcome: "refused", code: "nothing_done", reason: "r", proposal: null, ground: null }, ["error"]],
    ["PlanRollBack", { calls: [] }, ["message"]],
  ])("%s", (state, result, expected) => {
    const drafts = eventsOf(state, result);
    expect(drafts.map(({ type }) => type)).toEqual(expected);
    for (const draft of drafts) expect(requestEvent.safeParse({ id: "x", seq: 1, timestamp: "2026-11-22T10:00:00Z", ...draft }).error).toBeUndefined();
  });

  it("a refusal is an error with its rules, a verdict that sends back is none", () => {
    const { verdict } = sample("plan-reads-1");
    expect(types("PlanReads", { verdict: { ...verdict, decision: "refuse" }, calls: [] })).toEqual(["message", "error"]);
    expect(eventsOf("PlanReads", { verdict: { ...verdict, decision: "refuse", ruleIds: ["law-4"] }, calls: [] })[1]?.payload).toMatchObject({
      severity: "error",
      recoverable: false,
      ruleIds: ["law-4"],
    });
  });

  it("a plan on its way to an artifact is shown too: no permission is asked for it", () => {
    const examined = sample("examine-2");
    const drafts = eventsOf("Examine", { ...examined, examined: { ...examined.examined, verdict: { ...examined.examined.verdict, decision: "artifact" } } });
    expect(drafts.at(-1)).toMatchObject({ type: "tool_use", payload: { tool: "artifact", input: { planHash: examined.examined.planHash } } });
  });

  it("a wait that nobody ended is a permission that was not given, by nobody", () => {
    const [draft] = eventsOf("AwaitApproval", { decision: "expired", phase: 1, planHash: "0".repeat(64) });
    expect(draft?.payload).toMatchObject({ approved: false, decision: "expired", approver: null, decidedAt: null });
  });

  it("a crashed worker is told with its steps, and what it did as not known", () => {
    const mutated = sample("mutate-1");
    const { callId, worker, phase, mode } = mutated.mutations[0];
    const crash = { callId, worker, phase, mode, stepIds: ["s1"], crashed: { error: "Sandbox.Timedout", cause: "600 s" } };
    const drafts = eventsOf("Mutate", { ...mutated, mutations: [crash] });
    expect(drafts.map(({ type }) => type)).toEqual(["error", "sub_agent_complete", "todo_update"]);
    expect(drafts[1]?.payload).toMatchObject({ status: "crashed", duration: null });
    expect(drafts[2]?.payload).toMatchObject({ todos: [{ status: "in_progress" }] });
  });

  it("a step that failed is an error beside its result", () => {
    const mutated = sample("mutate-1");
    const [worked] = mutated.mutations;
    const outcomes = [{ ...worked.outcomes[0], outcome: "drifted", message: "Somebody changed it." }];
    const drafts = eventsOf("Mutate", { ...mutated, mutations: [{ ...worked, status: "failed", outcomes }] });
    expect(drafts.map(({ type }) => type)).toEqual(["tool_result", "error", "sub_agent_complete", "todo_update"]);
    expect(drafts[0]?.payload).toMatchObject({ exitCode: 1, error: "Somebody changed it." });
    expect(drafts[1]?.payload).toMatchObject({ code: "drifted", relatedToolUseId: "p1m1.s1", recoverable: false });
    expect(drafts[2]?.payload).toMatchObject({ status: "failed", result: { failures: 1, steps: 0 } });
  });
});

describe("a state's result as events", () => {
  it.each([
    ["Admit", samples.admission, ["session_info"]],
    ["Orchestrate", samples.discover, ["todo_update"]],
    ["Orchestrate", samples.answer, ["message"]],
    ["Orchestrate", { ...samples.answer, decision: { kind: "failed", code: "budget_exhausted", message: "spent" } }, ["error", "todo_update"]],
    ["Guardrail", samples.guardrail, ["error", "message", "sub_agent_spawn", "sub_agent_spawn"]],
    ["Discover", [samples.workerResult, samples.crash], ["sub_agent_event", "error", "sub_agent_complete", "error", "sub_agent_complete"]],
    ["Discover", [], []],
    ["Report", samples.report, ["execution_complete"]],
  ])("%s", (state, result, expected) => {
    expect(types(state, result)).toEqual(expected);
  });

  it.each(samples.VISITS)("$visit makes events inside the contract", ({ state, result }) => {
    for (const draft of eventsOf(state, result)) {
      expect(requestEvent.safeParse({ id: "x", seq: 1, timestamp: "2026-11-22T10:00:00Z", ...draft }).error).toBeUndefined();
    }
  });

  it("carries where the evidence is, never a row", () => {
    const [table] = eventsOf("Discover", [samples.workerResult]);
    expect(table?.payload).toMatchObject({
      agentId: "r1c1",
      event: { tool: "ListBuckets", rows: 40, shown: 1, evidence: { key: "evidence/1.json", sha256: "a".repeat(64) } },
    });
    expect(JSON.stringify(eventsOf("Discover", [samples.workerResult]))).not.toContain("acme-very-private-name");
  });

  it("names the operation, the role and the missing access of a failure", () => {
    const failed = eventsOf("Discover", [samples.workerResult]).find(({ type }) => type === "error");
    expect(failed?.payload).toMatchObject({
      severity: "warning",
      recoverable: true,
      code: "AccessDenied",
      agentId: "r1c1",
      failure: { access: "s3:GetBucketPolicy", count: 3 },
    });
    expect(JSON.stringify(failed)).toContain("aws-coworker/acw-discovery-s3");
  });

  it("counts a crashed worker's reserved share as an estimate", () => {
    const complete = eventsOf("Discover", [samples.crash]).at(-1);
    expect(complete?.payload).toMatchObject({ status: "crashed", duration: null, usage: [{ usd: 0.5, estimated: true }] });
  });

  it("a refused task is a warning with its rules; a spawned worker says whether a model runs", () => {
    const events = eventsOf("Guardrail", samples.guardrail);
    expect(events[0]?.payload).toMatchObject({ severity: "warning", recoverable: true, code: "unknown_service", ruleIds: ["A09"] });
    expect(events.slice(2).map(({ payload }) => payload)).toMatchObject([
      { agentId: "r1c1", agentName: "discovery-s3", model: null, task: { reads: ["ListBuckets"], objective: null } },
      { agentId: "r1c2", agentName: "discovery-iam", model: "haiku", task: { reads: [], objective: "who is an administrator?" } },
    ]);
  });

  it.each(["Admit", "Orchestrate", "Guardrail", "Discover"])("an unreadable result of %s is told, not thrown", (state) => {
    for (const result of [undefined, null, 7, "x", { unknown: true }]) {
      expect(eventsOf(state, result)).toMatchObject([{ type: "error", payload: { source: state, code: "unreadable_result", recoverable: true } }]);
    }
  });

  it("one unreadable worker does not hide the others", () => {
    const events = eventsOf("Discover", [{ callId: "r1c3", worker: "discovery-ec2", junk: 1 }, samples.workerResult]);
    expect(events.map(({ type }) => type)).toEqual(["error", "sub_agent_complete", "sub_agent_event", "error", "sub_agent_complete"]);
    expect(events[0]?.payload).toMatchObject({ agentId: "r1c3", code: "unreadable_result" });
  });

  it("an unreadable report still ends the journal, as failed", () => {
    expect(eventsOf("Report", { status: "great" })).toMatchObject([
      { type: "error" },
      { type: "execution_complete", payload: { status: "failed", code: "report_unreadable" } },
    ]);
  });

  it("a state nobody knows is named", () => {
    expect(eventsOf("Dance", {})).toMatchObject([{ type: "error", payload: { source: "Dance", code: "unreadable_result" } }]);
  });
});
