import { describe, expect, it } from "vitest";
import { type Decision, type ProposedStep, SUCCEEDING, type Verdict } from "../../functions/shared/contracts.ts";
import { digest } from "../../functions/shared/digest.ts";
import type { EventOf, EventType, Payload } from "../../functions/shared/events.ts";
import { ANA, BEN, blockOf, DEVELOPMENT, PRODUCTION, proposed, SANDBOX, sealed, step } from "../functions/guardrail/plan/set-up.ts";
import { approves, buckets, guardrailWithout, outcomeOf, proposing, resultOf, runChange, twoPhases, type Work } from "./change.ts";
import { timeout } from "./machine.ts";

const three = () => buckets({ name: "acme-one" }, { name: "acme-two", region: "us-east-1" }, { name: "acme-three", account: DEVELOPMENT });
/** One worker call each: another region, another account. */
const STEPS = [blockOf("s1", "acme-one"), blockOf("s2", "acme-two", { region: "us-east-1" }), blockOf("s3", "acme-three", { account: DEVELOPMENT })];
const crash =
  (name = "TypeError", message = "broken on purpose") =>
  () => {
    throw Object.assign(new Error(message), { name });
  };
const ofType = <Type extends EventType>({ events }: Awaited<ReturnType<typeof runChange>>, type: Type) =>
  events.filter((event): event is EventOf<Type> => event.type === type).map(({ payload }): Payload<Type> => payload as Payload<Type>);

/** Everything goes as the account lets it, but for what `instead` answers. */
async function run(instead: (work: Work) => Work = (work) => work, changes: Partial<Parameters<typeof runChange>[0]> = {}) {
  const account = three();
  const ended = await runChange({ decisions: [proposing(...STEPS)], world: account.world, work: instead(account.work), ...changes });
  return { ...ended, closed: account.closed };
}

