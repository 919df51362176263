/** An objective: a bounded loop of a Haiku model over this service's reads. It chooses what to read; code reads and keeps. */
import type Anthropic from "@anthropic-ai/sdk";
import * as z from "zod";
import type { ServiceDefinition } from "../../config/catalog/define.ts";
import { readTools } from "../../config/catalog/read-tools.ts";
import { resolveModel } from "../../config/models.ts";
import type { Settings } from "../../config/settings.ts";
import { ABOUT_TABLES, compact } from "../shared/compact.ts";
import type { FailureReport, ReadCall, ResultTable, UsageEntry, WorkerCall } from "../shared/contracts.ts";
import { cutTables } from "../shared/cut.ts";
import { firstIssue } from "../shared/issue.ts";
import { callModel, type Invoke } from "../shared/model.ts";
import { redact } from "../shared/secrets.ts";
import { element } from "../shared/untrusted.ts";
import { spentUsd } from "../shared/usage.ts";

export interface Objective {
  readonly call: WorkerCall & { readonly objective: string };
  readonly definition: ServiceDefinition;
  readonly settings: Settings;
  readonly prompt: string;
  readonly invoke: Invoke;
  readonly read: (reads: readonly ReadCall[]) => Promise<ReadOutcome>;
  readonly late: () => boolean;
}

/** What one read of the loop gave; failures are in the worker's result already. */
export interface ReadOutcome {
  readonly tables: readonly ResultTable[];
  readonly failures: readonly FailureReport[];
}

export interface Pursued {
  readonly usage: UsageEntry[];
  readonly failures: Omit<FailureReport, "role">[];
  readonly redactions: number;
  readonly note?: string;
}

/** Characters of the note that a worker's result may carry (contracts.ts). */
const MOST_NOTE = 2000;
const finish = z.strictObject({ summary: z.string().max(MOST_NOTE) });
const FINISH: Anthropic.Tool = {
  name: "finish",
  description: "Ends the objective. The summary says in a few sentences what was read.",
  input_schema: { type: "object", properties: { summary: { type: "string", maxLength: MOST_NOTE } }, required: ["summary"], additionalProperties: false },
};
/** Bytes of tables that one tool result may bring into the loop. */
const RESULT_BYTES = 24 * 1024;
/** Reads that one turn may ask for. */
const MOST_READS = 10;

/** Throws nothing once a turn was paid: every failure is in the result, beside the usage. */
export async function pursue({ call, definition, settings, prompt, invoke, read, late }: Objective): Promise<Pursued> {
  const model = resolveModel(settings.models, "haiku", settings.deployment.hub.region);
  const tools = [...readTools(definition), FINISH];
  const { text: objective, redactions } = await redact(call.objective);
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: element("objective", { objective, targets: call.targets }) }];
  const usage: UsageEntry[] = [];
  const failures: Omit<FailureReport, "role">[] = [];
  const [first] = call.targets;
  const fail = (errorCode: string, message: string): Pursued => {
    failures.push({
      operation: "objective",
      account: first?.account ?? "",
      region: first?.region ?? "",
      errorCode,
      message: message.slice(0, 500),
      access: "None missing: ask for exact reads, or again.",
      count: 1,
    });
    return { usage, failures, redactions };
  };
  const done = new Set<string>();
  let mistakes = 0;

  for (let turn = 0; turn < settings.limits.rounds.workerTurns; turn++) {
    if (late()) return fail("DeadlineExceeded", "The worker's time ran out before the objective was finished.");
    const reply = await callModel(
      {
        model,
        system: prompt,
        tools,
        messages,
        maxTokens: settings.limits.tokens.workerOutput,
        budgetUsd: call.shareUsd - spentUsd(usage),
        maxReplyBytes: settings.limits.bytes.modelReply,
        by: call.worker,
      },
      invoke,
    );
    if (reply.usage) usage.push(reply.usage);
    if (reply.outcome === "failed") return fail(reply.code, reply.message);
    const uses = reply.message.content.filter((block) => block.type === "tool_use").slice(0, MOST_READS);
    const ended = uses.map((use) => (use.name === "finish" ? finish.safeParse(use.input) : null)).find((parsed) => parsed?.success);
    if (ended?.success) {
      const note = await redact(ended.data.summary);
      // A mark can be longer than the secret it stands for.
      return { usage, failures, redactions: redactions + note.redactions, note: note.text.slice(0, MOST_NOTE) };
    }

    const results: Anthropic.ToolResultBlockParam[] = [];
    for (const use of uses) {
      const checked = legal(definition, use, done);
      if ("problem" in checked) mistakes++;
      const outcome = "problem" in checked ? checked : await attempt(read, checked.call);
      if ("broken" in outcome) return fail("read_failed", outcome.broken);
      const content = "problem" in outcome ? outcome.problem : shown(outcome);
      results.push({ type: "tool_result", tool_use_id: use.id, content, ...("problem" in checked ? { is_error: true } : {}) });
    }
    if (uses.length === 0) mistakes++;
    if (mistakes > 1)
      return fail(
        "model_output_invalid",
        "The worker's model twice answered without a legal call of its service's reads; what it had read by then is in the result.",
      );
    // The API refuses a message without content.
    messages.push({ role: "assistant", content: reply.message.content.length > 0 ? reply.message.content : "(empty reply)" });
    const unanswered = reply.message.content.filter((block) => block.type === "tool_use").slice(MOST_READS);
    messages.push({
      role: "user",
      content:
        uses.length === 0
          ? "Answer with a tool call: a read, or finish."
          : [
              ...results,
              ...unanswered.map(
                (use): Anthropic.ToolResultBlockParam => ({
                  type: "tool_result",
                  tool_use_id: use.id,
                  content: `Not run: at most ${MOST_READS} reads a turn.`,
                  is_error: true,
                }),
              ),
            ],
    });
  }
  return fail("turn_limit", `The worker's model did not finish in ${settings.limits.rounds.workerTurns} turns; what it had read by then is in the result.`);
}

/** What a read throws (its evidence could not be kept) ends the objective: thrown on, the turns paid so far would be lost. */
async function attempt(read: Objective["read"], call: ReadCall): Promise<ReadOutcome | { broken: string }> {
  try {
    return await read([call]);
  } catch (error) {
    return { broken: `${call.operation} could not be finished: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}` };
  }
}

function legal(definition: ServiceDefinition, use: Anthropic.ToolUseBlock, done: Set<string>): { call: ReadCall } | { problem: string } {
  const read = Object.hasOwn(definition.reads, use.name) ? definition.reads[use.name] : undefined;
  if (!read) return { problem: `There is no tool ${use.name.slice(0, 60)}.` };
  const parsed = read.input.safeParse(use.input ?? {});
  if (!parsed.success) return { problem: `${use.name}: ${firstIssue(parsed.error)}` };
  const call = { operation: use.name, input: parsed.data as Record<string, unknown> };
  const key = JSON.stringify(call);
  if (done.has(key)) return { problem: `${use.name} was already read with this input.` };
  done.add(key);
  return { call };
}

/** The loop's model is told what could not be read, as the planner is: an empty table is not a refusal. */
function shown({ tables, failures }: ReadOutcome): string {
  return JSON.stringify({
    about: ABOUT_TABLES,
    tables: cutTables(tables, RESULT_BYTES).map(compact),
    ...(failures.length > 0
      ? { failures: failures.map(({ operation, account, region, errorCode, count }) => ({ operation, account, region, errorCode, count })) }
      : {}),
  });
}
