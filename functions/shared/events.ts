/**
 * The twelve event types of a request (governance A17–A19): closed, each event complete in itself (A28),
 * and the journal table's keys, which Record writes and the events API reads.
 */
import * as z from "zod";
import {
  APPROVAL_DECISIONS,
  announcement,
  changeCounts,
  exclusion,
  failureReport,
  plan,
  roleResolution,
  STATUSES,
  sha256,
  stepId,
  target,
  usageEntry,
  verdict,
  workerTarget,
} from "./contracts.ts";

const count = z.number().int().nonnegative();
const usd = z.number().nonnegative();
/** Milliseconds; null where nobody could measure it (a crashed worker). */
const duration = z.number().nonnegative().nullable();

export const SEVERITIES = ["warning", "error"] as const;
/** `halted` and `stopped`: a mutation worker that left what it had done. */
export const WORKER_STATUSES = ["complete", "partial", "failed", "crashed", "halted", "stopped"] as const;
/** What a wait for approval ends with: a person's decision, or none in time. */
export const PERMISSION_DECISIONS = [...APPROVAL_DECISIONS, "expired"] as const;
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

/** What relates the events of one step of a change: the plan's step, in a worker's call (its agent). */
const ofStep = { agentId: z.string(), stepId, phase: z.number().int().positive(), mode: z.enum(["apply", "undo"]) };

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
    kind: z.enum(["answer", "ask", "decline", "propose", "advisement", "verdict"]),
    content: z.string(),
    delta: z.boolean(),
    /** With kind `verdict`: what the guardrail decided about the proposal. */
    verdict: verdict.optional(),
    usage: z.array(usageEntry).optional(),
  }),
  /** A step of a phase that was authorized (tool: the operation, id "<callId>.<stepId>"), or a plan on its way to an artifact (tool "artifact", input {plan, planHash}). */
  tool_use: z.strictObject({
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
    status: z.enum(["started", "waiting"]),
    toolUseId: z.string().optional(),
    step: z.strictObject({ ...ofStep, resource: z.string() }).optional(),
  }),
  /** Of a step: `output` is its stepOutcome (contracts/mutation.ts), exitCode 0 if its effect is there (or undone). Tools "verify" and "artifact" give their result. */
  tool_result: z.strictObject({
    toolUseId: z.string(),
    tool: z.string(),
    output: z.unknown(),
    exitCode: z.number().int(),
    error: z.string().nullable(),
    step: z.strictObject(ofStep).optional(),
  }),
  sub_agent_spawn: z.strictObject({
    agentId: z.string(),
    agentName: z.string(),
    /** The family that works on an objective or looks at a step first; null: exact reads or an undo, no model runs. */
    model: z.enum(["haiku", "sonnet"]).nullable(),
    task: z.strictObject({
      service: z.string(),
      reads: z.array(z.string()),
      objective: z.string().nullable(),
      targets: z.array(workerTarget),
      /** A mutation worker's steps, in order. */
      steps: z.array(stepId).optional(),
      mode: z.enum(["apply", "undo"]).optional(),
      phase: z.number().int().positive().optional(),
    }),
  }),
  sub_agent_event: z.strictObject({ agentId: z.string(), eventType: z.literal("tool_result"), event: toolOutcome }),
  sub_agent_complete: z.strictObject({
    agentId: z.string(),
    agentName: z.string(),
    status: z.enum(WORKER_STATUSES),
    result: z.strictObject({ tables: count, rows: count, failures: count, redactions: count, note: z.string().optional(), steps: count.optional() }),
    resolutions: z.array(roleResolution),
    usage: z.array(usageEntry),
    duration,
  }),
  /** Before a phase waits: complete in itself, so with the whole plan and the hash that an approval must name (law 7). */
  permission_request: z.strictObject({
    action: z.string(),
    description: z.string(),
    blastRadius: z.string(),
    awaitingResponse: z.boolean(),
    /** "phase-1". */
    permissionId: z.string(),
    phase: z.number().int().positive(),
    destructive: z.boolean(),
    planHash: sha256,
    expiresAt: z.iso.datetime(),
    requesterMayApprove: z.boolean(),
    acknowledge: z.array(z.string()),
    plan,
  }),
  permission_grant: z.strictObject({
    permissionId: z.string(),
    approved: z.boolean(),
    phase: z.number().int().positive(),
    decision: z.enum(PERMISSION_DECISIONS),
    planHash: sha256,
    /** Null: nobody decided in time. */
    approver: z.string().nullable(),
    note: z.string(),
    decidedAt: z.iso.datetime().nullable(),
  }),
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
    /** The planner's tasks, or a change's steps in order ("s1 PutPublicAccessBlock arn:…"). */
    todos: z.array(z.strictObject({ content: z.string(), status: z.enum(["pending", "in_progress", "completed"]) })),
    usage: z.array(usageEntry).optional(),
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
    /** E14, D19; absent: nothing was planned. */
    change: changeCounts.optional(),
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
