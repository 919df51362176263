/** The offline model: rules that answer as a planner or a worker, by the tools that are offered. */
import type { MessagesBody, ReplyBlock } from "../messages.ts";
import { offline } from "./offline.ts";
import { isPlanner, plan } from "./planner.ts";
import { isWorker, work } from "./worker.ts";

export function answerOffline(body: MessagesBody, now: Date): ReplyBlock[] {
  const tools = body.tool_choice?.type === "none" ? [] : (body.tools ?? []);
  if (isWorker(tools)) return work(body);
  if (isPlanner(tools)) return plan(body, now);
  return [
    { type: "text", text: offline("These rules know the planner's and the discovery workers' tools; for anything else there is nothing they could say.") },
  ];
}
