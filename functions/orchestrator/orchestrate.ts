/** Orchestrate: the planner returns one typed decision. Malformed output is asked for once more, then it is a failure. */
import type Anthropic from "@anthropic-ai/sdk";
import { resolveModel } from "../../config/models.ts";
import type { Settings } from "../../config/settings.ts";
import { BOUNDS, type Decision, type OrchestratorResult, orchestratorInput, type UsageEntry } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { callModel, type Invoke } from "../shared/model.ts";
import { redactDeep } from "../shared/secrets.ts";
import { tooManySteps } from "../shared/too-many-steps.ts";
import { mergeUsage, remainingUsd } from "../shared/usage.ts";
import { cutHistory, fold } from "./history.ts";
import { userMessage } from "./message.ts";
import { type Offer, offeredTools, parseDecision, stepsOf } from "./tools.ts";

export interface OrchestratorDependencies {
  readonly settings: Settings;
  readonly prompt: string;
  readonly invoke: Invoke;
  readonly now: () => number;
}

/** The first reply and one more. */
const ATTEMPTS = 2;
/** Characters of a failure's message. */
const MOST_MESSAGE = 2000;

export function makeHandler({ settings, prompt, invoke, now }: OrchestratorDependencies): (event: unknown) => Promise<OrchestratorResult> {
  const model = resolveModel(settings.models, "opus", settings.deployment.hub.region);
  const { limits } = settings;

  return async function orchestrate(event) {
    const started = now();
    const input = orchestratorInput.parse(event);
    const { admission, round, feedback } = input;
    const folded = await fold(input);
    let usage: UsageEntry[] = [...input.usage, ...folded.usage];
    const result = (decision: OrchestratorResult["decision"], redactions: number): OrchestratorResult => ({
      decision,
      history: cutHistory(folded.history, limits.bytes.history),
      usage: mergeUsage(usage),
      redactions: folded.redactions + redactions,
      durationMs: now() - started,
    });

    const offer = { discover: round < admission.budget.rounds, answer: folded.history.length > 0 };
    const left = () => remainingUsd(admission.budget.usd, usage);
    const shown = userMessage({
      admission,
      round,
      roundsLeft: admission.budget.rounds - round,
      budgetLeftUsd: left(),
      history: folded.history,
      feedback,
      revisionsLeft: limits.plan.revisions - (feedback?.attempt ?? 0),
    });
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: shown }];
    const problems: string[] = [];
    let chosen: string | undefined;

    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const reply = await callModel(
        {
          model,
          system: prompt,
          tools: offeredTools(offer, admission, settings),
          messages,
          maxTokens: limits.tokens.orchestratorOutput,
          budgetUsd: left(),
          maxReplyBytes: limits.bytes.modelReply,
          by: "orchestrator",
        },
        invoke,
      );
      if (reply.usage) usage = [...usage, reply.usage];
      if (reply.outcome === "failed") {
        if (reply.code !== "model_output_invalid" || attempt + 1 === ATTEMPTS)
          return result({ kind: "failed", code: reply.code, message: [...problems, reply.message].join(" ").slice(0, MOST_MESSAGE) }, 0);
        problems.push(reply.message);
        continue;
      }
      if (reply.message.stop_reason === "refusal")
        return result(
          { kind: "failed", code: "model_refused", message: `${model.modelId} refused to work on this request. Say it in other words; nothing was done.` },
          0,
        );
      const uses = reply.message.content.filter((block) => block.type === "tool_use");
      chosen = uses[0]?.name;
      const checked = await decide(uses, offer);
      if ("decision" in checked) return result(checked.decision, checked.redactions);
      // Not asked for once more: as the guardrail refuses what it is given, this is for the person to make smaller.
      const steps = stepsOf(uses);
      if (steps > limits.plan.steps) return result({ kind: "failed", code: "too_many_steps", message: tooManySteps(steps, limits.plan.steps) }, 0);
      problems.push(`Attempt ${attempt + 1}: ${checked.problem}.`);
      const correction = `Not a decision: ${checked.problem}. Answer with exactly one call of an offered tool.`;
      messages.push(
        { role: "assistant", content: reply.message.content.length > 0 ? reply.message.content : "(empty reply)" },
        {
          role: "user",
          content:
            uses.length === 0
              ? correction
              : uses.map(({ id }): Anthropic.ToolResultBlockParam => ({ type: "tool_result", tool_use_id: id, content: correction, is_error: true })),
        },
      );
    }
    if (!offer.discover && chosen === "discover")
      return result(
        { kind: "failed", code: "round_limit", message: `${model.modelId} wanted to read on after the last of ${admission.budget.rounds} rounds.` },
        0,
      );
    return result(
      {
        kind: "failed",
        code: "model_output_invalid",
        message: `${model.modelId} did not return a decision in ${ATTEMPTS} attempts, so nothing more was done. ${problems.join(" ")}`.slice(0, MOST_MESSAGE),
      },
      0,
    );
  };
}

/** The one decision of a reply, redacted, or what is wrong with it. */
async function decide(uses: readonly Anthropic.ToolUseBlock[], offer: Offer): Promise<{ decision: Decision; redactions: number } | { problem: string }> {
  const [use, ...more] = uses;
  if (use === undefined) return { problem: "the reply has no tool call" };
  if (more.length > 0) return { problem: `the reply has ${uses.length} tool calls; exactly one decides` };
  const parsed = parseDecision(use.name, use.input, offer);
  if ("problem" in parsed) return parsed;
  const { value: decision, redactions } = await redactDeep(parsed.decision);
  // As it travels on: numbers such as 1E20 and redaction's marks can be longer than what the model wrote.
  const bytes = jsonBytes(decision);
  if (bytes > BOUNDS.decision) return { problem: `${decision.kind} has ${bytes} bytes as JSON; at most ${BOUNDS.decision} are carried` };
  return { decision, redactions };
}
