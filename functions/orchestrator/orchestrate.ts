/** Orchestrate: the planner returns one typed decision. Malformed output is asked for once more, then it is a failure. */
import type Anthropic from "@anthropic-ai/sdk";
import { resolveModel } from "../../config/models.ts";
import type { Settings } from "../../config/settings.ts";
import { type OrchestratorResult, orchestratorInput, type UsageEntry } from "../shared/contracts.ts";
import { callModel, type Invoke } from "../shared/model.ts";
import { redactDeep } from "../shared/secrets.ts";
import { mergeUsage, remainingUsd } from "../shared/usage.ts";
import { cutHistory, fold } from "./history.ts";
import { userMessage } from "./message.ts";
import { offeredTools, parseDecision } from "./tools.ts";

export interface OrchestratorDependencies {
  readonly settings: Settings;
  readonly prompt: string;
  readonly invoke: Invoke;
  readonly now: () => number;
}

/** The first reply and one more. */
const ATTEMPTS = 2;

export function makeHandler({ settings, prompt, invoke, now }: OrchestratorDependencies): (event: unknown) => Promise<OrchestratorResult> {
  const model = resolveModel(settings.models, "opus", settings.deployment.hub.region);
  const { limits } = settings;

  return async function orchestrate(event) {
    const started = now();
    const input = orchestratorInput.parse(event);
    const { admission, round } = input;
    const folded = fold(input);
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
    const shown = userMessage({ admission, round, roundsLeft: admission.budget.rounds - round, budgetLeftUsd: left(), history: folded.history });
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: shown }];
    const problems: string[] = [];
    let chosen: string | undefined;

    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const reply = await callModel(
        {
          model,
          system: prompt,
          tools: offeredTools(offer, admission),
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
          return result({ kind: "failed", code: reply.code, message: [...problems, reply.message].join(" ") }, 0);
        problems.push(reply.message);
        continue;
      }
      if (reply.message.stop_reason === "refusal")
        return result(
          { kind: "failed", code: "model_refused", message: `${model.modelId} refused to work on this request. Say it in other words; nothing was done.` },
          0,
        );
      const uses = reply.message.content.filter((block) => block.type === "tool_use");
      const [use] = uses;
      chosen = use?.name;
      const checked =
        use === undefined
          ? { problem: "the reply has no tool call" }
          : uses.length > 1
            ? { problem: `the reply has ${uses.length} tool calls; exactly one decides` }
            : parseDecision(use.name, use.input, offer);
      if ("decision" in checked) {
        const { value, redactions } = await redactDeep(checked.decision);
        return result(value, redactions);
      }
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
        message: `${model.modelId} did not return a decision in ${ATTEMPTS} attempts, so nothing more was done. ${problems.join(" ")}`.slice(0, 2000),
      },
      0,
    );
  };
}
