/** `npm start -- --demo change`: a change from the words to the proof, decided by a second person in between. */
import { createInterface } from "node:readline/promises";
import { progressOf } from "./answer.ts";
import { approvalOf, decide, type ShownApproval } from "./approval.ts";
import { type ApiEvent, ask, type RequestView } from "./ask.ts";
import { changeOf, changeText } from "./change-text.ts";
import { DEFAULT_PORT, type LocalCopy } from "./copy.ts";
import { LocalFailure } from "./failure.ts";
import { planText } from "./plan-text.ts";
import { APPROVER, principal, REQUESTER } from "./principals.ts";
import { type Api, curlOf } from "./signed.ts";

export const CHANGE = "Block public access on the sandbox buckets that lack it";

/** Longer than a plan waits for its approval (config/limits.ts), in ms. */
const PATIENCE = 5 * 3_600_000;

export type ChangeDemo = {
  copy: LocalCopy;
  apiUrl: string;
  text: string;
  /** Approve without asking the terminal: still as the second person, through the same API. */
  yes: boolean;
  say: (line: string) => void;
  progress: (line: string) => void;
};

/** @throws {LocalFailure} when nobody is there to decide. @throws {ApiRefusal} */
export async function demoChange({ copy, apiUrl, text, yes, say, progress }: ChangeDemo): Promise<RequestView> {
  const [requester, approver] = await Promise.all(
    [REQUESTER, APPROVER].map(async (name): Promise<Api> => ({ apiUrl, credentials: await principal(copy, name) })),
  );
  if (!requester || !approver) throw new LocalFailure("The demo has no people.");
  progress(`${REQUESTER} asks: ${text}`);
  const view = await ask({
    ...requester,
    text,
    timeoutMs: PATIENCE,
    onEvent: async (event, id) => {
      const line = progressOf(event);
      if (line !== undefined) progress(line);
      const phase = phaseOf(event);
      if (phase === undefined) return;
      const approval = await approvalOf(approver, id, phase);
      say(`\n${planText(approval)}\n`);
      const approved = yes || (await isApproved(copy, apiUrl, approval));
      await decide(approver, approval, approved ? "approve" : "reject", "decided in the demo");
      progress(`${APPROVER} ${approved ? "approves" : "rejects"} it, through the API`);
    },
  });
  say(`\n${outcomeText(view)}\n`);
  say(nextSteps(copy, apiUrl, view));
  return view;
}

function phaseOf({ type, payload }: ApiEvent): number | undefined {
  return type === "permission_request" && typeof payload.phase === "number" ? payload.phase : undefined;
}

async function isApproved(copy: LocalCopy, apiUrl: string, { requestId, phase, planHash }: ShownApproval): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new LocalFailure(
      `The plan above waits for a person, and there is no terminal to ask: nothing was approved and nothing was changed.
Run it again in a terminal, or with --yes, which approves as ${APPROVER}. While this local AWS is up, that person can also say
  ${curlOf(copy, APPROVER)} -H 'content-type: application/json' \\
    -d '{"decision":"approve","phase":${phase},"planHash":"${planHash}"}' ${apiUrl}/requests/${requestId}/approval`,
    );
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // A terminal in readline's hands sends no signal of its own.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await lines.question(`You are ${APPROVER} now. Approve this plan? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function outcomeText(view: RequestView): string {
  const head = view.report?.answer ?? view.report?.message ?? view.summary ?? view.notice ?? "There is no report.";
  const missing = (view.report?.missing ?? []).map((one) => `  needed: ${one}`);
  const took = view.durationMs === null ? "" : ` in ${(view.durationMs / 1000).toFixed(1)} s, the wait included`;
  return [head, ...missing, changeText(view), "", `${view.state}${took}, models $${view.costUsd.toFixed(4)}`].join("\n");
}

/** Whether a step's effect is there and was not taken back. */
function isThere(view: RequestView): boolean {
  const steps = changeOf(view)?.steps ?? [];
  const undone = steps.filter(({ mode, status }) => mode === "undo" && status === "undone").map(({ stepId }) => stepId);
  return steps.some(({ mode, status, stepId }) => mode === "apply" && (status === "done" || status === "already_done") && !undone.includes(stepId));
}

function nextSteps(copy: LocalCopy, apiUrl: string, view: RequestView): string {
  const port = copy.port === DEFAULT_PORT ? "" : ` --port ${copy.port}`;
  const undo = isThere(view)
    ? `Undo it: a new request, examined and approved like any other
  ${curlOf(copy, REQUESTER)} -X POST ${apiUrl}/requests/${view.id}/rollback
`
    : "";
  return `${undo}Read it again (the plan, who decided, what each step did)
  ${curlOf(copy, REQUESTER)} ${apiUrl}/requests/${view.id}
Look behind it:  npm run local --${port} calls | calls --model | status | reset | down`;
}