describe("a change that is approved", () => {
  it("is examined, asked for, authorized, done call by call, looked at again, and succeeds", async () => {
    const ended = await run();
    expect(ended.state).toBe("Succeeded");
    expect(ended.visited.filter((name) => !/^Record|Service$/.test(name))).toEqual([
      ...["Begin", "Admit", "Admitted?", "Orchestrate", "Route", "PlanReads", "Readable?", "Snapshot", "Examine", "Verdict"],
      ...["Phase", "AwaitApproval", "Approved?", "Authorize", "Authorized?"],
      ...["MoreCalls", "Halt", "Halted?", "Mutate", "Mutated?"],
      ...["MoreCalls", "Halt", "Halted?", "Mutate", "Mutated?"],
      ...["MoreCalls", "Halt", "Halted?", "Mutate", "Mutated?"],
      ...["MoreCalls", "PlanVerify", "VerifyReads", "Verify", "Report", "Succeeded?", "Succeeded"],
    ]);
    expect([...ended.closed].sort()).toEqual(["acme-one", "acme-three", "acme-two"]);
    expect(ended.report).toMatchObject({
      status: "changed",
      code: "changed",
      change: {
        counts: { steps: { total: 3, completed: 3, undone: 0 }, resources: { created: 0, modified: 3, deleted: 0 } },
        verification: { outcome: "verified" },
        approvals: [{ phase: 1, decision: "approve", approver: BEN }],
      },
    });
  });

  it("gives each worker the plan as it was hashed, the approval that covers it, and what is left of the budget", async () => {
    const { calls, reported } = await run();
    expect(calls.map(({ call }) => [call.callId, call.mode, call.stepIds])).toEqual([
      ["p1m1", "apply", ["s1"]],
      ["p1m2", "apply", ["s2"]],
      ["p1m3", "apply", ["s3"]],
    ]);
    for (const { plan, planHash, approval } of calls) {
      expect(digest(plan)).toBe(planHash);
      expect(approval).toMatchObject({ phase: 1, planHash, approver: BEN, decision: "approve" });
    }
    expect(calls.map(({ budgetUsd }) => budgetUsd)).toEqual([expect.closeTo(1.9), expect.closeTo(1.89), expect.closeTo(1.88)]);
    expect(reported.usage.map(({ by, usd, calls: counted }) => [by, Number(usd.toFixed(4)), counted])).toEqual([
      ["orchestrator", 0.1, 1],
      ["mutation-s3", 0.03, 3],
    ]);
  });

  it("waits no longer than its plan is good for", async () => {
    const { waits, calls } = await run();
    const minutes = (Date.parse(calls[0]?.plan.expiresAt ?? "") - Date.parse(calls[0]?.plan.createdAt ?? "")) / 60_000;
    expect(waits).toEqual([expect.any(Number)]);
    expect(Number(waits[0])).toBeGreaterThan(minutes * 60 - 30);
    expect(Number(waits[0])).toBeLessThanOrEqual(minutes * 60);
  });

  it("is told in events: the whole plan while it waits, who decided, each step's outcome", async () => {
    const ended = await run();
    const [asked] = ofType(ended, "permission_request");
    expect(asked).toMatchObject({ permissionId: "phase-1", phase: 1, awaitingResponse: true, planHash: digest(asked?.plan), expiresAt: asked?.plan.expiresAt });
    expect(asked?.blastRadius).toMatch(/^3 resources \(\w+\): arn:aws:s3:::acme/);
    expect(ofType(ended, "permission_grant")).toMatchObject([{ permissionId: "phase-1", approved: true, decision: "approve", approver: BEN }]);
    expect(ofType(ended, "tool_use").map(({ tool, toolUseId }) => [tool, toolUseId])).toEqual([
      ["PutPublicAccessBlock", "p1m1.s1"],
      ["PutPublicAccessBlock", "p1m2.s2"],
      ["PutPublicAccessBlock", "p1m3.s3"],
    ]);
    expect(ofType(ended, "tool_result").map(({ toolUseId, exitCode }) => [toolUseId, exitCode])).toEqual([
      ["p1m1.s1", 0],
      ["p1m2.s2", 0],
      ["p1m3.s3", 0],
      ["verify", 0],
    ]);
    expect(ofType(ended, "sub_agent_spawn").map(({ agentName, model }) => [agentName, model])).toContainEqual(["mutation-s3", "sonnet"]);
    expect(ofType(ended, "todo_update").map(({ todos }) => todos.filter(({ status }) => status === "completed").length)).toEqual([0, 0, 1, 2, 3]);
    expect(ofType(ended, "execution_complete")).toMatchObject([{ status: "changed", change: { steps: { completed: 3 } } }]);
    expect(ofType(ended, "error")).toEqual([]);
  });

  it("reads for people: what is done first, then who approved, and how it is taken back", async () => {
    const { markdown } = await run();
    const order = [
      "**changed**",
      "## Steps: 3 of 3 done",
      "## Before and after",
      "## Approvals",
      "## Last look: verified",
      "## Undo",
      "## Changelog entry",
      "## The plan",
    ];
    const places = order.map((text) => markdown.indexOf(text));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(markdown).toMatch(/POST \/requests\/req-[0-9a-f]+\/rollback/);
  });

  it("that somebody undid meanwhile is not fought over: unverified, and not one call more", async () => {
    const account = three();
    const { state, report, calls } = await runChange({
      decisions: [proposing(...STEPS)],
      world: account.world,
      work: (input, attempt) => {
        const result = account.work(input, attempt);
        if (attempt === 3) account.closed.delete("acme-one");
        return result;
      },
    });
    expect([state, report.status, report.code]).toEqual(["Failed", "unverified", "verification_mismatch"]);
    expect(calls).toHaveLength(3);
    expect(report.change?.verification?.rows.filter(({ match }) => !match).map(({ stepId }) => stepId)).toContain("s1");
  });
});

