/** A change as its events tell it: the plan, who decided it, what each step did. Pure. */
import * as z from "zod";
import {
  type ArtifactResult,
  artifactResult,
  type ChangeCounts,
  type Plan,
  plan as planSchema,
  type StepOutcome,
  sha256,
  stepOutcome,
  type Verdict,
  type Verification,
  verification,
} from "../../shared/contracts.ts";
import type { EventOf, Payload, RequestEvent } from "../../shared/events.ts";

type Asked = Payload<"permission_request">;
type Granted = Payload<"permission_grant">;

export interface ApprovalOfPhase extends Pick<Asked, "phase" | "destructive" | "planHash" | "expiresAt" | "requesterMayApprove" | "acknowledge"> {
  readonly status: "waiting" | Granted["decision"];
  readonly approver: string | null;
  readonly decidedAt: string | null;
  readonly note: string;
}

interface PlanView {
  readonly hash: string;
  readonly document: Plan;
  readonly cut: boolean;
}

export interface StepView {
  readonly stepId: string;
  readonly phase: number;
  readonly mode: "apply" | "undo";
  readonly operation: string;
  readonly resource: string;
  readonly status: "started" | StepOutcome["outcome"];
  /** What its worker said; null until then. */
  readonly outcome: StepOutcome | null;
}

export interface ChangeView {
  /** The last the guardrail said of a proposal. */
  readonly verdict: Verdict | null;
  /** `cut`: the journal holds it shortened; the approval's own address shows it whole. */
  readonly plan: PlanView | null;
  readonly approvals: readonly ApprovalOfPhase[];
  /** In the order they began: undone ones behind. */
  readonly steps: readonly StepView[];
  readonly verification: Verification | null;
  readonly artifact: ArtifactResult | null;
  readonly counts: ChangeCounts | null;
}

const planAndHash = z.object({ plan: planSchema, planHash: sha256 });

/** Null: the request came to no change. */
export function changeOf(events: readonly RequestEvent[]): ChangeView | null {
  const of = <Type extends RequestEvent["type"]>(type: Type) => events.filter((event): event is EventOf<Type> => event.type === type);
  const asked = of("permission_request");
  const grants = of("permission_grant").map(({ payload }) => payload);
  const results = of("tool_result").map(({ payload }) => payload);
  const verdict = of("message").findLast(({ payload }) => payload.verdict)?.payload.verdict ?? null;
  const plan = planOf(asked.at(-1)) ?? planOf(of("tool_use").findLast(({ payload }) => payload.tool === "artifact"));
  if (!verdict && !plan) return null;
  return {
    verdict,
    plan,
    approvals: asked.map(({ payload }) =>
      approvalOf(
        payload,
        grants.findLast(({ permissionId }) => permissionId === payload.permissionId),
      ),
    ),
    steps: of("tool_use").flatMap(({ payload }) => stepOf(payload, results)),
    verification: resultOf(results, "verify", verification),
    artifact: resultOf(results, "artifact", artifactResult),
    counts: of("execution_complete").at(-1)?.payload.change ?? null,
  };
}

function planOf(event: EventOf<"permission_request"> | EventOf<"tool_use"> | undefined): PlanView | null {
  if (!event) return null;
  const { plan, planHash } = event.type === "tool_use" ? event.payload.input : event.payload;
  const parsed = planAndHash.safeParse({ plan, planHash });
  return parsed.success ? { hash: parsed.data.planHash, document: parsed.data.plan, cut: event.cut !== undefined } : null;
}

function approvalOf({ phase, destructive, planHash, expiresAt, requesterMayApprove, acknowledge }: Asked, grant: Granted | undefined): ApprovalOfPhase {
  const { decision: status = "waiting", approver = null, decidedAt = null, note = "" } = grant ?? {};
  return { phase, destructive, planHash, expiresAt, requesterMayApprove, acknowledge, status, approver, decidedAt, note };
}

function stepOf({ tool, toolUseId, step }: Payload<"tool_use">, results: readonly Payload<"tool_result">[]): StepView[] {
  if (!step) return [];
  const said = results.findLast((result) => result.toolUseId === toolUseId)?.output;
  const parsed = stepOutcome.safeParse(said);
  const { stepId, phase, mode, resource } = step;
  return [{ stepId, phase, mode, operation: tool, resource, status: parsed.data?.outcome ?? "started", outcome: parsed.data ?? null }];
}

function resultOf<Schema extends z.ZodType>(results: readonly Payload<"tool_result">[], tool: string, schema: Schema): z.output<Schema> | null {
  return schema.safeParse(results.findLast((result) => result.tool === tool)?.output).data ?? null;
}
