import { describe, expect, it } from "vitest";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { discoveryWorker, type FunctionName, mutationWorker } from "../../config/names.ts";
import { STATES } from "../../functions/record/translate.ts";
import { SUCCEEDING } from "../../functions/shared/contracts.ts";
import { renderAsl } from "../../infra/constructs/asl.ts";
import { functionArn, type Machine, rendered, SOURCE, type State, VALUES, validate } from "./machine.ts";

const machine = rendered();
const main = Object.entries(machine.States);
const inner = main.flatMap(([, { ItemProcessor }]) => Object.entries(ItemProcessor?.States ?? {}));
const tasks = [...main, ...inner].filter(([, { Type }]) => Type === "Task");
const nextOf = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)].filter((name) => name !== undefined);

describe("renderAsl", () => {
  it("leaves no placeholder unfilled", () => {
    expect(SOURCE).toMatch(/\$\{\w+\}/);
    expect(JSON.stringify(machine)).not.toMatch(/\$\{/);
  });

  it.each(Object.keys(VALUES))("throws without a value for %s", (name) => {
    const { [name]: _, ...rest } = VALUES;
    expect(() => renderAsl(SOURCE, rest)).toThrow(`\${${name}}`);
  });

  it("fills a placeholder inside a text and keeps what only looks like one", () => {
    expect(JSON.parse(renderAsl('{"A":["x ${One} y","$states","{% $a & \'$b\' %}"]}', { One: "$&" }))).toEqual({ A: ["x $& y", "$states", "{% $a & '$b' %}"] });
  });

  it("does not take a name of every object for a value", () => {
    expect(() => renderAsl('{"A":"x ${constructor}"}', {})).toThrow(/constructor/);
  });
});

describe("the request machine", () => {
  it("is valid Amazon States Language; with a target that is missing it would not be", () => {
    expect(validate(rendered())).toMatchObject({ isValid: true, errors: [] });
    const broken = JSON.parse(JSON.stringify(machine).replace('"Next":"Guardrail"', '"Next":"Guardrails"')) as Machine;
    expect(validate(broken).isValid).toBe(false);
  });

  it.each(tasks)("%s has a time limit, retries with jitter and one way out", (name, { TimeoutSeconds, Retry = [], Catch = [] }) => {
    expect(Retry.length).toBeGreaterThan(0);
    for (const retrier of Retry) expect(retrier).toMatchObject({ JitterStrategy: "FULL", MaxAttempts: expect.any(Number) });
    if (name === "AwaitApproval") return;
    expect(TimeoutSeconds).toBeGreaterThan(0);
    expect(TimeoutSeconds).toBeLessThanOrEqual(600);
    expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([["States.ALL"]]);
  });

  it("waits for people alone, no longer than the plan is good for, and knows when nobody came", () => {
    const waiting = tasks.filter(([, { Resource }]) => Resource?.includes("waitForTaskToken"));
    expect(waiting.map(([name]) => name)).toEqual(["AwaitApproval"]);
    const [, state] = waiting[0] ?? [];
    expect(state?.TimeoutSeconds).toMatch(/\$plan\.expiresAt/);
    expect(state?.Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual([
      [["States.Timeout"], "RecordApproval"],
      [["States.ALL"], "WaitHalt"],
    ]);
  });

  it("never gives a repeated wait to a person twice by its own doing: only the service's own faults are tried again", () => {
    for (const { ErrorEquals } of machine.States.AwaitApproval?.Retry ?? []) expect(ErrorEquals.every((error) => error.startsWith("Lambda."))).toBe(true);
  });

  it("retries no failure of our own code more than once", () => {
    for (const [, { Retry = [] }] of tasks) {
      for (const { ErrorEquals, MaxAttempts } of Retry) if (ErrorEquals.some((error) => !error.startsWith("Lambda."))) expect(MaxAttempts).toBe(1);
    }
  });

  it("catches everything before the report into Report, and the report's own failures into Failed", () => {
    const caught = Object.fromEntries(main.filter(([, { Catch }]) => Catch).map(([name, { Catch = [] }]) => [name, Catch.map(({ Next }) => Next)]));
    const { Report, RecordReport, ...before } = caught;
    expect([Report, RecordReport]).toEqual([["Failed"], ["Failed"]]);
    expect(Object.keys(before).sort()).toEqual(
      main
        .filter(([name, { Type }]) => (Type === "Task" || Type === "Map") && !["Report", "RecordReport"].includes(name))
        .map(([name]) => name)
        .sort(),
    );
    // The only others: what a change that is under way must not end by.
    expect(Object.fromEntries(Object.entries(before).filter(([, next]) => next.length !== 1 || next[0] !== "Report"))).toEqual({
      AwaitApproval: ["RecordApproval", "WaitHalt"],
      Mutate: ["MutationCrashed"],
      RecordMutation: ["PlanRollBack"],
      RecordRollBackPlan: ["MoreUndos"],
      RollBack: ["RollBackCrashed"],
      RecordRollBack: ["RolledBack?"],
    });
  });

  it("succeeds only through Succeeded?, and Failed fails", () => {
    expect(main.filter(([, state]) => nextOf(state).includes("Succeeded")).map(([name]) => name)).toEqual(["Succeeded?"]);
    expect(main.filter(([, { Type, End }]) => Type === "Succeed" || End).map(([name]) => name)).toEqual(["Succeeded"]);
    expect(machine.States.Failed?.Type).toBe("Fail");
    expect(machine.States["Succeeded?"]).toMatchObject({ Type: "Choice", Default: "Failed" });
    const condition = machine.States["Succeeded?"]?.Choices?.[0]?.Condition ?? "";
    expect([...condition.matchAll(/'([a-z_]+)'/g)].map(([, status]) => status).sort()).toEqual([...SUCCEEDING].sort());
  });

  it("reaches every state, and an end from every state", () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      const state = machine.States[name];
      if (!state || reached.has(name)) return;
      reached.add(name);
      for (const next of nextOf(state)) visit(next);
    };
    visit(machine.StartAt);
    expect([...reached].sort()).toEqual(main.map(([name]) => name).sort());
    for (const [, state] of main) expect(["Succeed", "Fail"].includes(state.Type) || nextOf(state).length > 0).toBe(true);
  });

  it("records after every state that a person follows, before the next state", () => {
    const next = (name: string) => machine.States[name]?.Next;
    expect(["Admit", "Orchestrate", "Guardrail", "Discover", "Report"].map(next)).toEqual([
      "RecordAdmission",
      "RecordDecision",
      "RecordTasks",
      "RecordDiscovery",
      "RecordReport",
    ]);
    const recorded = main.flatMap(([, { Arguments, Next }]) => {
      const payload = Arguments?.Payload as { state?: string } | undefined;
      return Arguments?.FunctionName === functionArn("record") ? [{ state: payload?.state ?? "", next: Next }] : [];
    });
    expect(recorded.map(({ state }) => state).sort()).toEqual([...STATES].sort());
    // Halt is asked before every step, and told only where it ends the request; PlanReads and others through their own Record state.
    const silent = ["Halt", "RollBackHalt", "WaitHalt"];
    const told = main.filter(
      ([name, { Type, Arguments }]) => (Type === "Task" || Type === "Map") && Arguments?.FunctionName !== functionArn("record") && !silent.includes(name),
    );
    for (const [name, { Next = "" }] of told) expect([name, machine.States[Next]?.Arguments?.FunctionName]).toEqual([name, functionArn("record")]);
  });

  it("reaches a worker that writes only behind an approval, an authorization and the halt switch", () => {
    const reachesWithout = (barrier: string): boolean => {
      const seen = new Set<string>([barrier]);
      const visit = (name: string): boolean => {
        if (name === "Mutate" || name === "RollBack") return true;
        if (seen.has(name)) return false;
        seen.add(name);
        return nextOf(machine.States[name] ?? { Type: "Succeed" }).some(visit);
      };
      return visit(machine.StartAt);
    };
    expect(["AwaitApproval", "Report"].map(reachesWithout)).toEqual([true, true]);
    expect(["Examine", "Verdict", "Phase", "Authorize", "Authorized?", "Halt", "Halted?"].map(reachesWithout)).toEqual(Array(7).fill(false));
    // Not every phase waits; but none is authorized without an approval, and only a wait's end makes one.
    const assigning = main.filter(([, { Assign = {} }]) => "approvals" in Assign).map(([name]) => name);
    expect(assigning).toEqual(["Begin", "AwaitApproval"]);
    expect(machine.States.Begin?.Assign?.approvals).toEqual([]);
    for (const name of ["Authorize", "Mutate", "RollBack"])
      expect(machine.States[name]?.Arguments?.Payload).toHaveProperty(
        "approval",
        expect.stringMatching(/\$approvals\[phase = \$covered and decision = 'approve'\]/),
      );
    expect(main.filter(([, state]) => nextOf(state).includes("Mutate")).map(([name]) => name)).toEqual(["Halted?"]);
    expect(main.filter(([, state]) => nextOf(state).includes("RollBack")).map(([name]) => name)).toEqual(["RollBackHalted?"]);
  });

  it("gives a person's decision no other way on than the one word approve", () => {
    expect(machine.States["Approved?"]).toMatchObject({
      Choices: [{ Condition: "{% $states.input.decision = 'approve' %}", Next: "Authorize" }],
      Default: "Report",
    });
  });

  it("names worker functions only in look-up tables, and takes no function name from a payload", () => {
    const readers = ["Discover", "Snapshot", "VerifyReads"].map((name) =>
      Object.values(machine.States[name]?.ItemProcessor?.States ?? {}).find(({ Type }) => Type === "Task"),
    );
    const writers = ["Mutate", "RollBack"].map((name) => machine.States[name]);
    const arns = (names: readonly string[]) => names.map((name) => functionArn(name as FunctionName));
    for (const [workers, own, where] of [
      [readers, arns(SERVICES.map(discoveryWorker)), /^\{% \$lookup\(\{.*\}, \$states\.input\.worker\) %\}$/],
      [writers, arns(MUTABLE_SERVICES.map(mutationWorker)), /^\{% \$lookup\(\{.*\}, \$(calls\[\$callIndex\]|undoCalls\[\$undoIndex\])\.worker\) %\}$/],
    ] as const) {
      for (const worker of workers) {
        expect(worker?.Arguments?.FunctionName).toMatch(where);
        for (const arn of own) expect(worker?.Arguments?.FunctionName.split(`"${arn}"`)).toHaveLength(2);
      }
      for (const arn of own) expect(JSON.stringify(machine).split(arn)).toHaveLength(workers.length + 1);
    }
    const looked = ["DiscoverService", "SnapshotService", "VerifyReadsService", "Mutate", "RollBack"];
    const others = tasks.filter(([name]) => !looked.includes(name)).map(([, { Arguments }]) => Arguments?.FunctionName);
    expect(others.every((name) => Object.values(VALUES).includes(name ?? ""))).toBe(true);
  });

  it("runs at most ten workers at once (F06)", () => {
    for (const name of ["Discover", "Snapshot", "VerifyReads"]) expect(machine.States[name]?.MaxConcurrency).toBe(10);
  });
});