describe("a proposal that comes back", () => {
  const wrong = step("s1", "PutPublicAccessBlock", { Bucket: "acme-one", Colour: "red" });

  it("is shown to the planner with its verdict, and may be mended", async () => {
    const { state, payloads, report } = await run(undefined, { decisions: [proposing(wrong), proposing(...STEPS)] });
    const [first, second] = payloads("orchestrator");
    expect(first?.feedback).toBeNull();
    expect(second).toMatchObject({ round: 1, latest: null, feedback: { attempt: 1, verdict: { decision: "revise" }, proposal: { steps: [{ id: "s1" }] } } });
    expect([state, report.change?.attempt]).toEqual(["Succeeded", 2]);
  });

  it("may be mended twice; then it is refused and nothing runs", async () => {
    const { state, payloads, report, calls, events } = await run(undefined, { decisions: [proposing(wrong), proposing(wrong), proposing(wrong)] });
    expect(payloads("orchestrator")).toHaveLength(3);
    expect([state, report.status, report.code]).toEqual(["Failed", "refused", "invalid_input"]);
    expect(report.message).toMatch(/^Nothing was changed/);
    expect(calls).toEqual([]);
    expect(payloads("approval")).toEqual([]);
    // Each visit under its own name, so that none is taken for a repetition.
    expect(events.filter(({ type }) => type === "message").length).toBe(6);
  });

  it("is not asked for again, however often a guardrail says so", async () => {
    const verdict: Verdict = { decision: "revise", code: "x", reason: "", ruleIds: [], steps: [], findings: [], exits: [] };
    const { payloads, report } = await run(undefined, {
      decisions: Array.from({ length: 9 }, () => proposing(...STEPS)),
      functions: { guardrail: () => ({ verdict, calls: [] }) },
    });
    expect(payloads("orchestrator")).toHaveLength(3);
    expect(report.status).toBe("refused");
  });

  it("may lead to reading first: the verdict stays, what was proposed gives way to what was read", async () => {
    const read: Decision = {
      kind: "discover",
      rationale: "",
      tasks: [{ service: "s3", accounts: [SANDBOX], regions: [], reads: [{ operation: "ListBuckets", input: {} }] }],
    };
    const { state, payloads } = await run(undefined, { decisions: [proposing(wrong), read, proposing(...STEPS)] });
    expect(payloads("orchestrator")[2]).toMatchObject({
      round: 2,
      feedback: { proposal: null, verdict: { decision: "revise" } },
      latest: { results: [{ callId: "r1c1" }] },
    });
    expect(state).toBe("Succeeded");
  });

  it("may end in a question, which is no failure, and says that nothing changed", async () => {
    const { state, report } = await run(undefined, { decisions: [proposing(wrong), { kind: "ask", missing: ["Which bucket?"] }] });
    expect([state, report.status]).toEqual(["Succeeded", "needs_input"]);
    expect(report.change?.steps).toEqual([]);
  });
});

describe("a plan that is not approved", () => {
  it.each([
    ["reject", approves("reject", { note: "not today" }), "cancelled", "rejected"],
    ["stop", approves("stop"), "stopped", "stopped"],
    ["nobody", timeout, "expired", "approval_expired"],
  ] as const)("%s: nothing is done, and that is said (C24)", async (_, approval, status, code) => {
    const ended = await run(undefined, { functions: { approval } });
    const { state, report, calls } = ended;
    expect([report.status, report.code, state]).toEqual([status, code, SUCCEEDING.includes(status) ? "Succeeded" : "Failed"]);
    expect(report.message).toContain("Nothing was changed.");
    expect(calls).toEqual([]);
    expect(ofType(ended, "permission_grant")).toMatchObject([{ approved: false }]);
  });

  it("because it was stopped as it began to wait is a stop; otherwise a failure to ask is a failure", async () => {
    const stopped = { halt: () => ({ outcome: "stopped", by: ANA, reason: "wrong account" }) };
    const first = await run(undefined, { functions: { approval: crash("RequestStopped"), ...stopped } });
    expect([first.report.status, first.report.code, first.calls]).toEqual(["stopped", "stopped", []]);
    expect(ofType(first, "error")).toMatchObject([{ source: "halt", code: "stopped" }]);
    const second = await run(undefined, { functions: { approval: crash() } });
    expect([second.report.status, second.report.code, second.calls]).toEqual(["failed", "crashed", []]);
  });

  it("by the guardrail, which looks at the approval again, is not run", async () => {
    const { state, report, calls } = await run(undefined, { functions: { approval: approves("approve", { planHash: "f".repeat(64) }) } });
    expect([state, report.status, report.code]).toEqual(["Failed", "refused", "approval_mismatch"]);
    expect(calls).toEqual([]);
  });

  it("keeps a second phase from running, but not the first from staying done", async () => {
    let turn = 0;
    const approval = (payload: Record<string, unknown>) => (++turn === 1 ? approves()(payload) : timeout());
    const { state, report, calls, payloads } = await run(undefined, { functions: { approval, ...twoPhases() }, decisions: [proposing(...STEPS.slice(0, 2))] });
    expect(payloads("approval").map(({ phase }) => phase)).toEqual([1, 2]);
    expect(calls.map(({ call }) => [call.phase, call.mode])).toEqual([[1, "apply"]]);
    expect([state, report.status]).toEqual(["Failed", "expired"]);
    expect(report.message).toMatch(/1 of 2 steps are done and stay done\. Not done: s2\./);
  });
});

