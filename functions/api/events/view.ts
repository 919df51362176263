/** A request as its events tell it. Pure. */
import type { Admission, RoleResolution, Status, UsageEntry, WorkerTarget } from "../../shared/contracts.ts";
import type { EventOf, Payload, RequestEvent } from "../../shared/events.ts";
import { type ChangeView, changeOf } from "./change.ts";
import { type ModelUsage, usageByModel } from "./usage.ts";

export interface TaskView {
  readonly agentId: string;
  readonly worker: string;
  readonly service: string;
  readonly targets: readonly WorkerTarget[];
  readonly reads: readonly string[];
  readonly objective: string | null;
  readonly status: "running" | Payload<"sub_agent_complete">["status"];
  readonly durationMs: number | null;
}

type FailureView = Omit<Payload<"error">, "relatedToolUseId">;

/** A view shows that many failures at most, and no more characters of them as JSON: it is part of one answer (report.ts). */
const MOST_FAILURES = 500;
const MOST_FAILURE_CHARACTERS = 500_000;

export interface JournalView {
  readonly state: "running" | Status;
  readonly code?: string;
  readonly summary?: string;
  readonly announcement: Admission["announcement"];
  /** Which role is used where, as its worker found it; "unverified" until then. */
  readonly resolutions: readonly RoleResolution[];
  readonly exclusions: Admission["exclusions"];
  readonly tasks: readonly TaskView[];
  readonly change: ChangeView | null;
  /** The first ones; the journal has all. */
  readonly partialFailures: readonly FailureView[];
  readonly partialFailuresLeftOut: number;
  readonly usage: readonly ModelUsage[];
  readonly costUsd: number;
  readonly redactions: number;
  readonly durationMs: number | null;
  readonly reportKey: string | null;
  readonly markdownKey: string | null;
}

/** @param events in order from the first; a part of a journal gives the view of that moment. */
export function viewOf(events: readonly RequestEvent[]): JournalView {
  const session = all(events, "session_info")[0]?.payload;
  const completes = all(events, "sub_agent_complete").map(({ payload }) => payload);
  const end = all(events, "execution_complete").at(-1)?.payload;
  const usage = usageByModel(usageOf(events));
  return {
    state: end?.status ?? "running",
    ...(end ? { code: end.code, summary: end.summary } : {}),
    announcement: session?.announcement ?? null,
    resolutions: completed(
      session?.resolutions ?? [],
      completes.flatMap(({ resolutions }) => resolutions),
    ),
    exclusions: session?.exclusions ?? [],
    tasks: all(events, "sub_agent_spawn").map(({ payload }) =>
      taskOf(
        payload,
        completes.find(({ agentId }) => agentId === payload.agentId),
      ),
    ),
    change: changeOf(events),
    ...failuresOf(events),
    usage,
    costUsd: end?.usd ?? usage.reduce((sum, { usd }) => sum + usd, 0),
    redactions: end?.redactions ?? completes.reduce((sum, { result }) => sum + result.redactions, session?.redactions ?? 0),
    durationMs: end?.duration ?? null,
    reportKey: end?.reportKey ?? null,
    markdownKey: end?.markdownKey ?? null,
  };
}

function all<Type extends RequestEvent["type"]>(events: readonly RequestEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

function failuresOf(events: readonly RequestEvent[]): Pick<JournalView, "partialFailures" | "partialFailuresLeftOut"> {
  const failures = all(events, "error").map(({ payload: { relatedToolUseId: _, ...failure } }) => failure);
  let characters = 0;
  const above = failures.findIndex((failure, index) => {
    characters += JSON.stringify(failure).length;
    return index >= MOST_FAILURES || characters > MOST_FAILURE_CHARACTERS;
  });
  const shown = above < 0 ? failures : failures.slice(0, above);
  return { partialFailures: shown, partialFailuresLeftOut: failures.length - shown.length };
}

function taskOf({ agentId, agentName, task }: Payload<"sub_agent_spawn">, end: Payload<"sub_agent_complete"> | undefined): TaskView {
  return { agentId, worker: agentName, ...task, status: end?.status ?? "running", durationMs: end?.duration ?? null };
}

/** The announced resolutions with what the workers found in their place; the last finding of a worker in an account counts. */
function completed(announced: readonly RoleResolution[], found: readonly RoleResolution[]): RoleResolution[] {
  const byPlace = new Map([...announced, ...found].map((resolution) => [`${resolution.account} ${resolution.worker}`, resolution]));
  return [...byPlace.values()];
}

/** The planner tells all usage so far; workers that finished since then come on top. */
function usageOf(events: readonly RequestEvent[]): UsageEntry[] {
  let usage: UsageEntry[] = [];
  for (const event of events) {
    if (event.type === "todo_update" || event.type === "message") usage = event.payload.usage ?? usage;
    if (event.type === "sub_agent_complete") usage = [...usage, ...event.payload.usage];
  }
  return usage;
}
