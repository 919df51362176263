/**
 * The twelve event types of a request (governance A17–A19): closed, each event complete in itself (A28),
 * and the journal table's keys, which Record writes and the events API reads.
 */
import * as z from "zod";
import { announcement, exclusion, failureReport, roleResolution, STATUSES, target, usageEntry, workerTarget } from "./contracts.ts";

const count = z.number().int().nonnegative();
const usd = z.number().nonnegative();
/** Milliseconds; null where nobody could measure it (a crashed worker). */
const duration = z.number().nonnegative().nullable();

export const SEVERITIES = ["warning", "error"] as const;
export const WORKER_STATUSES = ["complete", "partial", "failed", "crashed"] as const;
const toolOutcome = z.strictObject({
  tool: z.string(),
  evidenceId: z.string(),
  service: z.string(),
  entity: z.string(),
  account: z.string(),
  region: z.string(),
  /** Rows read, and how many travelled on to the planner. */
  rows: count,
  shown: count,
  truncated: z.boolean(),
  /** Where the response is kept, and its digest; the rows themselves are never in an event. */
  evidence: z.strictObject({ key: z.string(), sha256: z.string(), bytes: count }),
});

const payloads = {
  /** What is announced before anything is called (C04, C05) and the limits the request got. */
  session_info: z.strictObject({
    outcome: z.enum(["admitted", "refused"]),
    requester: z.string(),
    text: z.string(),
    announcement: announcement.nullable(),
    targets: z.array(target),
    exclusions: z.array(exclusion),
    resolutions: z.array(roleResolution),
    budget: z.strictObject({ usd, rounds: count }),
    redactions: count,
  }),
  /** `delta` is true when more of the same message follows. `usage` is all usage of the request so far. */
  message: z.strictObject({
    kind: z.enum(["answer", "ask", "decline", "propose", "advisement"]),
    content: z.string(),
    delta: z.boolean(),
    usage: z.array(usageEntry).optional(),
  }),
  tool_use: z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()), status: z.enum(["started", "waiting"]) }),
  tool_result: z.strictObject({ toolUseId: z.string(), tool: z.string(), output: z.unknown(), exitCode: z.number().int(), error: z.string().nullable() }),
  sub_agent_spawn: z.strictObject({
    agentId: z.string(),
    agentName: z.string(),
    /** The family that works on an objective; null: exact reads, no model runs. */
    model: z.enum(["haiku", "sonnet"]).nullable(),
    task: z.strictObject({
      service: z.string(),
      reads: z.array(z.string()),
      objective: z.string().nullable(),
      targets: z.array(workerTarget),
    }),
  }),
  sub_agent_event: z.strictObject({ agentId: z.string(), eventType: z.literal("tool_result"), event: toolOutcome }),
  sub_agent_complete: z.strictObject({
    agentId: z.string(),
    agentName: z.string(),
    status: z.enum(WORKER_STATUSES),
    result: z.strictObject({ tables: count, rows: count, failures: count, redactions: count, note: z.string().optional() }),
    resolutions: z.array(roleResolution),
    usage: z.array(usageEntry),
    duration,
  }),
  permission_request: z.strictObject({ action: z.string(), description: z.string(), blastRadius: z.string(), awaitingResponse: z.boolean() }),
  permission_grant: z.strictObject({ permissionId: z.string(), approved: z.boolean() }),
  error: z.strictObject({
    severity: z.enum(SEVERITIES),
    /** The state or worker it happened in. */
    source: z.string(),
    code: z.string(),
    message: z.string(),
    /** The request goes on without this part. */
    recoverable: z.boolean(),
    relatedToolUseId: z.string().nullable(),
    agentId: z.string().optional(),
    ruleIds: z.array(z.string()).optional(),
    failure: failureReport.optional(),
  }),
  todo_update: z.strictObject({
    rationale: z.string(),
    todos: z.array(z.strictObject({ content: z.string(), status: z.enum(["pending", "in_progress", "completed"]) })),
    usage: z.array(usageEntry),
  }),
  /** Exactly once, last. */
  execution_complete: z.strictObject({
    status: z.enum(STATUSES),
    code: z.string(),
    summary: z.string(),
    eventCount: count,
    duration,
    agentsSpawned: count,
    /** Events of type error before this one. */
    errors: count,
    findings: count,
    unsupported: count,
    partialFailures: count,
    redactions: count,
    usd,
    tokens: count,
    reportKey: z.string().nullable(),
    markdownKey: z.string().nullable(),
  }),
} as const;

export type EventType = keyof typeof payloads;
export const EVENT_TYPES = Object.keys(payloads) as EventType[];
export type Payload<Type extends EventType> = z.infer<(typeof payloads)[Type]>;
/** An event that has no place in the sequence yet. */
export type EventDraft = { [Type in EventType]: { type: Type; payload: Payload<Type> } }[EventType];

const common = {
  id: z.string(),
  /** 1, 2, 3 … without a gap in one request; also the cursor and the SSE id. */
  seq: z.number().int().positive(),
  timestamp: z.iso.datetime(),
  /** Path → characters or items removed because the event was too large to keep. */
  cut: z.record(z.string(), z.number().int().positive()).optional(),
};
const one = <Type extends EventType>(type: Type) => z.strictObject({ ...common, type: z.literal(type), payload: payloads[type] });

export const requestEvent = z.discriminatedUnion("type", [
  one("session_info"),
  one("message"),
  one("tool_use"),
  one("tool_result"),
  one("sub_agent_spawn"),
  one("sub_agent_event"),
  one("sub_agent_complete"),
  one("permission_request"),
  one("permission_grant"),
  one("error"),
  one("todo_update"),
  one("execution_complete"),
]);
export type RequestEvent = z.infer<typeof requestEvent>;
export type EventOf<Type extends EventType> = Extract<RequestEvent, { type: Type }>;

/** Sort keys under the partition `pk` = request id. */
export const HEAD_KEY = "HEAD";
export const visitKey = (visit: string, part: number): string => `VISIT#${visit}${part === 1 ? "" : `/${part}`}`;
/** Eight digits, so that the text order is the number's. */
export const eventKey = (seq: number): string => `EVENT#${String(seq).padStart(8, "0")}`;
export const LAST_EVENT_KEY = "EVENT#99999999";
