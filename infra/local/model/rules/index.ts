/** The offline model: rules that answer as a planner, a discovery worker or a mutation worker's second look, by the tools that are offered. */
import type { MessagesBody, ReplyBlock } from "../messages.ts";
import { offline } from "./offline.ts";
import { isPlanner, plan } from "./planner.ts";
import { isPreflight, lookAt } from "./preflight.ts";
import { isWorker, work } from "./worker.ts";

export function answerOffline(body: MessagesBody, now: Date): ReplyBlock[] {
  const tools = body.tool_choice?.type === "none" ? [] : (body.tools ?? []);
  if (isWorker(tools)) return work(body);
  if (isPlanner(tools)) return plan(body, now);
  if (isPreflight(tools)) return lookAt(body);
  return [{ type: "text", text: offline("These rules know the planner's and the workers' tools; for anything else there is nothing they could say.") }];
}
