/** Judges a body as Bedrock does before any model runs. */
import { BedrockError } from "./errors.ts";
import { type Message, type MessagesBody, messagesBody } from "./messages.ts";

/** Anthropic's limit on cache breakpoints in one request (Messages API, prompt caching). */
const MOST_BREAKPOINTS = 4;

/** @throws BedrockError ValidationException naming the first mistake's place. */
export function parseBody(body: Buffer): MessagesBody {
  const parsed = messagesBody.safeParse(jsonOf(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])].map(String).join(".");
    throw invalid(`${place || "body"}: ${issue?.code === "unrecognized_keys" ? "Extra inputs are not permitted" : (issue?.message ?? "invalid")}`);
  }
  const mistake = toolMistake(parsed.data) ?? conversationMistake(parsed.data.messages) ?? cacheMistake(parsed.data);
  if (mistake !== undefined) throw invalid(mistake);
  return parsed.data;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw invalid("Malformed input request: the body is not JSON. Please reformat your input and try again.");
  }
}

function toolMistake({ tools = [], tool_choice: choice, thinking }: MessagesBody): string | undefined {
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) return "tools: Tool names must be unique.";
  if (choice && names.length === 0) return "tool_choice: may only be specified while providing tools.";
  if (choice?.type === "tool" && !names.includes(choice.name)) return `tool_choice: Tool '${choice.name}' not found in provided tools.`;
  const forced = choice?.type === "any" || choice?.type === "tool";
  if (forced && thinking?.type === "enabled") return "Thinking may not be enabled when tool_choice forces tool use.";
  return undefined;
}

function conversationMistake(messages: readonly Message[]): string | undefined {
  if (messages[0]?.role !== "user") return 'messages: first message must use the "user" role';
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    const asked = before?.role === "assistant" ? idsOf(before, "tool_use") : [];
    const answered = idsOf(message, "tool_result");
    const stray = answered.find((id) => !asked.includes(id));
    if (stray !== undefined)
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    const open = asked.find((id) => !answered.includes(id));
    if (open !== undefined) return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open}.`;
  }
  const last = messages.at(-1);
  const unanswered = last?.role === "assistant" ? idsOf(last, "tool_use")[0] : undefined;
  return unanswered === undefined
    ? undefined
    : `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered}.`;
}

function idsOf({ content }: Message, type: "tool_use" | "tool_result"): string[] {
  if (typeof content === "string") return [];
  return content.flatMap((block) =>
    block.type === "tool_use" && type === "tool_use" ? [block.id] : block.type === "tool_result" && type === "tool_result" ? [block.tool_use_id] : [],
  );
}

function cacheMistake({ system, tools = [], messages }: MessagesBody): string | undefined {
  const blocks = [...(Array.isArray(system) ? system : []), ...tools, ...messages.flatMap(({ content }) => (typeof content === "string" ? [] : content))];
  const found = blocks.filter((block) => "cache_control" in block && block.cache_control).length;
  return found > MOST_BREAKPOINTS ? `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.` : undefined;
}

function invalid(message: string): BedrockError {
  return new BedrockError("ValidationException", message);
}
