import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resources } from "../../config/names.ts";
import { renderAsl } from "../../infra/constructs/asl.ts";
import { aslValues } from "../../infra/constructs/machine.ts";
import { REQUEST_MACHINE } from "../../infra/stacks/workflow.ts";
import { SETTINGS } from "../functions/shared/samples.ts";

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: unknown;
}
export interface State {
  readonly Type: "Pass" | "Task" | "Choice" | "Map" | "Succeed" | "Fail";
  readonly Next?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName: string; readonly Payload: unknown };
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
  /** A number, or an expression of one. */
  readonly TimeoutSeconds?: number | string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly JitterStrategy?: string; readonly MaxAttempts: number }[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string; readonly Output?: unknown }[];
  readonly Default?: string;
  readonly Items?: string;
  readonly MaxConcurrency?: number;
  readonly ItemProcessor?: Machine;
  readonly Error?: string;
  readonly Cause?: string;
}
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export const SOURCE = readFileSync(new URL("../../statemachine/request.asl.json", import.meta.url), "utf8");
const { functionArn } = resources(SETTINGS.deployment);

export { functionArn };

export const VALUES = aslValues({ settings: SETTINGS, ...REQUEST_MACHINE });

export const rendered = (): Machine => JSON.parse(renderAsl(SOURCE, VALUES));

const require = createRequire(import.meta.url);
export const validate = require("asl-validator") as (definition: unknown) => { readonly isValid: boolean; readonly errors: readonly unknown[] };
/** The JSONata that the validator itself uses. */
const jsonata = createRequire(require.resolve("asl-validator"))("jsonata") as (text: string) => {
  evaluate(input: unknown, bindings: Record<string, unknown>): Promise<unknown>;
};

/** A function's stand-in: gets the payload, returns the result (of a wait: what answers its token); what it throws, the state's Catch gets. */
export type Functions = Readonly<Record<string, (payload: Record<string, unknown>) => unknown>>;
export interface Ended {
  readonly state: string;
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly visited: readonly string[];
  readonly calls: readonly { readonly function: string; readonly payload: Record<string, unknown> }[];
  /** Seconds that each wait may take. */
  readonly waits: readonly unknown[];
}

/** Ends a wait as the service does when its time is up. */
export const timeout = (): never => {
  throw Object.assign(new Error("the wait's time is up"), { name: "States.Timeout" });
};

/** Runs the machine's Pass, Task, Choice and Map states with real JSONata; retries are the service's and left out. */
export async function execute(machine: Machine, input: unknown, functions: Functions): Promise<Ended> {
  const visited: string[] = [];
  const calls: { function: string; payload: Record<string, unknown> }[] = [];
  const waits: unknown[] = [];

  async function run(
    { StartAt, States }: Machine,
    started: unknown,
    outer: Record<string, unknown>,
  ): Promise<{ state: string; value: unknown; error?: unknown; cause?: unknown }> {
    let variables = { ...outer };
    let name = StartAt;
    let value = started;
    for (;;) {
      const state = States[name];
      if (!state) throw new Error(`no state ${name}`);
      visited.push(name);
      const context = { Execution: { StartTime: "2026-11-22T10:00:00.000Z" }, State: { Name: name }, Task: { Token: `token-${visited.length}` } };
      const evaluate = (template: unknown, more: Record<string, unknown> = {}) => fill(template, { ...variables, states: { input: value, context, ...more } });
      const after = async (result: unknown): Promise<void> => {
        const [assigned, output] = [
          await evaluate(state.Assign ?? {}, { result }),
          state.Output === undefined ? result : await evaluate(state.Output, { result }),
        ];
        variables = { ...variables, ...(assigned as Record<string, unknown>) };
        value = output;
      };
      if (state.Type === "Succeed") return { state: name, value };
      if (state.Type === "Fail") return { state: name, value, error: await evaluate(state.Error), cause: await evaluate(state.Cause) };
      if (state.Type === "Choice") {
        let next = state.Default;
        for (const choice of state.Choices ?? []) {
          if ((await evaluate(choice.Condition)) !== true) continue;
          if (choice.Output !== undefined) value = await evaluate(choice.Output);
          next = choice.Next;
          break;
        }
        name = next ?? "";
        continue;
      }
      try {
        if (state.Type === "Pass") await after(value);
        if (state.Type === "Task") {
          const { FunctionName, Payload } = (await evaluate(state.Arguments)) as { FunctionName: string; Payload: Record<string, unknown> };
          const called = Object.keys(functions).find((one) => FunctionName === functionArn(one as Parameters<typeof functionArn>[0]));
          if (!called) throw Object.assign(new Error(`no function ${FunctionName}`), { name: "Lambda.ResourceNotFoundException" });
          calls.push({ function: called, payload: Payload });
          const isWait = state.Resource?.endsWith(".waitForTaskToken") ?? false;
          if (isWait) waits.push(await evaluate(state.TimeoutSeconds));
          const answered = structuredClone(await functions[called]?.(structuredClone(Payload)));
          await after(isWait ? answered : { Payload: answered });
        }
        if (state.Type === "Map" && state.ItemProcessor) {
          const results: unknown[] = [];
          for (const item of (await evaluate(state.Items)) as unknown[]) results.push((await run(state.ItemProcessor, item, variables)).value);
          await after(results);
        }
      } catch (error) {
        const { name: Error_, message: Cause } = error as Error;
        const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.some((one) => one === "States.ALL" || one === Error_));
        if (!catcher) throw error;
        value = await evaluate(catcher.Output, { errorOutput: { Error: Error_, Cause } });
        name = catcher.Next;
        continue;
      }
      if (state.End) return { state: name, value };
      name = state.Next ?? "";
    }
  }
  const { state, error, cause } = await run(machine, input, {});
  return { state, error, cause, visited, calls, waits };
}

async function fill(template: unknown, bindings: Record<string, unknown>): Promise<unknown> {
  if (typeof template === "string") {
    const expression = /^\{%(.*)%\}$/s.exec(template)?.[1];
    if (expression === undefined) return template;
    const value = await jsonata(expression).evaluate({}, bindings);
    if (value === undefined) throw Object.assign(new Error(`${template} has no value`), { name: "States.QueryEvaluationError" });
    return value;
  }
  if (Array.isArray(template)) return Promise.all(template.map((item) => fill(item, bindings)));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(await Promise.all(Object.entries(template).map(async ([key, inner]) => [key, await fill(inner, bindings)])));
}
