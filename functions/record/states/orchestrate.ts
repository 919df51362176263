import type { OrchestratorResult, Task } from "../../shared/contracts.ts";
import type { EventDraft, Payload } from "../../shared/events.ts";
import { mergeUsage } from "../../shared/usage.ts";

export function orchestrateEvents({ decision, usage: entries }: OrchestratorResult): EventDraft[] {
  const usage = mergeUsage(entries);
  const say = (kind: Payload<"message">["kind"], content: string): EventDraft[] => [{ type: "message", payload: { kind, content, delta: false, usage } }];
  switch (decision.kind) {
    case "discover":
      return [
        {
          type: "todo_update",
          payload: { rationale: decision.rationale, todos: decision.tasks.map((task) => ({ content: todo(task), status: "pending" })), usage },
        },
      ];
    case "answer":
      return say("answer", decision.answer);
    case "ask":
      return say("ask", decision.missing.map((question) => `- ${question}`).join("\n"));
    case "decline":
      return say("decline", decision.reason);
    case "propose":
      return say("propose", decision.summary);
    case "failed":
      return [
        {
          type: "error",
          payload: { severity: "error", source: "orchestrator", code: decision.code, message: decision.message, recoverable: false, relatedToolUseId: null },
        },
        { type: "todo_update", payload: { rationale: "", todos: [], usage } },
      ];
  }
}

/** "s3: ListBuckets, GetBucketPolicy in 111122223333 (eu-west-1)". */
function todo({ service, accounts, regions, reads, objective }: Task): string {
  const what = reads.length > 0 ? reads.map(({ operation }) => operation).join(", ") : (objective ?? "nothing named");
  return `${service}: ${what} in ${accounts.join(", ")}${regions.length > 0 ? ` (${regions.join(", ")})` : ""}`;
}