describe("a destructive phase", () => {
  it("waits for its own approval, and its worker is given that one", async () => {
    const { calls, payloads, state } = await run(undefined, { functions: twoPhases(), decisions: [proposing(...STEPS.slice(0, 2))] });
    expect(payloads("approval").map(({ phase }) => phase)).toEqual([1, 2]);
    expect(calls.map(({ call, approval }) => [call.phase, approval.phase])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(state).toBe("Succeeded");
  });
});

describe("a phase that nobody's approval covers", () => {
  it("is not even authorized", async () => {
    const { report, reported, calls } = await run(undefined, { functions: twoPhases(3), decisions: [proposing(...STEPS.slice(0, 2))] });
    expect(reported.outcome).toMatchObject({ kind: "crashed", state: "Authorize" });
    expect(calls.map(({ call }) => call.phase)).toEqual([1]);
    expect([report.status, report.change?.counts.steps.completed]).toEqual(["failed", 1]);
  });
});

describe("halt and stop between two steps", () => {
  it.each(["halted", "stopped"] as const)("%s: what is done stays, what is not is named, nothing is rolled back", async (outcome) => {
    let asked = 0;
    const halt = () => (++asked === 2 ? { outcome, by: ANA, reason: "looks wrong" } : { outcome: "go", by: "", reason: "" });
    const ended = await run(undefined, { functions: { halt } });
    const { state, report, calls, closed } = ended;
    expect(calls).toHaveLength(1);
    expect([state, report.status, [...closed]]).toEqual(["Failed", outcome, ["acme-one"]]);
    expect(report.message).toMatch(/looks wrong 1 of 3 steps are done and stay done\. Not done: s2, s3\./);
    expect(report.change?.undo.command).toMatch(/rollback$/);
    expect(ofType(ended, "error")).toMatchObject([{ source: "halt", code: outcome, message: expect.stringContaining(ANA) }]);
  });

  it("seen by the worker itself ends there too", async () => {
    const { report, calls } = await run(
      (work) => (input, attempt) => (attempt === 1 ? work(input, attempt) : resultOf(input.call, "halted", [outcomeOf("s2", "halted")])),
    );
    expect(calls).toHaveLength(2);
    expect([report.status, report.change?.counts.steps]).toEqual(["halted", { total: 3, completed: 1, undone: 0 }]);
  });

  it("that can't be asked for runs nothing more", async () => {
    const { report, calls, state } = await run(undefined, { functions: { halt: crash() } });
    expect([state, report.status, report.code, calls]).toEqual(["Failed", "failed", "crashed", []]);
  });
});

describe("a step that fails", () => {
  const failing =
    (at: number, undo: Work | null = null) =>
    (work: Work): Work =>
    (input, attempt) => {
      if (input.call.mode === "undo") return (undo ?? work)(input, attempt);
      return attempt === at
        ? resultOf(input.call, "failed", [outcomeOf(input.call.stepIds[0] ?? "", "aborted", { message: "The look beforehand said no." })])
        : work(input, attempt);
    };

  it("in call 3 of 3: what was done is taken back in reverse order, and the request fails", async () => {
    const ended = await run(failing(3));
    const { state, error, report, calls, closed } = ended;
    expect(calls.map(({ call }) => [call.callId, call.mode, call.stepIds])).toEqual([
      ["p1m1", "apply", ["s1"]],
      ["p1m2", "apply", ["s2"]],
      ["p1m3", "apply", ["s3"]],
      ["u1", "undo", ["s2"]],
      ["u2", "undo", ["s1"]],
    ]);
    expect([...closed]).toEqual([]);
    expect([state, error, report.status]).toEqual(["Failed", "aborted", "rolled_back"]);
    expect(report.change?.steps.map(({ stepId, standing, outcome }) => [stepId, standing, outcome])).toEqual([
      ["s1", "undone", "done"],
      ["s2", "undone", "done"],
      ["s3", "none", "aborted"],
    ]);
    expect(report.message).toMatch(/^Step s3.*The look beforehand said no\. What had been done before is taken back, in reverse order/);
    expect(ofType(ended, "error")).toMatchObject([{ code: "aborted" }]);
    expect(ofType(ended, "sub_agent_spawn").filter(({ task }) => task.mode === "undo")).toHaveLength(2);
  });

  it("as the first leaves nothing to take back", async () => {
    const { report, calls, state } = await run(failing(1));
    expect(calls).toHaveLength(1);
    expect([state, report.status, report.code]).toEqual(["Failed", "failed", "aborted"]);
    expect(report.message).toContain("Nothing was changed.");
  });

  it("and can't be taken back everywhere is a partial roll-back that names what is left", async () => {
    const undo: Work = ({ call }) =>
      call.stepIds[0] === "s2" ? resultOf(call, "failed", [outcomeOf("s2", "undo_failed")]) : resultOf(call, "done", [outcomeOf("s1", "undone")]);
    const { report, calls } = await run(failing(3, undo));
    expect(calls.filter(({ call }) => call.mode === "undo")).toHaveLength(2);
    expect([report.status, report.code]).toEqual(["partial_rollback", "aborted"]);
    expect(report.message).toMatch(/still changed: s2 arn:aws:s3:::acme-two \(done, undo: undo_failed\)/);
  });

  it("and whose undo finds a later change stops there", async () => {
    const undo: Work = ({ call }) => resultOf(call, "failed", [outcomeOf("s2", "undo_drifted")]);
    const { report, calls } = await run(failing(3, undo));
    expect(calls.filter(({ call }) => call.mode === "undo")).toHaveLength(1);
    expect([report.status, report.change?.counts.steps.completed]).toEqual(["partial_rollback", 2]);
  });

  it("while everything is halted is not rolled back either", async () => {
    let asked = 0;
    const halt = () => (++asked > 3 ? { outcome: "halted", by: ANA, reason: "stop all" } : { outcome: "go", by: "", reason: "" });
    const { report, calls } = await run(failing(3), { functions: { halt } });
    expect(calls.filter(({ call }) => call.mode === "undo")).toEqual([]);
    expect([report.status, report.change?.counts.steps]).toEqual(["halted", { total: 3, completed: 2, undone: 0 }]);
  });
});

describe("a worker that crashes", () => {
  it("may have had its effect: its step is rolled back too, by what the ledger knows", async () => {
    const { report, calls, reported } = await run((work) => (input, attempt) => {
      if (input.call.mode === "apply" && attempt === 2) crash("Sandbox.Timedout")();
      return input.call.mode === "undo" && input.call.stepIds[0] === "s2"
        ? resultOf(input.call, "done", [outcomeOf("s2", "nothing_to_undo")])
        : work(input, attempt);
    });
    expect(calls.map(({ call }) => [call.mode, call.stepIds])).toEqual([
      ["apply", ["s1"]],
      ["apply", ["s2"]],
      ["undo", ["s2"]],
      ["undo", ["s1"]],
    ]);
    expect(reported.change?.mutations[1]).toMatchObject({ callId: "p1m2", stepIds: ["s2"], crashed: { error: "Sandbox.Timedout" } });
    expect([report.status, report.code]).toEqual(["rolled_back", "worker_crashed"]);
  });

  it("in the roll-back leaves its step unknown, and is the end", async () => {
    const { report, calls } = await run((work) => (input, attempt) => {
      if (input.call.mode === "undo") crash()();
      return attempt === 3 ? resultOf(input.call, "failed", [outcomeOf("s3", "aborted")]) : work(input, attempt);
    });
    expect(calls.filter(({ call }) => call.mode === "undo")).toHaveLength(1);
    expect(report.status).toBe("partial_rollback");
    expect(report.change?.steps.map(({ standing }) => standing)).toEqual(["done", "unknown", "none"]);
  });

  it("or answers something else counts as crashed", async () => {
    const { report, calls } = await run(
      (work) => (input, attempt) => (input.call.mode === "apply" && attempt === 2 ? { status: "done", surprise: true } : work(input, attempt)),
    );
    expect(calls.map(({ call }) => call.callId)).toEqual(["p1m1", "p1m2", "u1", "u2"]);
    expect(report.status).toBe("rolled_back");
  });
});

describe("a journal that can't be written any more", () => {
  it("ends a change in the roll-back, which goes on without it", async () => {
    let attempts = 0;
    const { report, state, closed, calls } = await run(
      (work) => (input, attempt) => {
        attempts = attempt;
        return work(input, attempt);
      },
      { journalIsDown: () => attempts === 2 },
    );
    expect(calls.map(({ call }) => call.callId)).toEqual(["p1m1", "p1m2", "u1", "u2"]);
    expect([state, report.status, report.code, [...closed]]).toEqual(["Failed", "rolled_back", "record_failed", []]);
  });

  it("during the roll-back does not end that", async () => {
    let undone = 0;
    const { report, calls } = await run(
      (work) => (input, attempt) => {
        if (input.call.mode === "undo") undone++;
        return attempt === 3 ? resultOf(input.call, "failed", [outcomeOf("s3", "aborted")]) : work(input, attempt);
      },
      { journalIsDown: () => undone === 1 },
    );
    expect(calls.filter(({ call }) => call.mode === "undo")).toHaveLength(2);
    expect([report.status, report.change?.counts.steps.undone]).toEqual(["rolled_back", 2]);
  });
});

describe("an undo on request", () => {
  const undoOf = `req-${"ab".repeat(16)}`;
  const put = (Bucket: string): ProposedStep => blockOf("s1", Bucket);

  it("runs without a planner, with what the ledger knows, and like any other change", async () => {
    const undo = (payload: Record<string, unknown>) => {
      expect(payload).toMatchObject({ request: { undoOf } });
      return {
        outcome: "proposed",
        code: "undo_proposed",
        reason: "one",
        proposal: { kind: "propose", summary: "one", steps: [put("acme-one")] },
        ground: groundOf(),
      };
    };
    const { payloads, state, report, calls } = await run(undefined, { decisions: [], request: { undoOf }, functions: { undo } });
    expect(payloads("orchestrator")).toEqual([]);
    expect(payloads("guardrail").map(({ kind, undo: ground }) => [kind, (ground as { undoOf?: string } | undefined)?.undoOf])).toEqual([
      ["plan-reads", undoOf],
      ["examine", undoOf],
      ["authorize", undefined],
      ["plan-verify", undefined],
      ["verify", undefined],
    ]);
    expect(calls[0]?.plan).toMatchObject({ origin: "ledger", undoOf });
    expect([state, report.status]).toEqual(["Succeeded", "changed"]);
  });

  it("of what can't be taken back is refused with the reason", async () => {
    const undo = () => ({ outcome: "refused", code: "not_reversible", reason: "It was deleted.", proposal: null, ground: null });
    const { state, report, calls, payloads } = await run(undefined, { request: { undoOf }, functions: { undo } });
    expect([state, report.status, report.code]).toEqual(["Failed", "refused", "not_reversible"]);
    expect(report.message).toMatch(/It was deleted\./);
    expect([calls, payloads("orchestrator"), payloads("guardrail")]).toEqual([[], [], []]);
  });

  it("is never sent back to a planner", async () => {
    const verdict: Verdict = { decision: "revise", code: "x", reason: "", ruleIds: [], steps: [], findings: [], exits: [] };
    const undo = () => ({
      outcome: "proposed",
      code: "c",
      reason: "r",
      proposal: { kind: "propose", summary: "s", steps: [put("acme-one")] },
      ground: groundOf(),
    });
    const { payloads, report } = await run(undefined, { request: { undoOf }, functions: { undo, guardrail: () => ({ verdict, calls: [] }) } });
    expect([payloads("orchestrator"), report.status]).toEqual([[], "refused"]);
  });

  /** The state that change left is the one found now. */
  const groundOf = () => {
    const { plan } = sealed(proposed([put("acme-one")]), three().world());
    const before = plan.phases[0]?.steps[0]?.before;
    return { undoOf, steps: [{ stepId: "s1", afterDigest: before?.digest, after: before?.image }] };
  };
});

describe("staging and production", () => {
  it("get an artifact: nobody is asked, no worker runs, and the request succeeds", async () => {
    const made = {
      files: [{ path: "plan.json", key: "artifacts/x/plan.json", sha256: "0".repeat(64), bytes: 10 }],
      releasable: false,
      blockers: [{ code: "ticket_missing", message: "There is no ticket." }],
      branch: "feature/prod-close",
      summary: "One file.",
    };
    const account = buckets({ name: "acme-live", account: PRODUCTION, region: "us-east-1" });
    const ended = await runChange({
      decisions: [proposing(blockOf("s1", "acme-live", { account: PRODUCTION, region: "us-east-1" }))],
      world: account.world,
      work: account.work,
      functions: {
        artifact: (payload) => {
          expect(digest(payload.plan)).toBe(payload.planHash);
          return made;
        },
      },
    });
    expect([ended.state, ended.report.status, ended.report.code]).toEqual(["Succeeded", "artifact", "artifact_not_releasable"]);
    expect([ended.calls, ended.payloads("approval"), ended.payloads("halt")]).toEqual([[], [], []]);
    expect(ended.report.change).toMatchObject({ artifact: made, steps: [{ standing: "none" }] });
    expect(ofType(ended, "tool_use")).toMatchObject([{ tool: "artifact", input: { planHash: ended.report.change?.planHash } }]);
    expect(ended.markdown).toMatch(/There is no ticket\. \(ticket\\_missing\)|There is no ticket\. \(ticket_missing\)/);
  });
});

describe("a crash of the machine's own functions", () => {
  it.each([
    ["plan-reads", "PlanReads", "failed"],
    ["examine", "Examine", "failed"],
    ["authorize", "Authorize", "failed"],
    ["plan-verify", "PlanVerify", "unverified"],
    ["verify", "Verify", "unverified"],
  ])("%s: reported as crashed there, with what was done until then", async (kind, crashedIn, status) => {
    const { state, report, reported, calls } = await run(undefined, { functions: guardrailWithout(kind) });
    expect(reported.outcome).toMatchObject({ kind: "crashed", state: crashedIn });
    expect([state, report.status, report.code]).toEqual(["Failed", status, "crashed"]);
    expect(calls).toHaveLength(status === "unverified" ? 3 : 0);
  });

  it("planning the roll-back leaves what was done, and says so", async () => {
    const { report } = await run(
      (work) => (input, attempt) => (attempt === 2 ? resultOf(input.call, "failed", [outcomeOf("s2", "aborted")]) : work(input, attempt)),
      {
        functions: guardrailWithout("roll-back"),
      },
    );
    expect([report.status, report.change?.counts.steps.completed]).toEqual(["failed", 1]);
    expect(report.message).toMatch(/1 of 3 steps are done and stay done/);
  });
});
