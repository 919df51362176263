/** Asks a running model server what tests and the local CLI want to know. */
import * as z from "zod";
import type { ModelCall } from "./calls.ts";
import { ModelServerError } from "./errors.ts";
import type { ScriptEntryInput } from "./script/schema.ts";
import type { ScriptState } from "./script/store.ts";

export interface ModelAdmin {
  health(): Promise<{ status: string; mode: string }>;
  /** In order. @param since only calls that came then or later. */
  calls(since?: Date | string): Promise<ModelCall[]>;
  clearCalls(): Promise<void>;
  /** Adds replies behind those already loaded. */
  script(replies: readonly ScriptEntryInput[]): Promise<void>;
  /** What is loaded and how often each was used. */
  scripts(): Promise<ScriptState[]>;
  clearScript(): Promise<void>;
}

const problem = z.object({ message: z.string() });

/** @param url of the server, without a path. Its methods throw ModelServerError with the server's reason. */
export function modelAdmin(url: string): ModelAdmin {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const where = `${url.replace(/\/$/, "")}/_model/${path}`;
    const response = await fetch(where, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    }).catch((error: unknown) => {
      throw new ModelServerError(`The local model server does not answer at ${where}. Is it running? Start it with: npm run local -- up`, { cause: error });
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new ModelServerError(problem.safeParse(answer).data?.message ?? `${method} ${where}: HTTP ${response.status}`);
    return answer;
  };
  return {
    health: async () => (await ask("GET", "health")) as { status: string; mode: string },
    calls: async (since) =>
      (
        (await ask("GET", `calls${since === undefined ? "" : `?since=${encodeURIComponent(since instanceof Date ? since.toISOString() : since)}`}`)) as {
          calls: ModelCall[];
        }
      ).calls,
    clearCalls: async () => void (await ask("DELETE", "calls")),
    script: async (replies) => void (await ask("POST", "script", replies)),
    scripts: async () => ((await ask("GET", "script")) as { entries: ScriptState[] }).entries,
    clearScript: async () => void (await ask("DELETE", "script")),
  };
}
