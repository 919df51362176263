/** A worker's part: choose the reads whose words match the objective, then finish. */
import { z } from "zod";
import { type MessagesBody, type ReplyBlock, type Tool, textOf } from "../messages.ts";
import { elementIn } from "./elements.ts";
import { tablesSchema } from "./evidence.ts";
import { offline } from "./offline.ts";
import { scoreRead } from "./score.ts";

const FINISH = "finish";
/** Reads asked for at once. */
const MOST_READS = 4;
/** The finish tool's schema allows 2,000 characters. */
const MOST_SUMMARY = 1_900;
const objectiveElement = z.object({ objective: z.string() });

export function isWorker(tools: readonly Tool[]): boolean {
  return tools.some(({ name }) => name === FINISH);
}

export function work({ messages, tools = [] }: MessagesBody): ReplyBlock[] {
  const [first] = messages;
  const objective = objectiveElement.safeParse(elementIn(first ? textOf(first) : "", "objective")).data?.objective;
  const done = messages.some(({ role }) => role === "assistant");
  const reads = tools.filter(({ name }) => name !== FINISH);
  const chosen = objective === undefined || done ? [] : choose(objective, reads);
  if (chosen.length > 0) return chosen.map(({ name }) => ({ type: "tool_use", name, input: {} }));
  return [{ type: "tool_use", name: FINISH, input: { summary: offline(summaryOf(messages, objective)).slice(0, MOST_SUMMARY) } }];
}

/** The best matches; when nothing matches, the first read, which lists something. */
function choose(objective: string, reads: readonly Tool[]): Tool[] {
  const scored = reads.map((tool) => ({ tool, points: scoreRead(objective, tool.name, tool.description ?? "") })).sort((a, b) => b.points - a.points);
  const best = scored[0]?.points ?? 0;
  if (best === 0) return reads.slice(0, 1);
  return scored
    .filter(({ points }) => points >= best * 0.6)
    .slice(0, MOST_READS)
    .map(({ tool }) => tool);
}

function summaryOf(messages: MessagesBody["messages"], objective: string | undefined): string {
  if (objective === undefined) return "The prompt holds no <objective> element, so nothing was read.";
  const results = messages
    .flatMap(({ content }) => (typeof content === "string" ? [] : content))
    .flatMap((block) =>
      block.type === "tool_result" ? [typeof block.content === "string" ? block.content : (block.content ?? []).map(({ text }) => text).join("\n")] : [],
    );
  const tables = results.flatMap((result) => tablesSchema.safeParse(jsonOf(result)).data?.tables ?? []);
  if (tables.length === 0) return "The reads brought no rows.";
  return `Read ${tables.map(({ operation, account, region, total, rows }) => `${operation} in ${account} ${region}: ${total ?? rows.length} rows`).join("; ")}.`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
