/** A change of one step on the local AWS: from the approval to done, and what the models took. Starts its own copy and stops it. */

import * as z from "zod";
import { approvalOf, decide } from "../../infra/local/approval.ts";
import { type ApiEvent, ask, watch } from "../../infra/local/ask.ts";
import { localCopy } from "../../infra/local/copy.ts";
import { CHANGE } from "../../infra/local/demo-change.ts";
import { APPROVER, principal, REQUESTER } from "../../infra/local/principals.ts";
import { type Api, callApi } from "../../infra/local/signed.ts";
import { stopCopy } from "../../infra/local/stack.ts";
import { bringUp } from "../../infra/local/up.ts";
import type { Benchmark } from "./benchmark.ts";
import { milliseconds } from "./stats.ts";

const PORT = 5900;

export const change: Benchmark = {
  title: "a change on the local AWS: approval to done, tokens and dollars",
  async run() {
    const copy = localCopy(PORT);
    try {
      const { apiUrl } = await bringUp(copy, { model: "offline", onProgress: () => undefined });
      const [requester, approver] = await Promise.all([REQUESTER, APPROVER].map(async (name) => ({ apiUrl, credentials: await principal(copy, name) })));
      if (!requester || !approver) throw new Error("no people");
      const rounds = ["first, functions cold", "second, warm"].map((name) => ({ name, text: CHANGE }));
      const figures = [];
      for (const { name, text } of rounds) {
        let approved = 0;
        let steps = 0;
        const view = await ask({
          ...requester,
          text,
          onEvent: async ({ type, payload }, id) => {
            if (type !== "permission_request" || typeof payload.phase !== "number") return;
            const approval = await approvalOf(approver, id, payload.phase);
            steps = approval.plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
            approved = performance.now();
            await decide(approver, approval, "approve");
          },
        });
        const took = performance.now() - approved;
        const tokens = view.usage.reduce((sum, one) => sum + one.inputTokens + one.outputTokens, 0);
        const cost = `$${view.costUsd.toFixed(4)}, ${tokens} tokens in ${view.usage.reduce((sum, one) => sum + one.calls, 0)} calls`;
        figures.push(
          {
            name: `${name}: approval to ${view.state}, ${steps} step(s)`,
            measured: steps > 0 ? `${milliseconds(took)}, ${milliseconds(took / steps)} a step` : "no change",
          },
          { name: `${name}: models`, measured: cost },
        );
        // Back to where it was, so that the next has something to do.
        const undone = await callApi(requester, { method: "POST", path: `/requests/${view.id}/rollback` });
        const undo = await watch({ ...requester, onEvent: approves(approver) }, z.looseObject({ id: z.string() }).parse(undone.body).id);
        figures.push({ name: `${name}: undone`, measured: `${undo.state}, models $${undo.costUsd.toFixed(4)}` });
      }
      return {
        figures,
        notes: ["The offline model's tokens at list prices; the emulator's AWS answers in milliseconds. Journal polling (about 0.3 s) is in it."],
      };
    } finally {
      await stopCopy(copy);
    }
  },
};

function approves(approver: Api): (event: ApiEvent, id: string) => Promise<void> {
  return async ({ type, payload }, id) => {
    if (type === "permission_request" && typeof payload.phase === "number") await decide(approver, await approvalOf(approver, id, payload.phase), "approve");
  };
}
