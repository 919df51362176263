/** The halt API (law 10): one switch for every change of every request, set without a model. */
import * as z from "zod";
import type { Approver } from "../../../config/approvers.ts";
import { NOT_HALTED, parseHalt } from "../../shared/halt.ts";
import { redact } from "../../shared/secrets.ts";
import { ApiError, type Log } from "../errors.ts";
import { json } from "../http.ts";
import { jsonBody } from "../json-body.ts";
import { requesterOf } from "../principal.ts";
import { type Answer, type ApiHandler, api } from "../routes.ts";
import type { Brakes } from "./switch.ts";

export interface HaltApiDependencies {
  readonly brakes: Brakes;
  /** Every mutation function. */
  readonly functions: readonly string[];
  readonly approvers: readonly Approver[];
  readonly now: () => Date;
  readonly log: Log;
}

const body = z.strictObject({ reason: z.string().trim().min(1, "say why, for whoever finds everything halted").max(500) });

export function makeHandler(dependencies: HaltApiDependencies): ApiHandler {
  return api(
    [
      { method: "GET", path: "/halt", handler: state(dependencies) },
      { method: "POST", path: "/halt", handler: halt(dependencies) },
      { method: "DELETE", path: "/halt", handler: resume(dependencies) },
    ],
    dependencies.log,
  );
}

function state({ brakes }: HaltApiDependencies): Answer {
  return async (event) => {
    requesterOf(event);
    return json(200, parseHalt(await brakes.read()));
  };
}

/** Writes without reading: what is needed to halt is as little as can be. A repetition names its own caller and reason. */
function halt({ brakes, functions, approvers, now, log }: HaltApiDependencies): Answer {
  return async (event) => {
    const by = haltingPrincipal(requesterOf(event), approvers);
    const { text } = await redact(jsonBody(event, body, "a halt").reason);
    const halted = { halted: true as const, by, at: now().toISOString(), reason: text.slice(0, 500) };
    const [unset] = await failures([() => brakes.set(halted)], log);
    const running = await failed(functions, brakes.hold, log);
    if (unset)
      throw incomplete(
        "The halt switch could not be set",
        running.length > 0 ? `and these functions were not held: ${running.join(", ")}` : "though every mutation function is held at concurrency 0",
      );
    if (running.length > 0)
      throw incomplete(
        "The switch is set, and workers look at it before every write",
        `but these functions are not held at concurrency 0: ${running.join(", ")}`,
      );
    return json(200, halted);
  };
}

/** The switch last: while anything of it fails, everything stays halted. */
function resume({ brakes, functions, approvers, log }: HaltApiDependencies): Answer {
  return async (event) => {
    haltingPrincipal(requesterOf(event), approvers);
    const held = await failed(functions, brakes.release, log);
    if (held.length > 0) throw incomplete("Everything stays halted", `these functions could not be released: ${held.join(", ")}`);
    await brakes.set(NOT_HALTED);
    return json(200, NOT_HALTED);
  };
}

/** Whoever may approve for any account: to stop takes less than to change. */
function haltingPrincipal(caller: string, approvers: readonly Approver[]): string {
  if (!approvers.some(({ principal }) => principal === caller))
    throw new ApiError(
      "halt_not_allowed",
      "Only registered approvers (the settings file's approvers) may halt or resume. To end a request of yours: POST /requests/{id}/stop.",
    );
  return caller;
}

async function failed(functions: readonly string[], act: (name: string) => Promise<void>, log: Log): Promise<string[]> {
  const failing = await failures(
    functions.map((name) => () => act(name)),
    log,
  );
  return functions.filter((_, index) => failing[index]);
}

/** For each act whether it failed; all are tried. */
async function failures(acts: readonly (() => Promise<void>)[], log: Log): Promise<boolean[]> {
  const results = await Promise.allSettled(acts.map((act) => act()));
  return results.map((result) => {
    if (result.status === "rejected") log({ level: "ERROR", code: "halt_incomplete", error: String(result.reason) });
    return result.status === "rejected";
  });
}

function incomplete(what: string, but: string): ApiError {
  return new ApiError("halt_incomplete", `${what}, ${but}. Repeat the call; if it stays so, an administrator finds the reason in this function's log.`);
}
