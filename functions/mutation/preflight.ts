/** The pre-flight: a Sonnet model looks once at what is about to change. It may abort, and nothing else of what it says is used. */
import type Anthropic from "@anthropic-ai/sdk";
import * as z from "zod";
import type { State } from "../../config/catalog/write.ts";
import { resolveModel } from "../../config/models.ts";
import type { PlanStep } from "../shared/contracts.ts";
import { callModel, type ModelFailureCode } from "../shared/model.ts";
import { redact } from "../shared/secrets.ts";
import { element } from "../shared/untrusted.ts";
import { spentUsd } from "../shared/usage.ts";
import type { Told } from "./outcome.ts";
import type { Run } from "./run.ts";

/** A step as the model sees it; `live` null: it can't be read before an earlier step is done. */
export interface ShownStep {
  readonly step: PlanStep;
  readonly live: State | null;
}

const MOST_REASON = 300;
/** UTF-8 bytes of all steps' live states. */
const MOST_LIVE = 48 * 1024;
const abort = z.strictObject({ reason: z.string().max(4000) });
const schemas = { proceed: z.strictObject({}), abort } as const;
const TOOLS: readonly Anthropic.Tool[] = [
  { name: "proceed", description: "Nothing speaks against the changes.", input_schema: { type: "object", properties: {}, additionalProperties: false } },
  {
    name: "abort",
    description: "The changes must not be made now.",
    input_schema: { type: "object", properties: { reason: { type: "string" } }, required: ["reason"], additionalProperties: false },
  },
];
const CODES: Readonly<Record<ModelFailureCode, string>> = {
  budget_exhausted: "preflight_budget",
  input_too_large: "preflight_too_large",
  model_reply_too_large: "preflight_invalid",
  model_output_invalid: "preflight_invalid",
  model_access_denied: "preflight_denied",
  model_unavailable: "preflight_unavailable",
};

/** Null: go on. Closed: without an answer nothing is written (law 9). */
export async function preflight(shown: readonly ShownStep[], { job, boundaries, usage }: Run): Promise<Told | null> {
  const { settings, prompt, invoke } = boundaries;
  const model = resolveModel(settings.models, "sonnet", settings.deployment.hub.region);
  const aborted = (code: string, message: string): Told => ({ outcome: "aborted", code, message });
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: element("changes", changesOf(shown)) }];
  for (let attempt = 0; attempt < 2; attempt++) {
    const reply = await callModel(
      {
        model,
        system: prompt,
        tools: TOOLS,
        messages,
        maxTokens: settings.limits.tokens.workerOutput,
        budgetUsd: job.budgetUsd - spentUsd(usage),
        maxReplyBytes: settings.limits.bytes.modelReply,
        by: job.call.worker,
      },
      invoke,
    );
    if (reply.usage) usage.push(reply.usage);
    if (reply.outcome === "failed") return aborted(CODES[reply.code], `The pre-flight model gave no verdict, so nothing was done. ${reply.message}`);
    const verdict = verdictOf(reply.message.content);
    if (verdict === "proceed") return null;
    if (verdict !== null) {
      // Whole through the scan: a cut secret is found by none.
      const { text } = await redact(verdict.reason);
      return aborted("preflight_abort", `The pre-flight model, which sees untrusted data, advised against it: ${text.slice(0, MOST_REASON)}`);
    }
    messages.push(...askedAgain(reply.message.content));
  }
  return aborted("preflight_invalid", "The pre-flight model twice answered with something else than one call of proceed or abort, so nothing was done.");
}

/** Exactly one call, of an offered tool, in its form. */
function verdictOf(content: readonly Anthropic.ContentBlock[]): "proceed" | { reason: string } | null {
  const [use, ...more] = content.filter((block) => block.type === "tool_use");
  if (!use || more.length > 0) return null;
  if (use.name === "proceed") return schemas.proceed.safeParse(use.input).success ? "proceed" : null;
  const parsed = use.name === "abort" ? schemas.abort.safeParse(use.input) : null;
  return parsed?.success ? parsed.data : null;
}

function askedAgain(content: readonly Anthropic.ContentBlock[]): Anthropic.MessageParam[] {
  const results = content
    .filter((block) => block.type === "tool_use")
    .map(({ id }): Anthropic.ToolResultBlockParam => ({ type: "tool_result", tool_use_id: id, content: "Not legal.", is_error: true }));
  return [
    // The API refuses a message without content.
    { role: "assistant", content: content.length > 0 ? [...content] : "(empty reply)" },
    { role: "user", content: [...results, { type: "text", text: "Answer with exactly one call: proceed, or abort with a reason." }] },
  ];
}

function changesOf(shown: readonly ShownStep[]): unknown[] {
  let left = MOST_LIVE;
  return shown.map(({ step, live }) => {
    const { id, operation, account, region, resource, class: risk, changes, reason } = step;
    left -= Buffer.byteLength(JSON.stringify(live));
    return {
      id,
      operation,
      account,
      region,
      resource,
      class: risk,
      changes,
      reason,
      live: live === null ? "not readable yet" : left < 0 ? "left out: too long" : live,
    };
  });
}
