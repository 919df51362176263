import { describe, expect, it } from "vitest";
import { SERVICES } from "../../config/catalog/services.ts";
import { discoveryWorker } from "../../config/names.ts";
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

  it.each(tasks)("%s has a time limit, retries with jitter and one way out", (_, { TimeoutSeconds, Retry = [], Catch = [] }) => {
    expect(TimeoutSeconds).toBeGreaterThan(0);
    expect(TimeoutSeconds).toBeLessThanOrEqual(600);
    expect(Retry.length).toBeGreaterThan(0);
    for (const retrier of Retry) expect(retrier).toMatchObject({ JitterStrategy: "FULL", MaxAttempts: expect.any(Number) });
    expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([["States.ALL"]]);
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
    expect(Object.values(before).every((next) => next.length === 1 && next[0] === "Report")).toBe(true);
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
  });

  it("names worker functions only in the look-up table, and takes no function name from a payload", () => {
    const worker = machine.States.Discover?.ItemProcessor?.States.DiscoverService;
    expect(worker?.Arguments?.FunctionName).toMatch(/^\{% \$lookup\(\{.*\}, \$states\.input\.worker\) %\}$/);
    const workers = SERVICES.map((service) => functionArn(discoveryWorker(service) as `discovery-${typeof service}`));
    for (const arn of workers) {
      expect(worker?.Arguments?.FunctionName.split(`"${arn}"`)).toHaveLength(2);
      expect(JSON.stringify(machine).split(arn)).toHaveLength(2);
    }
    const others = tasks.filter(([name]) => name !== "DiscoverService").map(([, { Arguments }]) => Arguments?.FunctionName);
    expect(others.every((name) => Object.values(VALUES).includes(name ?? ""))).toBe(true);
  });

  it("runs at most ten workers at once (F06)", () => {
    expect(machine.States.Discover?.MaxConcurrency).toBe(10);
  });
});
