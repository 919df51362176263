/** The answer for a terminal: first what was found, then what it rests on. */
import type { ApiEvent, RequestView } from "./ask.ts";

const SHOWN_RESOURCES = 10;

export function answerText(view: RequestView): string {
  const { report } = view;
  const head = report?.answer ?? report?.message ?? view.summary ?? view.notice ?? "There is no report.";
  const missing = (report?.missing ?? []).map((one) => `  needed: ${one}`);
  return [head, ...missing, ...findings(view), ...notRead(view), "", cost(view)].join("\n");
}

function findings({ report }: RequestView): string[] {
  if (!report || report.findings.length === 0) return [];
  const lines = report.findings.flatMap(({ severity, title, resources }) => [
    `  ${severity.toUpperCase()}: ${title}`,
    ...resources.slice(0, SHOWN_RESOURCES).map(({ arn, supported }) => `    ${arn}${supported ? "" : "  (unsupported: no evidence contains it)"}`),
    ...(resources.length > SHOWN_RESOURCES ? [`    and ${resources.length - SHOWN_RESOURCES} more`] : []),
  ]);
  return ["", "Findings", ...lines];
}

function notRead({ report }: RequestView): string[] {
  if (!report || report.notRead.length === 0) return [];
  const lines = report.notRead.map(
    (one) =>
      `  ${[one.operation, one.account, one.region, one.errorCode].filter((part) => part !== "").join(" ")}${one.count > 1 ? ` (${one.count} times)` : ""}: ${one.message}${one.access ? ` Needed: ${one.access}` : ""}`,
  );
  return ["", "Could not be read", ...lines];
}

function cost({ state, code, costUsd, durationMs, usage }: RequestView): string {
  const models = usage.map((one) => `${one.model}: ${one.calls} calls, ${one.inputTokens} tokens in, ${one.outputTokens} out, $${one.usd.toFixed(4)}`);
  const took = durationMs === null ? "" : ` in ${(durationMs / 1000).toFixed(1)} s`;
  return [`${state}${code && code !== state ? ` (${code})` : ""}${took}, $${costUsd.toFixed(4)}`, ...models.map((line) => `  ${line}`)].join("\n");
}

const say = (value: unknown): string => (typeof value === "string" ? value : "");

/** A line for events worth one while waiting. */
export function progressOf({ type, payload }: ApiEvent): string | undefined {
  switch (type) {
    case "session_info":
      return "admitted: the request's accounts and roles are announced";
    case "todo_update":
      return `planned: ${say(payload.rationale) || "the next reads"}`;
    case "message":
      return payload.kind === "propose" || payload.kind === "verdict"
        ? `${say(payload.kind) === "propose" ? "proposed" : "guardrail"}: ${say(payload.content)}`
        : undefined;
    case "permission_request":
      return `waits for approval: ${say(payload.description)}`;
    case "permission_grant":
      return `decided: ${say(payload.decision)} by ${say(payload.approver) || "nobody"}`;
    case "sub_agent_spawn":
      return `${say(payload.agentName)} ${say(payload.agentName).startsWith("mutation-") ? "acts" : "reads"}`;
    case "sub_agent_complete":
      return `${say(payload.agentName)}: ${say(payload.status)}`;
    case "error":
      return `${say(payload.source)}: ${say(payload.code)}, ${say(payload.message)}`;
    case "execution_complete":
      return `ended: ${say(payload.status)}`;
    default:
      return undefined;
  }
}
